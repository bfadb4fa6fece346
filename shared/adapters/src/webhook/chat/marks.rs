//! What the services' languages share: marks around text, and text without mentions.

use super::leaf::Style;

/// A zero-width space. After a character that would be a mark, it makes it plain text, and is invisible.
pub(in crate::webhook) const BREAK: char = '\u{200B}';
/// Replaces the mark of code within code.
const BACKTICK_REPLACEMENT: char = 'ˋ';

/// The marks of a language; empty for what it lacks.
pub(in crate::webhook) struct Marks {
    pub(in crate::webhook) bold: &'static str,
    pub(in crate::webhook) italic: &'static str,
    pub(in crate::webhook) struck: &'static str,
    pub(in crate::webhook) code: &'static str,
}

impl Marks {
    /// The marks of a style, the outermost first.
    pub(in crate::webhook) fn of(&self, style: Style) -> Vec<&'static str> {
        let all = [
            (style.bold, self.bold),
            (style.italic, self.italic),
            (style.struck, self.struck),
            (style.code, self.code),
        ];
        all.into_iter().filter(|(set, mark)| *set && !mark.is_empty()).map(|(_, mark)| mark).collect()
    }
}

/// Text between marks, line by line. White space stays outside, because marks must touch the text that they mark.
pub(in crate::webhook) fn marked(text: &str, marks: &[&str], write: impl Fn(&str) -> String) -> String {
    let lines: Vec<String> = text
        .split('\n')
        .map(|line| {
            let core = line.trim();
            if core.is_empty() || marks.is_empty() {
                return write(line);
            }
            let (before, after) = line.split_once(core).unwrap_or_default();
            let opening: String = marks.concat();
            let closing: String = marks.iter().rev().copied().collect();
            format!("{before}{opening}{}{closing}{after}", write(core))
        })
        .collect();
    lines.join("\n")
}

/// The letters of a text, each with the one before and the one after it.
pub(in crate::webhook) fn letters(text: &str) -> impl Iterator<Item = (Option<char>, char, Option<char>)> {
    let before = std::iter::once(None).chain(text.chars().map(Some));
    let after = text.chars().skip(1).map(Some).chain(std::iter::once(None));
    before.zip(text.chars()).zip(after).map(|((before, letter), after)| (before, letter, after))
}

/// Whether a character is between two letters of a word.
pub(in crate::webhook) fn is_within_word(before: Option<char>, after: Option<char>) -> bool {
    before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric)
}

/// A text of which each letter is written by `push`.
pub(in crate::webhook) fn pushed(text: &str, push: impl Fn(&mut String, char)) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut safe, letter| {
        push(&mut safe, letter);
        safe
    })
}

/// A text whose marks `*`, `_`, `~` and `` ` `` are plain text, in a language without an escape: a zero-width space is
/// between each and what it touches. Each letter is written by `push`.
pub(in crate::webhook) fn unmarked(text: &str, push: impl Fn(&mut String, char)) -> String {
    let mut safe = String::with_capacity(text.len());
    for (before, letter, after) in letters(text) {
        let marks = match letter {
            '*' | '~' | '`' => true,
            '_' => !is_within_word(before, after),
            _ => false,
        };
        let touches = |neighbour: Option<char>| !neighbour.is_some_and(char::is_whitespace);
        if marks && touches(before) {
            safe.push(BREAK);
        }
        push(&mut safe, letter);
        if marks && touches(after) {
            safe.push(BREAK);
        }
    }
    safe
}

/// Code that can't end the marks around it.
pub(in crate::webhook) fn code(text: &str) -> String {
    text.replace('`', &BACKTICK_REPLACEMENT.to_string()).replace('\n', " ")
}

/// A block of code that can't end the fence around it.
pub(in crate::webhook) fn fenced(text: &str) -> String {
    format!("```\n{}\n```", text.replace("``", &format!("`{BREAK}`{BREAK}")))
}

/// The text with a mark before each line.
pub(in crate::webhook) fn prefixed(mark: &str, text: &str) -> String {
    text.split('\n').map(|line| format!("{mark}{line}")).collect::<Vec<_>>().join("\n")
}
