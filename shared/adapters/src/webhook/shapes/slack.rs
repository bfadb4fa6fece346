//! Slack: a header, sections, and a line of context (<https://docs.slack.dev/reference/block-kit/blocks>).
//!
//! Its language, mrkdwn, can escape only `& < >` (<https://docs.slack.dev/messaging/formatting-message-text>), and
//! every mention begins with a `<`, which is escaped here; `verbatim` keeps Slack from finding links and names in
//! plain text. The block that takes Markdown itself is refused by incoming webhooks.

use super::mrkdwn::{self, Language, escaped, last_lines, piece, unmentioned};
use crate::webhook::chat::fill::{BoxedText, Room};
use crate::webhook::chat::leaf::{Leaf, Place, Span};
use crate::webhook::chat::marks::BREAK;
use crate::webhook::chat::outline::{Around, Endings};
use crate::webhook::chat::{BYLINE_CHARS_MAX, NOTIFICATION_CHARS_MAX, Service, line, utf16};
use serde::Serialize;

/// The longest text of a section, in characters.
const SECTION_CHARS_MAX: usize = 3_000;
/// The longest text of a header, in characters.
const HEADER_CHARS_MAX: usize = 150;
const BLOCKS_MAX: usize = 50;
/// The most characters of all text in a message. Near 13,200 Slack answers `msg_blocks_too_long`.
const MESSAGE_CHARS_MAX: usize = 12_000;

#[derive(Serialize)]
struct Body {
    /// The text of notifications.
    text: String,
    blocks: Vec<Block>,
    unfurl_links: bool,
    unfurl_media: bool,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Block {
    Header { text: Text },
    Section { text: Text },
    Context { elements: Vec<Text> },
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Text {
    PlainText { text: String, emoji: bool },
    Mrkdwn { text: String, verbatim: bool },
}

/// Slack's incoming webhooks.
pub(in crate::webhook) struct Slack;

/// What is around the sections.
pub(in crate::webhook) struct Frame {
    header: String,
    text: String,
    context: Endings<Option<String>>,
}

impl Service for Slack {
    type Frame = Frame;

    fn leaf(leaf: &Leaf) -> String {
        mrkdwn::leaf::<Self>(leaf)
    }

    fn gap(before: &Leaf, after: &Leaf) -> Option<&'static str> {
        Some(mrkdwn::gap(before, after))
    }

    fn starts_box(_: &Leaf, after: &Leaf) -> bool {
        matches!(after.place, Place::Heading(_))
    }

    fn frame(around: &Around) -> Frame {
        let byline = around.byline.as_deref().map(byline);
        Frame {
            header: line(&around.title, HEADER_CHARS_MAX, unmentioned::<Self>, utf16),
            text: line(&around.notification(), NOTIFICATION_CHARS_MAX, escaped::<Self>, utf16),
            context: around.endings.map(|ending| last_lines::<Self>(byline.as_deref(), ending.as_ref())),
        }
    }

    fn room(frame: &Frame) -> Result<Room, serde_json::Error> {
        let around = [&frame.header, &frame.text].into_iter().map(|text| utf16(text)).sum::<usize>();
        Ok(Room {
            box_max: SECTION_CHARS_MAX,
            // The header and the context are blocks too.
            boxes_max: BLOCKS_MAX.saturating_sub(2),
            total_max: MESSAGE_CHARS_MAX.saturating_sub(around).saturating_sub(frame.context.length(utf16)),
            box_cost: 0,
        })
    }

    fn json(frame: Frame, filled: BoxedText) -> Result<Vec<u8>, serde_json::Error> {
        let header = Block::Header { text: Text::PlainText { text: frame.header, emoji: false } };
        let sections = filled.boxes.into_iter().map(|section| Block::Section { text: verbatim(section.text) });
        let context = frame.context.of(filled.whole).map(|text| Block::Context { elements: vec![verbatim(text)] });
        let blocks = std::iter::once(header).chain(sections).chain(context).collect();
        serde_json::to_vec(&Body { text: frame.text, blocks, unfurl_links: false, unfurl_media: false })
    }
}

impl Language for Slack {
    const QUOTE: &'static str = "&gt; ";

    fn push(safe: &mut String, letter: char) {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '@' => safe.extend(['@', BREAK]),
            _ => safe.push(letter),
        }
    }

    fn linked(address: &str, words: &str) -> String {
        let target = address.replace('&', "&amp;");
        if address == words { format!("<{target}>") } else { format!("<{target}|{}>", unmentioned::<Self>(words)) }
    }

    /// Slack ignores marks within a word unless an invisible character separates them.
    fn inline(spans: &[Span], bold: bool) -> String {
        let mut text = String::new();
        let mut after_marks = false;
        for span in spans {
            let (piece, has_marks) = piece::<Self>(span, bold);
            let meets = |edge: Option<char>| edge.is_some_and(char::is_alphanumeric);
            let opens = has_marks && meets(text.chars().next_back());
            if opens || (after_marks && meets(piece.chars().next())) {
                text.push(BREAK);
            }
            text.push_str(&piece);
            after_marks = has_marks;
        }
        text
    }
}

fn verbatim(text: String) -> Text {
    Text::Mrkdwn { text, verbatim: true }
}

fn byline(text: &str) -> String {
    escaped::<Slack>(&line(text, BYLINE_CHARS_MAX, str::to_owned, |text| text.chars().count()))
}
