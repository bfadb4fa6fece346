//! Writes characters of a text so that no renderer finds a mark, a link, HTML or a mention in them. A character keeps
//! the form that it has in the source where that is safe, so that an ordinary report does not change.

use super::piece::Origin;
use crate::report::mentions::{ZERO_WIDTH_SPACE, is_tagged};

/// The longest entity, in bytes: `&CounterClockwiseContourIntegral;`.
const ENTITY_BYTES_MAX: usize = 33;

/// What is around a character.
pub(super) struct Around<'a> {
    /// The adjacent text from this character on.
    pub(super) rest: &'a str,
    /// The character that is written after that text; `None` at the end of a line.
    pub(super) next: Option<char>,
    pub(super) in_cell: bool,
}

impl Around<'_> {
    fn after(&self) -> Option<char> {
        self.rest.chars().nth(1).or(self.next)
    }
}

/// Appends a character.
pub(super) fn push(out: &mut String, (letter, origin): (char, Origin), around: &Around<'_>) {
    let is_verbatim = origin == Origin::Verbatim;
    match letter {
        '<' | '>' | '&' => push_entity(out, letter, is_verbatim, around),
        '@' => out.extend(['@', ZERO_WIDTH_SPACE]),
        _ if letter.is_ascii_punctuation() && (!is_verbatim || is_mark(out, letter, around)) => {
            out.extend(['\\', letter]);
        }
        _ => out.push(letter),
    }
}

/// Appends a character of HTML, as itself where it can't begin or end anything.
fn push_entity(out: &mut String, letter: char, is_verbatim: bool, around: &Around<'_>) {
    let is_harmless = match letter {
        '<' => around.after().is_some_and(|after| after == ' ' || after == '=' || after.is_ascii_digit()),
        '>' => !is_line_start(out),
        _ => !begins_entity(around),
    };
    match letter {
        _ if is_verbatim && is_harmless => out.push(letter),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        _ => out.push_str("&amp;"),
    }
    if letter == '<' && is_tagged(around.rest) {
        out.push(ZERO_WIDTH_SPACE);
    }
}

/// Whether a character that a parser took for text could be a mark for another one, or where it is now.
fn is_mark(out: &str, letter: char, around: &Around<'_>) -> bool {
    let after = around.after();
    match letter {
        '`' => true,
        '\\' => after.is_none_or(|after| after.is_ascii_punctuation()),
        '!' => around.rest.len() == 1 && after == Some('['),
        '[' => out.ends_with(['!', '[', ']']) || matches!(after, Some('^' | '[')),
        ']' => matches!(after, Some('(' | '[' | ':')),
        '$' => !after.is_some_and(|after| after.is_ascii_digit() || after == ' '),
        '|' => around.in_cell,
        '.' | ')' => is_space(after) && ends_with_number(out),
        '#' | '-' | '+' | '*' | '=' | '_' | '~' => is_line_start(out) && opens_block(around.rest),
        _ => false,
    }
}

fn is_line_start(out: &str) -> bool {
    out.is_empty() || out.ends_with('\n')
}

fn is_space(letter: Option<char>) -> bool {
    letter.is_none_or(char::is_whitespace)
}

/// Whether the line consists of a number so far.
fn ends_with_number(out: &str) -> bool {
    let digits = out.bytes().rev().take_while(u8::is_ascii_digit).count();
    (1..=9).contains(&digits) && is_line_start(out.get(..out.len() - digits).unwrap_or_default())
}

/// Whether a line would open a heading, a list, a block of code or a rule.
fn opens_block(line: &str) -> bool {
    let Some(mark) = line.chars().next() else { return false };
    let after = line.trim_start_matches(mark);
    let marks = line.len() - after.len();
    let is_followed_by_space = after.is_empty() || after.starts_with([' ', '\t']);
    let is_rule = || line.chars().all(|letter| letter == mark || letter == ' ');
    match mark {
        '#' => marks <= 6 && is_followed_by_space,
        '-' | '+' | '*' => (marks == 1 && is_followed_by_space) || is_rule(),
        '~' => marks >= 3,
        _ => is_rule(),
    }
}

/// Whether an ampersand begins an entity.
fn begins_entity(around: &Around<'_>) -> bool {
    let name = around.rest.get(1..).unwrap_or_default();
    let head = name.get(..name.floor_char_boundary(ENTITY_BYTES_MAX)).unwrap_or_default();
    let ends = head.split_once(';').map(|(name, _)| name);
    ends.is_some_and(|name| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'#'))
}
