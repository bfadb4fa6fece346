//! The lines of a message: its subject, which can be wrapped, its body and its trailers.

use super::identity::is_trailer;

/// A longer first paragraph is a body that begins without a blank line.
const SUBJECT_LINES_MAX: usize = 3;
const SUBJECT_BYTES_MAX: usize = 300;

/// Keys of trailers without a hyphen. Another word before a colon is one of a sentence.
const KEYS: &str = "bug bugs cc change close closes closed fix fixes fixed issue issues jira link ref refs \
    relates related resolve resolves resolved see ticket tickets";

/// What begins lines that git and its hosts write below a subject.
const GENERATED: [&str; 4] = ["(cherry picked from ", "See merge request ", "This reverts ", "Conflicts:"];

/// The subject of a message, and what is below it. The subject is the first line, or the first paragraph if it can be a
/// wrapped line: as git shows it, with spaces in place of the ends of lines.
pub(crate) fn subject_and_body(message: &str) -> (&str, &str) {
    let (first, below) = message.split_once('\n').unwrap_or((message, ""));
    if first.trim().is_empty() || below.is_empty() || ends_sentence(first) {
        return (first, below);
    }
    let mut end = first.len();
    let mut lines = 1_usize;
    for line in below.split('\n') {
        if line.trim().is_empty() || !continues(line) {
            break;
        }
        end = end.saturating_add(1).saturating_add(line.len());
        lines = lines.saturating_add(1);
        if lines > SUBJECT_LINES_MAX || end > SUBJECT_BYTES_MAX {
            return (first, below);
        }
    }
    message.split_at_checked(end).map_or((first, below), |(subject, rest)| (subject, rest.trim_start_matches('\n')))
}

/// Whether a line is a trailer: `Reviewed-by: …`, `Closes #12`, `Refs: …`.
pub(super) fn is_of_trailer(line: &str) -> bool {
    let end = line.find([':', ' ']).unwrap_or(line.len());
    let (key, rest) = line.split_at_checked(end).unwrap_or((line, ""));
    let is_key = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let is_known = key.contains('-') || KEYS.split_whitespace().any(|known| key.eq_ignore_ascii_case(known));
    is_trailer(line) || (is_key && is_known && (rest.starts_with(": ") || rest.starts_with(" #") || rest == ":"))
}

/// Whether a text ends as a sentence, or as what introduces the lines below it.
fn ends_sentence(line: &str) -> bool {
    line.trim_end().ends_with(['.', '!', '?', ':', '。', '！', '：', '…'])
}

/// Whether a line can continue the one above it: it is no item of a list, no heading and no trailer.
fn continues(line: &str) -> bool {
    let line = line.trim();
    let begins = line.starts_with(|letter: char| letter.is_alphanumeric() || "`\"'“(".contains(letter));
    let digits = line.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let is_numbered = digits.len() < line.len() && digits.starts_with([')', '.', ':']);
    let is_generated = GENERATED.iter().any(|beginning| line.starts_with(beginning));
    begins && !is_numbered && !is_generated && !is_of_trailer(line) && !begins_with_key(line)
}

/// `Test Plan: …`, `Summary:`, `BREAKING CHANGE: …`, `feat: …`.
fn begins_with_key(line: &str) -> bool {
    let Some((key, rest)) = line.split_once(':') else { return false };
    let is_key = key.split_whitespace().count() <= 3
        && key.chars().all(|letter| letter.is_alphanumeric() || " -_()!".contains(letter));
    is_key && (rest.is_empty() || rest.starts_with(char::is_whitespace))
}
