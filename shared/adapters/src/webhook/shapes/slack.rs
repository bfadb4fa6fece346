//! Slack: a header, sections, and a line of context (<https://docs.slack.dev/reference/block-kit/blocks>).
//!
//! Its language, mrkdwn, can escape only `& < >` (<https://docs.slack.dev/messaging/formatting-message-text>), and
//! every mention begins with a `<`, which is escaped here; `verbatim` keeps Slack from finding links and names in
//! plain text. The block that takes Markdown itself is refused by incoming webhooks.

use crate::webhook::chat::fill::{BoxedText, Room};
use crate::webhook::chat::leaf::{Leaf, Place, Span, Style};
use crate::webhook::chat::marks::{BREAK, Marks, code, fenced, is_within_word, letters, marked, prefixed, pushed};
use crate::webhook::chat::outline::{Around, Ending, Endings};
use crate::webhook::chat::{BYLINE_CHARS_MAX, Service, line, utf16};
use serde::Serialize;

/// The longest text of a section, in characters.
const SECTION_CHARS_MAX: usize = 3_000;
/// The longest text of a header, in characters.
const HEADER_CHARS_MAX: usize = 150;
const BLOCKS_MAX: usize = 50;
/// The most characters of all text in a message. Near 13,200 Slack answers `msg_blocks_too_long`.
const MESSAGE_CHARS_MAX: usize = 12_000;

const MARKS: Marks = Marks { bold: "*", italic: "_", struck: "~", code: "`" };

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
pub(super) struct Slack;

/// What is around the sections.
pub(super) struct Frame {
    header: String,
    text: String,
    context: Endings<Option<String>>,
}

impl Service for Slack {
    type Frame = Frame;

    fn leaf(leaf: &Leaf) -> String {
        let text = match &leaf.place {
            Place::Code => fenced(&entities(&leaf.words())),
            Place::Heading(_) => inline(&leaf.spans, true),
            Place::Paragraph => inline(&leaf.spans, false),
            Place::Item { depth, mark } => {
                let indent = "    ".repeat(depth.saturating_sub(1));
                let mark = if mark.is_empty() { " " } else { mark };
                format!("{indent}{mark} {}", inline(&leaf.spans, false))
            }
        };
        if leaf.quoted { prefixed("&gt; ", &text) } else { text }
    }

    fn gap(before: &Leaf, after: &Leaf) -> Option<&'static str> {
        let in_list = |leaf: &Leaf| matches!(leaf.place, Place::Item { .. });
        let close = (in_list(before) && in_list(after)) || matches!(before.place, Place::Heading(_));
        Some(if close { "\n" } else { "\n\n" })
    }

    fn starts_box(_: &Leaf, after: &Leaf) -> bool {
        matches!(after.place, Place::Heading(_))
    }

    fn frame(around: &Around) -> Frame {
        let byline = around.byline.as_deref().map(byline);
        Frame {
            header: line(&around.title, HEADER_CHARS_MAX, entities, utf16),
            text: line(&around.title, HEADER_CHARS_MAX, escaped, utf16),
            context: around.endings.map(|ending| context(byline.as_deref(), ending.as_ref())),
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
        let sections = filled.boxes.into_iter().map(|section| Block::Section { text: mrkdwn(section.text) });
        let context = frame.context.of(filled.whole).map(|text| Block::Context { elements: vec![mrkdwn(text)] });
        let blocks = std::iter::once(header).chain(sections).chain(context).collect();
        serde_json::to_vec(&Body { text: frame.text, blocks, unfurl_links: false, unfurl_media: false })
    }
}

fn mrkdwn(text: String) -> Text {
    Text::Mrkdwn { text, verbatim: true }
}

fn byline(text: &str) -> String {
    escaped(&line(text, BYLINE_CHARS_MAX, str::to_owned, |text| text.chars().count()))
}

/// The line below: the source of the text, and a link to the whole.
fn context(byline: Option<&str>, ending: Option<&Ending>) -> Option<String> {
    let ending = ending.map(|ending| match &ending.link {
        Some(link) => linked(link, &ending.words),
        None => escaped(&ending.words),
    });
    let parts: Vec<String> = byline.map(str::to_owned).into_iter().chain(ending).collect();
    (!parts.is_empty()).then(|| parts.join("\n"))
}

fn inline(spans: &[Span], bold: bool) -> String {
    let mut text = String::new();
    let mut after_marks = false;
    for span in spans {
        // A link can't contain code.
        let code_span = span.style.code && span.link.is_none();
        let marks = MARKS.of(Style { bold: bold || span.style.bold, code: code_span, ..span.style });
        let piece = match &span.link {
            Some(link) => marked(&linked(link, &span.text), &marks, str::to_owned),
            None if code_span => marked(&code(&span.text), &marks, entities),
            None => marked(&span.text, &marks, escaped),
        };
        // Slack ignores marks within a word unless an invisible character separates them.
        let meets = |edge: Option<char>| edge.is_some_and(char::is_alphanumeric);
        let opens = !marks.is_empty() && meets(text.chars().next_back());
        if opens || (after_marks && meets(piece.chars().next())) {
            text.push(BREAK);
        }
        text.push_str(&piece);
        after_marks = !marks.is_empty();
    }
    text
}

fn linked(address: &str, words: &str) -> String {
    if address == words {
        return format!("<{}>", address.replace('&', "&amp;"));
    }
    format!("<{}|{}>", address.replace('&', "&amp;"), entities(words))
}

/// Text without entities, mentions and marks.
fn escaped(text: &str) -> String {
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

/// Text without entities and mentions; marks keep their meaning.
fn entities(text: &str) -> String {
    pushed(text, push)
}

fn push(safe: &mut String, letter: char) {
    match letter {
        '&' => safe.push_str("&amp;"),
        '<' => safe.push_str("&lt;"),
        '>' => safe.push_str("&gt;"),
        '@' => safe.extend(['@', BREAK]),
        _ => safe.push(letter),
    }
}
