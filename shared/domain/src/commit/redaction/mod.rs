//! Keys, tokens and passwords are replaced before a text is given to a model.
//!
//! What is recognised: keys with a beginning of their own (`forms`), private keys in PEM, JSON Web Tokens, passwords
//! in addresses, what an `Authorization` header contains, and values that are assigned to names such as `password`
//! (`assigned`). Ids of commits, UUIDs and checksums of packages stay, since no rule looks for random text alone.
//! A text is read once, from its beginning to its end, and at each place only a bounded number of forms is tried.

mod assigned;
mod forms;
mod random;

use random::{DISTINCT_MIN, distinct};
use std::borrow::Cow;
use std::ops::Range;

/// What is written in place of a secret.
pub const REDACTED: &str = "[secret]";

/// The longest name and password in an address.
const CREDENTIALS_BYTES_MAX: usize = 500;

/// The longest line of a private key, with what a diff and a language write around it.
const KEY_LINE_BYTES_MAX: usize = 120;

/// The text with [`REDACTED`] in place of each secret. Line ends stay, so that a diff keeps its lines, except within a
/// private key.
pub fn redacted(text: &str) -> Cow<'_, str> {
    let mut safe = String::new();
    let mut done = 0;
    let mut place = 0;
    let mut is_within_word = false;
    while let Some(letter) = text.get(place..).and_then(|rest| rest.chars().next()) {
        let found = if is_within_word && letter != ':' { None } else { secret(text, place) };
        if let Some(secret) = found.filter(|secret| secret.start >= place && secret.end > secret.start) {
            safe.push_str(text.get(done..secret.start).unwrap_or_default());
            safe.push_str(REDACTED);
            (done, place, is_within_word) = (secret.end, secret.end, false);
        } else {
            place += letter.len_utf8();
            is_within_word = letter.is_alphanumeric();
        }
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    safe.push_str(text.get(done..).unwrap_or_default());
    Cow::Owned(safe)
}

/// The secret that begins at a place, or after what is at this place.
fn secret(text: &str, place: usize) -> Option<Range<usize>> {
    let rest = text.get(place..)?;
    let at = |length: usize| place..place + length;
    match rest.as_bytes().first()? {
        b'-' => private_key(rest).map(at),
        b':' => password(rest).map(|found| place + found.start..place + found.end),
        first if first.is_ascii_alphabetic() => {
            let forms = forms::FORMS.iter().filter(|form| form.beginning.as_bytes().first() == Some(first));
            let key = forms.filter_map(|form| form.length(rest)).max();
            let key = key.or_else(|| forms::web_token(rest)).map(at);
            key.or_else(|| assigned::value(rest).map(|found| place + found.start..place + found.end))
        }
        _ => None,
    }
}

/// The length of the private key that the text begins with: to its last line, or as far as its lines are known.
fn private_key(text: &str) -> Option<usize> {
    let header = text.strip_prefix("-----BEGIN ")?;
    let (name, _) = header.get(..header.floor_char_boundary(100))?.split_once("-----")?;
    if !name.contains("PRIVATE KEY") {
        return None;
    }
    let begin = "-----BEGIN ".len() + name.len() + "-----".len();
    let mut end = begin;
    for line in text.get(begin..)?.split_inclusive('\n') {
        if let Some(footer) = line.find("-----END") {
            let after = line.get(footer + "-----END".len()..)?;
            let length = after.find("-----").map_or(after.trim_end().len(), |marks| marks + "-----".len());
            return Some(end + footer + "-----END".len() + length);
        }
        if end > begin && !is_of_a_key(line) {
            break;
        }
        end += line.len();
    }
    // The line end before what follows stays.
    Some(text.get(..end)?.trim_end().len())
}

/// Whether a line may be part of a private key: base64, a header, or nothing.
fn is_of_a_key(line: &str) -> bool {
    let line = line.trim().trim_start_matches(['+', '-']).trim_matches(|mark: char| !mark.is_alphanumeric());
    let is_base64 = |line: &str| line.chars().all(|l| l.is_ascii_alphanumeric() || matches!(l, '+' | '/' | '=' | '\\'));
    line.len() <= KEY_LINE_BYTES_MAX
        && (is_base64(line) || line.starts_with("Proc-Type") || line.starts_with("DEK-Info"))
}

/// The password in an address, of which the text begins with the `://`.
fn password(text: &str) -> Option<Range<usize>> {
    let rest = text.strip_prefix("://")?;
    let rest = rest.get(..rest.floor_char_boundary(CREDENTIALS_BYTES_MAX))?;
    let end = rest.find(|letter: char| letter.is_whitespace() || matches!(letter, '/' | '"' | '\'' | '<' | '>' | '`'));
    let place = rest.get(..end.unwrap_or(rest.len()))?;
    let (credentials, _) = place.rsplit_once('@')?;
    let offset = "://".len();
    let range = match credentials.split_once(':') {
        Some((name, _)) => name.len() + 1..credentials.len(),
        None if credentials.len() >= 16 && distinct(credentials) >= DISTINCT_MIN => 0..credentials.len(),
        None => return None,
    };
    let is_variable = credentials.get(range.clone())?.starts_with(['$', '{', '*', '%', '[']);
    (!is_variable && !range.is_empty()).then(|| offset + range.start..offset + range.end)
}
