//! The keys of tickets in front of a subject: `ABC-12`, and numbers such as `#12`.
//!
//! Names of standards, algorithms and versions have the same form (`UTF-8`). Where a name is taken for a key, its
//! sentence loses a word; where a key is taken for a name, it stays where it was written. So what is doubtful is a
//! name.

use super::front::{after_dash, in_brackets};

/// The most keys of one subject; those behind them stay with the words. It also keeps the time linear in the subject.
pub(super) const KEYS_MAX: usize = 20;

/// The longest key: twelve characters, a number of nine digits, and a part of nine.
const KEY_BYTES_MAX: usize = 32;

/// What is before the number in names with the form of a key: advisories and weaknesses, standards and their bodies,
/// algorithms and encodings, formats, systems, substances, units, parts of a year, and steps to a release.
const NAMES: &str = "CVE CWE GHSA OWASP RUSTSEC \
    ANSI BIP CIS ECMA EIP EN ERC FIPS HIPAA IEC IEEE ISO ITU JEP JSR NIST PCI PEP PSR RFC SOC WCAG \
    AES BASE CRC DES EC ED HMAC MD PKCS RSA SHA SSL TLS UCS UTF \
    A11Y B2B B2C E2E I18N K8S L10N P2P Q1 Q2 Q3 Q4 Y2K \
    CSS ES GLTF GPT HTML HTTP HTTPS IPV JPEG JSON LLAMA MP MPEG PDF PHP POSIX PY PYTHON RS SVG USB XHTML XML YAML \
    AMD ARM CP CUDA GCC IE JDK LLVM MACOS NT OAUTH RAID RISC UINT WIN WINDOWS X X86 \
    CO COVID GB GMT H KB MB UTC \
    APR AUG DEC FEB FY JAN JUL JUN MAR MAY NOV OCT SEP \
    ALPHA BETA DAY PART PHASE RC STEP TOP WEEK";

/// What a list of keys has between them, with spaces around or without.
const JOINTS: [&str; 9] = [", and ", ",", ";", "/", "&", "+", "|", "and ", "or "];

/// The keys that a text begins with, at most `max`, and what follows them and their punctuation: `ABC-1: …`,
/// `ABC-1, ABC-2 …`, `ABC-1/ABC-2 - …`, `ABC-1(api): …`.
pub(super) fn take(text: &str, max: usize) -> Option<(Vec<&str>, &str)> {
    let (first, mut after) = first_key(text).filter(|_| max > 0)?;
    let mut keys = vec![first];
    while let Some((key, rest)) = joined(after).and_then(first_key).filter(|_| keys.len() < max) {
        keys.push(key);
        after = rest;
    }
    // Alone and without punctuation, a key with digits, or one whose number begins with 0, is more often a name, such
    // as `X2-64 …`.
    let is_name_like = |key: &str| key_of(key).bytes().any(|byte| byte.is_ascii_digit()) || key.contains("-0");
    let is_doubtful = keys.len() == 1 && !is_number(first) && is_name_like(first);
    let rest = behind_mark(after).or_else(|| after.strip_prefix(char::is_whitespace).filter(|_| !is_doubtful))?;
    Some((keys, rest.trim_start())).filter(|(_, rest)| !rest.is_empty())
}

/// The keys that a text in brackets consists of: `ABC-1`, `ABC-1, ABC-2`; `None` if it has anything else.
pub(super) fn all(text: &str) -> Option<Vec<&str>> {
    let is_between = |letter: char| letter.is_whitespace() || matches!(letter, ',' | ';' | '/' | '&' | '+' | '|');
    let words = text.split(is_between).filter(|word| !word.is_empty() && !matches!(*word, "and" | "or"));
    let keys: Vec<&str> = words.map(|word| is_key(word).then_some(word)).collect::<Option<_>>()?;
    (!keys.is_empty()).then_some(keys)
}

/// The key that a text begins with, and what follows.
fn first_key(text: &str) -> Option<(&str, &str)> {
    let is_of_key = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let is_mark = |byte: u8| matches!(byte, b'#' | b'!');
    // `!12` is a number, and `ABC-1!: …` a key with a mark behind it.
    let bytes = text.bytes().take(KEY_BYTES_MAX + 1).enumerate();
    let length = bytes.take_while(|(place, byte)| is_of_key(*byte) || (*place == 0 && is_mark(*byte))).count();
    text.split_at_checked(length).filter(|(key, _)| is_key(key))
}

/// What follows a joint of a list.
fn joined(text: &str) -> Option<&str> {
    let text = text.trim_start();
    JOINTS.iter().find_map(|joint| text.strip_prefix(joint)).map(str::trim_start)
}

/// What follows the punctuation behind keys; `None` without any.
fn behind_mark(text: &str) -> Option<&str> {
    if let Some(rest) = text.strip_prefix('：') {
        return Some(rest);
    }
    if let Some(rest) = text.strip_prefix([':', '.', ';', ',']) {
        let is_word = text.starts_with(':') && rest.starts_with(char::is_alphabetic);
        return (is_word || rest.starts_with(char::is_whitespace)).then_some(rest);
    }
    if text.starts_with(['(', '[']) {
        let (_, rest) = in_brackets(text)?;
        return rest.trim_start_matches('!').starts_with([':', '：']).then_some(text);
    }
    let spaced = text.strip_prefix(char::is_whitespace)?.trim_start();
    after_dash(spaced).or_else(|| spaced.strip_prefix(": "))
}

fn is_key(text: &str) -> bool {
    // `SHA3` is a name as `SHA` is.
    let key = key_of(text);
    let is_name = |name: &str| name == key || name == key.trim_end_matches(|letter: char| letter.is_ascii_digit());
    is_number(text) || (is_ticket(text) && !NAMES.split(' ').any(is_name))
}

/// `ABC` of `ABC-12`.
fn key_of(text: &str) -> &str {
    text.split('-').next().unwrap_or_default()
}

/// `ABC-123`: a key of capitals, a hyphen and a number; also `ABC-123-2`, a part of it.
fn is_ticket(text: &str) -> bool {
    let Some((key, number)) = text.split_once('-') else { return false };
    let number = number.split_once('-').filter(|(_, part)| is_digits(part)).map_or(number, |(number, _)| number);
    let is_of_key = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    let has_key = (2..=12).contains(&key.len()) && key.bytes().all(is_of_key);
    has_key && key.starts_with(|letter: char| letter.is_ascii_uppercase()) && is_digits(number)
}

/// `#12`, `GH-12`, `!12`.
fn is_number(text: &str) -> bool {
    let number = text.strip_prefix('#').or_else(|| text.strip_prefix("GH-")).or_else(|| text.strip_prefix('!'));
    number.is_some_and(is_digits)
}

pub(super) fn is_digits(text: &str) -> bool {
    (1..=9).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}
