//! Google Chat: one text (<https://developers.google.com/workspace/chat/format-messages>).
//!
//! Its language has no escape. A mention is `<users/…>` and a link `<address|words>`: a zero-width space after a `<` or
//! a `@` of the report makes it plain text, as one beside a mark does.

use super::mrkdwn::{self, Language, MARKS, escaped, last_lines, unmentioned};
use crate::webhook::chat::fill::{BoxedText, Room};
use crate::webhook::chat::leaf::Leaf;
use crate::webhook::chat::marks::{BREAK, marked};
use crate::webhook::chat::outline::{Around, Endings};
use crate::webhook::chat::{BYLINE_CHARS_MAX, Service, TITLE_CHARS_MAX, line};
use serde::Serialize;

/// The largest message is 32,000 bytes, with what surrounds its text
/// (<https://developers.google.com/workspace/chat/api/reference/rest/v1/spaces.messages>). A part is left for how the
/// service counts.
const MESSAGE_BYTES_MAX: usize = 30_000;

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
        mrkdwn::leaf::<Self>(leaf)
    }

    /// Bytes of JSON, without the quotes.
    fn length(text: &str) -> usize {
        json_bytes(text)
    }

    fn gap(before: &Leaf, after: &Leaf) -> Option<&'static str> {
        Some(mrkdwn::gap(before, after))
    }

    fn frame(around: &Around) -> Frame {
        let title = line(&around.title, TITLE_CHARS_MAX, unlinked, |text| text.chars().count());
        let byline = around.byline.as_deref().map(byline);
        let below = |lines: String| format!("\n\n{lines}");
        Frame {
            title: marked(&title, &[MARKS.bold], str::to_owned),
            endings: around.endings.map(|ending| last_lines::<Self>(byline.as_deref(), ending.as_ref()).map(below)),
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

impl Language for GoogleChat {
    const QUOTE: &'static str = "> ";

    fn push(safe: &mut String, letter: char) {
        safe.push(letter);
        if matches!(letter, '@' | '<') {
            safe.push(BREAK);
        }
    }

    /// A link. Its words can't contain the characters that end it.
    fn linked(address: &str, words: &str) -> String {
        if address == words {
            return format!("<{address}>");
        }
        let words = words.replace('\n', " ").replace('<', "‹").replace('>', "›").replace('|', "¦");
        format!("<{address}|{}>", unmentioned::<Self>(&words))
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
    let text = line(text, BYLINE_CHARS_MAX, escaped::<GoogleChat>, |text| text.chars().count());
    marked(&text, &[MARKS.italic], str::to_owned)
}

/// Text without mentions, marks and addresses, of which Google Chat makes links by itself.
fn unlinked(text: &str) -> String {
    let broken = |text: String, address: &str, parts: [&str; 2]| text.replace(address, &parts.join(&BREAK.to_string()));
    let text = broken(escaped::<GoogleChat>(text), "://", [":", "//"]);
    broken(text, "www.", ["www", "."])
}
