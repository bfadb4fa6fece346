//! Text from outside, made safe inside Markdown.

use super::addresses::addresses;
use super::mentions::{ZERO_WIDTH_SPACE, broken_in_code, is_tagged};
use std::ops::Range;
use url::Url;

/// The longest address that becomes a link.
pub(super) const LINK_BYTES_MAX: usize = 400;

/// One line of text that is shown as it was written: no markup, HTML, link, mention or line break has an effect.
///
/// White space and control characters become single spaces, marks that change the direction of writing are removed, and
/// text beyond `chars_max` characters is replaced by an ellipsis. Mentions (`@name`, `<!channel>`) get a zero-width
/// space, and what looks like an address becomes code, because chat services link and notify anywhere in a text. The
/// result has at most seven bytes a character.
pub(super) fn line(text: &str, chars_max: usize) -> String {
    let cut = one_line(text, chars_max);
    let mut safe = String::with_capacity(cut.len());
    let mut from = 0;
    for address in addresses(&cut) {
        push_plain(&mut safe, &cut, from..address.start);
        push_apart(&mut safe, &["`", &broken_in_code(cut.get(address.clone()).unwrap_or_default()), "`"].concat());
        from = address.end;
    }
    push_plain(&mut safe, &cut, from..cut.len());
    safe
}

/// [`line`], but what is between two backticks is code, in which nothing has an effect either.
pub(super) fn line_with_code(text: &str, chars_max: usize) -> String {
    let cut = one_line(text, chars_max);
    let mut safe = String::with_capacity(cut.len());
    let mut rest = cut.as_str();
    while let Some((before, code, after)) = first_code(rest) {
        push_apart(&mut safe, &line(before, usize::MAX));
        // Words keep their distance from the code.
        if before.ends_with(' ') && !safe.ends_with(' ') {
            safe.push(' ');
        }
        // Markdown removes a space at both ends.
        push_apart(&mut safe, &["`", &broken_in_code(code.trim()), "`"].concat());
        if after.starts_with(' ') {
            safe.push(' ');
        }
        rest = after;
    }
    push_apart(&mut safe, &line(rest, usize::MAX));
    safe
}

/// Appends a part, after a space between two codes: two adjacent marks would be one.
fn push_apart(safe: &mut String, part: &str) {
    if safe.ends_with('`') && part.starts_with('`') {
        safe.push(' ');
    }
    safe.push_str(part);
}

/// The text before the first pair of single backticks, what is between them, and the text after them.
fn first_code(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('`')?;
    let (code, after) = rest.split_once('`')?;
    (!code.trim().is_empty() && !after.starts_with('`')).then_some((before, code, after))
}

/// Appends a part of a line without any effect.
fn push_plain(safe: &mut String, line: &str, part: Range<usize>) {
    let before = line.get(..part.start).and_then(|before| before.chars().next_back());
    let mut before = before.unwrap_or(' ');
    for (place, letter) in line.get(part.clone()).unwrap_or_default().char_indices() {
        let rest = line.get(part.start + place..).unwrap_or_default();
        let after = rest.chars().nth(1).unwrap_or(' ');
        // What follows the part is code, which ends a mention.
        let in_part = rest.get(..part.end - part.start - place).unwrap_or_default();
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' if is_tagged(in_part) => safe.extend(["&lt;", "\u{200B}"]),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '@' => safe.extend(['@', ZERO_WIDTH_SPACE]),
            // An underscore within a word is not emphasis, and snake_case stays readable.
            '_' if before.is_alphanumeric() && after.is_alphanumeric() => safe.push('_'),
            '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '|' | '$' => safe.extend(['\\', letter]),
            // At the beginning these would open a heading, a list or a rule.
            '#' | '+' | '-' | '=' if safe.is_empty() => safe.extend(['\\', letter]),
            '.' | ')' if after == ' ' && !safe.is_empty() && safe.bytes().all(|byte| byte.is_ascii_digit()) => {
                safe.extend(['\\', letter]);
            }
            _ => safe.push(letter),
        }
        before = letter;
    }
}

/// White space and control characters as single spaces, nothing invisible, at most `chars_max` characters.
pub(super) fn one_line(text: &str, chars_max: usize) -> String {
    let mut cut = String::new();
    let mut chars = 0;
    for letter in text.trim().chars() {
        let letter = if letter.is_whitespace() || letter.is_control() { ' ' } else { letter };
        if is_invisible(letter) || (letter == ' ' && (cut.is_empty() || cut.ends_with(' '))) {
            continue;
        }
        if chars == chars_max {
            let kept = cut.trim_end().len();
            cut.truncate(kept);
            cut.push('…');
            return cut;
        }
        cut.push(letter);
        chars += 1;
    }
    let kept = cut.trim_end().len();
    cut.truncate(kept);
    cut
}

/// Zero-width characters and marks of direction; not the joiners, which emoji and some scripts need.
#[must_use]
pub fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{FEFF}' | '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180E}')
        || matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FFF0}'..='\u{FFFB}')
        || matches!(letter, '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{3164}' | '\u{FFA0}')
        || matches!(letter, '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// A link on code, such as a short commit id; the code alone if the address is not a web page or too long.
pub(super) fn code_link(code: &str, page: Option<&Url>) -> String {
    let web = page.filter(|page| matches!(page.scheme(), "https" | "http") && page.as_str().len() <= LINK_BYTES_MAX);
    match web {
        Some(page) => format!("[`{code}`]({})", link_address(page)),
        None => format!("`{code}`"),
    }
}

/// An address as it is written in a link, which it does not end early.
pub(super) fn link_address(page: &Url) -> String {
    page.as_str().replace('(', "%28").replace(')', "%29").replace('\\', "%5C").replace('@', "%40")
}

/// `1 commit`, `1,234 commits`.
pub(crate) fn count(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// Digits in groups of three.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
