//! The parts of a subject that are around its words: marks, prefixes, and the number of a pull request.

use crate::commit::split_tickets;
use std::collections::BTreeSet;

/// The most characters of a prefix with a colon, such as `build(deps-dev): ` or `shared/domain: `.
const PREFIX_CHARS_MAX: usize = 60;

/// More than people write. It bounds the work.
const PREFIXES_MAX: usize = 8;

/// The marks of a commit that waits to be squashed into another one.
const SQUASH_MARKS: [&str; 3] = ["fixup!", "squash!", "amend!"];

/// A subject without the numbers at its end, as in `Add tags (#12)`; also several, as after a backport.
pub(super) fn without_numbers(subject: &str) -> &str {
    let mut text = subject.trim_end();
    while let Some((rest, _)) = last_number(text) {
        text = rest.trim_end();
    }
    text
}

/// The tickets that have keys, each once. The numbers are references.
pub(super) fn keys<'a>(tickets: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = BTreeSet::new();
    let is_key = |ticket: &&str| ticket.starts_with(|letter: char| letter.is_ascii_uppercase());
    tickets.filter(is_key).filter(|ticket| !ticket.starts_with("GH-") && seen.insert(*ticket)).collect()
}

/// The number in round or square brackets at the end of a text, with its mark: `#` or `!`; and what is before it.
pub(super) fn last_number(text: &str) -> Option<(&str, (char, u64))> {
    let (inner, open) = match text.strip_suffix(')') {
        Some(inner) => (inner, '('),
        None => (text.strip_suffix(']')?, '['),
    };
    let (rest, inner) = inner.rsplit_once(open)?;
    let mark = inner.chars().next().filter(|mark| matches!(mark, '#' | '!'))?;
    Some((rest, (mark, number(inner.get(1..)?)?)))
}

/// A number as people write it after a `#`.
pub(super) fn number(text: &str) -> Option<u64> {
    let is_plain = (1..=10).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_plain && !text.starts_with('0'))
}

/// A subject without symbols and `:codes:` in front of its words.
pub(super) fn without_marks(subject: &str) -> &str {
    let mut text = subject.trim();
    loop {
        let rest = without_code(text).trim_start_matches(|letter: char| !is_of_text(letter));
        if rest.len() == text.len() {
            return text;
        }
        text = rest;
    }
}

/// A text without a `:code:` at its beginning, as gitmoji are written.
fn without_code(text: &str) -> &str {
    let is_code = |code: &str| {
        let is_in_code = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'+' | b'-');
        !code.is_empty() && code.len() <= 40 && code.bytes().all(is_in_code)
    };
    let parts = text.strip_prefix(':').and_then(|rest| rest.split_once(':'));
    parts.filter(|(code, _)| is_code(code)).map_or(text, |(_, rest)| rest)
}

fn is_of_text(letter: char) -> bool {
    letter.is_alphanumeric() || (letter.is_ascii_punctuation() && letter != ':')
}

/// The subject that a commit waits to be squashed into; `None` without such a mark.
pub(super) fn squashed_into(subject: &str) -> Option<&str> {
    let mut text = subject.trim();
    let mut is_marked = false;
    while let Some(rest) = SQUASH_MARKS.iter().find_map(|mark| text.strip_prefix(mark)) {
        (text, is_marked) = (rest.trim_start(), true);
    }
    is_marked.then_some(text)
}

/// A key by which equal subjects are found: without marks, numbers, the case of letters and punctuation at the end.
pub(super) fn key(subject: &str) -> String {
    let text = without_numbers(without_marks(subject));
    let text = text.trim_end_matches(['.', '!', ';', ':', ',', '…', ' ']);
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

/// What is before the words of a subject.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Prefixes<'a> {
    /// In their order: `build(deps)`, `snyk`, `bridge`.
    pub(super) all: Vec<&'a str>,
    /// The words.
    pub(super) rest: &'a str,
}

impl<'a> Prefixes<'a> {
    /// Splits a subject: `[ABC-1] build(deps): bump x` has two prefixes. It ends where `is_start` accepts the rest.
    pub(super) fn of(subject: &'a str, is_start: impl Fn(&str) -> bool) -> Self {
        let mut found = Self { all: Vec::new(), rest: without_marks(squashed_into(subject).unwrap_or(subject)) };
        for _ in 0..PREFIXES_MAX {
            if is_start(found.rest) {
                break;
            }
            let Some((prefix, rest)) = split_tickets(found.rest).or_else(|| one_prefix(found.rest)) else { break };
            found.all.push(prefix);
            found.rest = without_marks(rest);
        }
        found
    }

    /// Whether a word of the prefixes, in lower case, is among the wanted ones, which are separated by spaces.
    pub(super) fn has(&self, wanted: &str) -> bool {
        let words = self.all.iter().flat_map(|prefix| prefix.split(|letter: char| !letter.is_alphanumeric()));
        let mut words = words.map(str::to_lowercase);
        words.any(|word| wanted.split(' ').any(|wanted| wanted == word))
    }
}

fn one_prefix(text: &str) -> Option<(&str, &str)> {
    if let Some((inside, rest)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return Some((inside, rest)).filter(|_| inside.chars().count() <= PREFIX_CHARS_MAX);
    }
    let (prefix, rest) = text.split_once(": ")?;
    let is_short = prefix.chars().count() <= PREFIX_CHARS_MAX && prefix.split_whitespace().count() <= 3;
    (is_short && !prefix.contains('"')).then_some((prefix, rest))
}
