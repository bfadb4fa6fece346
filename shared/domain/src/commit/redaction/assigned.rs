//! Values that are assigned to names of secrets, as in `api_key = "…"`, `PASSWORD=…` and `Authorization: Bearer …`.

use super::random::{DISTINCT_MIN, distinct};
use std::ops::Range;

/// The last words of names whose values are secrets, in small letters and without `_` and `-`.
const NAMES: [&str; 19] = [
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "token",
    "apikey",
    "accesskey",
    "secretkey",
    "privatekey",
    "signingkey",
    "encryptionkey",
    "accountkey",
    "authkey",
    "masterkey",
    "credential",
    "credentials",
    "authtoken",
    "clientsecret",
];

/// The longest name.
const NAME_BYTES_MAX: usize = 60;

/// The longest value. What follows is no part of a password.
const VALUE_BYTES_MAX: usize = 400;

/// The shortest value in quotes, and without. A value without quotes is more often code.
const QUOTED_CHARS_MIN: usize = 8;
const BARE_CHARS_MIN: usize = 12;

/// The value, if the text begins with a name of a secret to which one is assigned.
pub(super) fn value(text: &str) -> Option<Range<usize>> {
    let is_of_name = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.');
    let head = text.get(..text.floor_char_boundary(NAME_BYTES_MAX))?;
    let end = head.find(|letter| !is_of_name(letter))?;
    let name: String = head.get(..end)?.chars().filter(char::is_ascii_alphanumeric).collect();
    let name = name.to_ascii_lowercase();
    let after = text.get(end..)?;
    let after = after.get(..after.floor_char_boundary(VALUE_BYTES_MAX))?;
    let found = if matches!(name.as_str(), "bearer" | "basic") {
        header(after)?
    } else if NAMES.iter().any(|word| name.ends_with(word)) {
        assigned(after)?
    } else {
        return None;
    };
    Some(end + found.start..end + found.end)
}

/// What follows `Bearer` or `Basic`.
fn header(text: &str) -> Option<Range<usize>> {
    let token = text.strip_prefix(' ')?;
    let length = token.find(|letter: char| !is_bare(letter)).unwrap_or(token.len());
    is_random(token.get(..length)?, BARE_CHARS_MIN).then_some(1..length + 1)
}

/// What follows the name of a secret: `=`, `:`, `=>` or `:=`, perhaps after a closing quote, and the value.
fn assigned(text: &str) -> Option<Range<usize>> {
    let rest = text.trim_start_matches(['"', '\'']).trim_start_matches([' ', '\t']);
    let value = [":=", "=>", "=", ":"].iter().find_map(|sign| rest.strip_prefix(sign))?;
    // A comparison and a path of names assign nothing.
    if value.starts_with(['=', ':']) {
        return None;
    }
    let value = value.trim_start_matches([' ', '\t']);
    let start = text.len() - value.len();
    if let Some(quote) = value.chars().next().filter(|mark| matches!(mark, '"' | '\'' | '`')) {
        let inside = value.get(1..)?;
        let length = inside.find([quote, '\n']).unwrap_or(inside.len());
        return is_password(inside.get(..length)?).then_some(start + 1..start + 1 + length);
    }
    let length = value.find(|letter: char| !is_bare(letter)).unwrap_or(value.len());
    // A call or an index is code.
    let is_code = value.get(length..).is_some_and(|rest| rest.starts_with(['(', '[', '{', '<', ':', '$']));
    (!is_code && is_random(value.get(..length)?, BARE_CHARS_MIN)).then_some(start..start + length)
}

fn is_bare(letter: char) -> bool {
    letter.is_ascii_alphanumeric()
        || matches!(letter, '_' | '-' | '.' | '+' | '/' | '=' | '~' | '!' | '@' | '#' | '%' | '^' | '&' | '*')
}

/// Whether a text in quotes may be a password: one word that is more than a name or a place for one.
fn is_password(text: &str) -> bool {
    let is_place = text.starts_with(['$', '{', '<', '%', '[']) || text.contains("${") || text.contains("{{");
    let is_mixed =
        text.chars().any(|letter| !(letter.is_ascii_alphabetic() || matches!(letter, '_' | '-' | '.' | '/' | ':')));
    !is_place
        && is_mixed
        && !text.contains(char::is_whitespace)
        && text.chars().count() >= QUOTED_CHARS_MIN
        && distinct(text) >= DISTINCT_MIN.min(text.len() / 2)
}

/// Whether a text without quotes is random: letters and digits, and many different ones.
fn is_random(text: &str, least: usize) -> bool {
    text.len() >= least
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
        && distinct(text) >= DISTINCT_MIN
}
