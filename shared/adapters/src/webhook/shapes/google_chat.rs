//! Google Chat: one text (<https://developers.google.com/workspace/chat/format-messages>).
//!
//! Its language has no escape. A mention is `<users/…>` and a link `<address|words>`: a zero-width space after a `<` or
//! a `@` of the report makes it plain text, as one beside a mark does.

use crate::webhook::chat::fill::{BoxedText, Room};
use crate::webhook::chat::leaf::{Leaf, Place, Span, Style};
use crate::webhook::chat::marks::{BREAK, Marks, code, fenced, marked, prefixed, pushed, unmarked};
use crate::webhook::chat::outline::{Around, Ending, Endings};
use crate::webhook::chat::{BYLINE_CHARS_MAX, Service, TITLE_CHARS_MAX, line};
use serde::Serialize;

/// The largest message is 32,000 bytes, with what surrounds its text
/// (<https://developers.google.com/workspace/chat/api/reference/rest/v1/spaces.messages>). A part is left for how the
/// service counts.
const MESSAGE_BYTES_MAX: usize = 30_000;

const MARKS: Marks = Marks { bold: "*", italic: "_", struck: "~", code: "`" };

#[derive(Serialize)]
struct Body {
    text: String,
}

/// Google Chat's incoming webhooks.
pub(super) struct GoogleChat;

/// What is around the text.
pub(super) struct Frame {
    title: String,
    /// The lines below.
    endings: Endings<Option<String>>,
}

impl Service for GoogleChat {
    type Frame = Frame;

    fn leaf(leaf: &Leaf) -> String {
        let text = match &leaf.place {
            Place::Code => fenced(&unmentioned(&leaf.words())),
            Place::Heading(_) => inline(&leaf.spans, true),
            Place::Paragraph => inline(&leaf.spans, false),
            Place::Item { depth, mark } => {
                let indent = "    ".repeat(depth.saturating_sub(1));
                let mark = if mark.is_empty() { " " } else { mark };
                format!("{indent}{mark} {}", inline(&leaf.spans, false))
            }
        };
        if leaf.quoted { prefixed("> ", &text) } else { text }
    }

    /// Bytes of JSON, without the quotes.
    fn length(text: &str) -> usize {
        json_bytes(text)
    }

    fn gap(before: &Leaf, after: &Leaf) -> Option<&'static str> {
        let in_list = |leaf: &Leaf| matches!(leaf.place, Place::Item { .. });
        let close = (in_list(before) && in_list(after)) || matches!(before.place, Place::Heading(_));
        Some(if close { "\n" } else { "\n\n" })
    }

    fn frame(around: &Around) -> Frame {
        let title = line(&around.title, TITLE_CHARS_MAX, unlinked, |text| text.chars().count());
        let byline = around.byline.as_deref().map(byline);
        Frame {
            title: marked(&title, &[MARKS.bold], str::to_owned),
            endings: around.endings.map(|ending| last_lines(byline.as_deref(), ending.as_ref())),
        }
    }

    fn room(frame: &Frame) -> Result<Room, serde_json::Error> {
        let around = json_bytes(&frame.title).saturating_add(json_bytes("\n\n"));
        let around = around.saturating_add(frame.endings.length(json_bytes));
        let room = MESSAGE_BYTES_MAX.saturating_sub(around).saturating_sub(serde_json::to_vec(&empty())?.len());
        Ok(Room { box_max: room, boxes_max: 1, total_max: room, box_cost: 0 })
    }

    fn json(frame: Frame, filled: BoxedText) -> Result<Vec<u8>, serde_json::Error> {
        let whole = filled.whole;
        let mut text = format!("{}\n\n", frame.title);
        text.extend(filled.boxes.into_iter().map(|part| part.text));
        text.push_str(&frame.endings.of(whole).unwrap_or_default());
        serde_json::to_vec(&Body { text })
    }
}

fn empty() -> Body {
    Body { text: String::new() }
}

fn json_bytes(text: &str) -> usize {
    let more = |letter: char| match letter {
        '"' | '\\' | '\n' | '\r' | '\t' => 1,
        '\u{0}'..='\u{1F}' => 5,
        _ => 0,
    };
    text.len().saturating_add(text.chars().map(more).sum())
}

fn byline(text: &str) -> String {
    let text = line(text, BYLINE_CHARS_MAX, escaped, |text| text.chars().count());
    marked(&text, &[MARKS.italic], str::to_owned)
}

fn last_lines(byline: Option<&str>, ending: Option<&Ending>) -> Option<String> {
    let ending = ending.map(|ending| match &ending.link {
        Some(link) => linked(link, &ending.words),
        None => escaped(&ending.words),
    });
    let lines: Vec<String> = byline.map(str::to_owned).into_iter().chain(ending).collect();
    (!lines.is_empty()).then(|| format!("\n\n{}", lines.join("\n")))
}

fn inline(spans: &[Span], bold: bool) -> String {
    spans.iter().map(|span| piece(span, bold)).collect()
}

fn piece(span: &Span, bold: bool) -> String {
    // A link can't contain code.
    let code_span = span.style.code && span.link.is_none();
    let marks = MARKS.of(Style { bold: bold || span.style.bold, code: code_span, ..span.style });
    match &span.link {
        Some(link) => marked(&linked(link, &span.text), &marks, str::to_owned),
        None if code_span => marked(&code(&span.text), &marks, unmentioned),
        None => marked(&span.text, &marks, escaped),
    }
}

/// A link. Its words can't contain the characters that end it.
fn linked(address: &str, words: &str) -> String {
    if address == words {
        return format!("<{address}>");
    }
    let words = words.replace('\n', " ").replace('<', "‹").replace('>', "›").replace('|', "¦");
    format!("<{address}|{}>", unmentioned(&words))
}

/// Text without mentions, marks and addresses, of which Google Chat makes links by itself.
fn unlinked(text: &str) -> String {
    let broken = |text: String, address: &str, parts: [&str; 2]| text.replace(address, &parts.join(&BREAK.to_string()));
    let text = broken(escaped(text), "://", [":", "//"]);
    broken(text, "www.", ["www", "."])
}

/// Text without mentions and marks.
fn escaped(text: &str) -> String {
    unmarked(text, push)
}

/// Text without mentions; marks keep their meaning.
fn unmentioned(text: &str) -> String {
    pushed(text, push)
}

fn push(safe: &mut String, letter: char) {
    safe.push(letter);
    if matches!(letter, '@' | '<') {
        safe.push(BREAK);
    }
}
