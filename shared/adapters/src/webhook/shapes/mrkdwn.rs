//! What the languages of Slack and Google Chat share: their marks, their lists, and that a link can't contain code.

use crate::webhook::chat::leaf::{Leaf, Place, Span, Style};
use crate::webhook::chat::marks::{Marks, code, fenced, marked, prefixed, pushed, unmarked};
use crate::webhook::chat::outline::Ending;

pub(super) const MARKS: Marks = Marks { bold: "*", italic: "_", struck: "~", code: "`" };

/// What differs between the languages.
pub(super) trait Language {
    /// The mark before each line of a quotation.
    const QUOTE: &'static str;

    /// Appends a letter so that it begins no mention.
    fn push(safe: &mut String, letter: char);

    fn linked(address: &str, words: &str) -> String;

    fn inline(spans: &[Span], bold: bool) -> String {
        spans.iter().map(|span| piece::<Self>(span, bold).0).collect()
    }
}

/// A leaf with its marks.
pub(super) fn leaf<L: Language + ?Sized>(leaf: &Leaf) -> String {
    let text = match &leaf.place {
        Place::Code => fenced(&unmentioned::<L>(&leaf.words())),
        Place::Heading(_) => L::inline(&leaf.spans, true),
        Place::Paragraph => L::inline(&leaf.spans, false),
        Place::Item { depth, mark } => {
            let indent = "    ".repeat(depth.saturating_sub(1));
            let mark = if mark.is_empty() { " " } else { mark };
            format!("{indent}{mark} {}", L::inline(&leaf.spans, false))
        }
    };
    if leaf.quoted { prefixed(L::QUOTE, &text) } else { text }
}

/// What is between two leaves.
pub(super) fn gap(before: &Leaf, after: &Leaf) -> &'static str {
    let in_list = |leaf: &Leaf| matches!(leaf.place, Place::Item { .. });
    let close = (in_list(before) && in_list(after)) || matches!(before.place, Place::Heading(_));
    if close { "\n" } else { "\n\n" }
}

/// A span, and whether it has marks. A link can't contain code.
pub(super) fn piece<L: Language + ?Sized>(span: &Span, bold: bool) -> (String, bool) {
    let code_span = span.style.code && span.link.is_none();
    let marks = MARKS.of(Style { bold: bold || span.style.bold, code: code_span, ..span.style });
    let text = match &span.link {
        Some(link) => marked(&L::linked(link, &span.text), &marks, str::to_owned),
        None if code_span => marked(&code(&span.text), &marks, unmentioned::<L>),
        None => marked(&span.text, &marks, escaped::<L>),
    };
    (text, !marks.is_empty())
}

/// The lines below a report: the source of the text, and a link to the whole.
pub(super) fn last_lines<L: Language + ?Sized>(byline: Option<&str>, ending: Option<&Ending>) -> Option<String> {
    let ending = ending.map(|ending| match &ending.link {
        Some(link) => L::linked(link, &ending.words),
        None => escaped::<L>(&ending.words),
    });
    let lines: Vec<String> = byline.map(str::to_owned).into_iter().chain(ending).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// Text without mentions and marks.
pub(super) fn escaped<L: Language + ?Sized>(text: &str) -> String {
    unmarked(text, L::push)
}

/// Text without mentions; marks keep their meaning.
pub(super) fn unmentioned<L: Language + ?Sized>(text: &str) -> String {
    pushed(text, L::push)
}
