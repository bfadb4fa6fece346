//! Text from outside, made safe inside Markdown.

use url::Url;

/// The longest address that becomes a link.
pub(super) const LINK_BYTES_MAX: usize = 400;

/// Separates marks for readers that render less strictly than Markdown.
const ZERO_WIDTH_SPACE: char = '\u{200B}';

/// One line of text that is shown as it was written: no markup, HTML, link, mention or line break has an effect.
///
/// White space and control characters become single spaces, marks that change the direction of writing are removed, and
/// text beyond `chars_max` characters is replaced by an ellipsis. Mentions (`@name`) and addresses (`://`, `www.`) get
/// a zero-width space, because chat services link them anywhere. The result has at most five bytes a character.
pub(super) fn line(text: &str, chars_max: usize) -> String {
    let cut = one_line(text, chars_max);
    let mut safe = String::with_capacity(cut.len());
    let mut before = ' ';
    let mut letters = cut.chars().peekable();
    while let Some(letter) = letters.next() {
        let after = letters.peek().copied().unwrap_or(' ');
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '@' => safe.extend(['@', ZERO_WIDTH_SPACE]),
            ':' if after == '/' => safe.extend([':', ZERO_WIDTH_SPACE]),
            '.' if before.eq_ignore_ascii_case(&'w') => safe.extend([ZERO_WIDTH_SPACE, '.']),
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
    safe
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
pub(super) fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{FEFF}')
        || matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{E0000}'..='\u{E007F}')
}

/// A link on code, such as a short commit id; the code alone if the address is not a web page or too long.
pub(super) fn code_link(code: &str, page: Option<&Url>) -> String {
    let web = page.filter(|page| matches!(page.scheme(), "https" | "http") && page.as_str().len() <= LINK_BYTES_MAX);
    match web {
        Some(page) => {
            let address =
                page.as_str().replace('(', "%28").replace(')', "%29").replace('\\', "%5C").replace('@', "%40");
            format!("[`{code}`]({address})")
        }
        None => format!("`{code}`"),
    }
}

/// `1 commit`, `1,234 commits`.
pub(crate) fn count(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// Digits in groups of three.
pub(super) fn grouped(number: u64) -> String {
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
