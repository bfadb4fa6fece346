//! What a paragraph, a heading or a cell consists of.

use crate::report::markdown::is_invisible;

/// How a character is written in the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// As itself; a parser found no mark in it.
    Verbatim,
    /// After a backslash.
    Escaped,
    /// As an entity such as `&lt;`.
    Entity,
}

/// A piece of a line of text.
#[derive(Clone, Debug)]
pub(super) enum Piece {
    Letter(char, Origin),
    /// A line break of a paragraph: between words, or one that is shown.
    Break {
        shown: bool,
    },
    Code(String),
    /// The mark before or after an emphasis.
    Mark {
        mark: &'static str,
        opens: bool,
    },
    /// Markdown that is written as it is: the frame of a link, and the box of a task.
    Raw(String),
}

/// The characters of a text as pieces, without invisible ones. Line breaks are pieces too.
pub(super) fn letters(text: &str, origin: Origin) -> impl Iterator<Item = Piece> {
    text.chars().filter_map(move |letter| match letter {
        '\n' => Some(Piece::Break { shown: false }),
        _ => shown(letter).map(|letter| Piece::Letter(letter, origin)),
    })
}

/// The visible text of code.
pub(super) fn shown_code(text: &str) -> String {
    text.chars().filter(|letter| matches!(letter, '\n' | '\t') || is_shown(*letter)).collect()
}

fn shown(letter: char) -> Option<char> {
    match letter {
        '\t' | '\r' | '\u{2028}' | '\u{2029}' => Some(' '),
        _ => is_shown(letter).then_some(letter),
    }
}

fn is_shown(letter: char) -> bool {
    !letter.is_control() && !is_invisible(letter)
}

/// The words of pieces, as a reader sees them.
pub(super) fn words(pieces: &[Piece]) -> String {
    pieces.iter().fold(String::new(), |mut text, piece| {
        match piece {
            Piece::Letter(letter, _) => text.push(*letter),
            Piece::Code(code) => text.push_str(code),
            Piece::Break { .. } => text.push(' '),
            Piece::Mark { .. } | Piece::Raw(_) => {}
        }
        text
    })
}
