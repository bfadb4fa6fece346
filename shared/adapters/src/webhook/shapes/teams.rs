//! Teams: an Adaptive Card, as workflows and the old connectors take it
//! (<https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using>).
//!
//! A card's text has bold, italic, lists and links, and nothing else of Markdown
//! (<https://learn.microsoft.com/adaptive-cards/authoring-cards/text-features>). A mention needs an entity in the
//! card, and this card has none.

use crate::webhook::chat::fill::{BoxedText, Room, TextBox};
use crate::webhook::chat::leaf::{Leaf, Place, Span, Style};
use crate::webhook::chat::marks::{BREAK, Marks, is_within_word, letters, marked};
use crate::webhook::chat::outline::{Around, Ending, Endings};
use crate::webhook::chat::{BYLINE_CHARS_MAX, Service, TITLE_CHARS_MAX, line, utf16};
use serde::Serialize;

/// The most bytes of a message. Workflows take 28 kB as they count, which is more than the bytes of the request.
const MESSAGE_BYTES_MAX: usize = 20_000;

const NO_BREAK_SPACE: &str = "\u{A0}";
const MARKS: Marks = Marks { bold: "**", italic: "_", struck: "", code: "" };

#[derive(Serialize)]
struct Body<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    attachments: [Attachment<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Attachment<'a> {
    content_type: &'static str,
    content_url: Option<&'static str>,
    content: Card<'a>,
}

#[derive(Serialize)]
struct Card<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    version: &'static str,
    msteams: Layout,
    body: Vec<&'a TextBlock>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    actions: &'a [OpenUrl],
}

#[derive(Serialize)]
struct Layout {
    width: &'static str,
}

#[derive(Serialize, Default)]
#[serde(rename_all = "camelCase")]
struct TextBlock {
    #[serde(rename = "type")]
    kind: &'static str,
    text: String,
    wrap: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    weight: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    font_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_subtle: Option<bool>,
}

#[derive(Serialize)]
struct OpenUrl {
    #[serde(rename = "type")]
    kind: &'static str,
    title: String,
    url: String,
}

/// Teams' workflows and connectors.
pub(super) struct Teams;

/// What is around the blocks of the text.
pub(super) struct Frame {
    title: TextBlock,
    below: Endings<Below>,
}

/// What is below the text.
struct Below {
    lines: Vec<TextBlock>,
    actions: Vec<OpenUrl>,
}

impl Service for Teams {
    type Frame = Frame;

    fn leaf(leaf: &Leaf) -> String {
        match &leaf.place {
            Place::Code => verbatim(&leaf.words()),
            // The block of a heading is bold already.
            Place::Heading(_) => inline(&leaf.spans, Style { bold: false, ..ALL }),
            Place::Paragraph => inline(&leaf.spans, ALL),
            Place::Item { depth, mark } => {
                let text = inline(&leaf.spans, ALL);
                // A card's lists have one level.
                let is_deep = *depth > 1;
                match mark.as_str() {
                    "" => format!("{}{text}", NO_BREAK_SPACE.repeat(4)),
                    "•" if is_deep => format!("- ◦ {text}"),
                    "•" => format!("- {text}"),
                    number if is_deep => format!("- {}\\. {text}", number.trim_end_matches('.')),
                    number => format!("{number} {text}"),
                }
            }
        }
    }

    /// In bytes, as a text is written in JSON.
    fn length(text: &str) -> usize {
        serde_json::to_vec(text).map_or(usize::MAX, |written| written.len().saturating_sub(2))
    }

    fn gap(before: &Leaf, after: &Leaf) -> Option<&'static str> {
        let in_list = |leaf: &Leaf| matches!(&leaf.place, Place::Item { mark, .. } if !mark.is_empty());
        (in_list(before) && in_list(after) && before.quoted == after.quoted).then_some("\r")
    }

    fn frame(around: &Around) -> Frame {
        let title = TextBlock {
            size: Some("Large"),
            weight: Some("Bolder"),
            ..TextBlock::with(line(&around.title, TITLE_CHARS_MAX, escaped, utf16))
        };
        let below = around.endings.map(|ending| Below::of(ending.as_ref(), around.byline.as_deref()));
        Frame { title, below }
    }

    fn room(frame: &Frame) -> Result<Room, serde_json::Error> {
        let whole = json(&frame.title, &[], &frame.below.whole)?.len();
        let cut = json(&frame.title, &[], &frame.below.cut)?.len();
        Ok(Room {
            box_max: MESSAGE_BYTES_MAX,
            boxes_max: usize::MAX,
            total_max: MESSAGE_BYTES_MAX.saturating_sub(1).saturating_sub(whole.max(cut)),
            // One more for the comma.
            box_cost: serde_json::to_vec(&TextBlock::largest())?.len().saturating_add(1),
        })
    }

    fn json(frame: Frame, text: BoxedText) -> Result<Vec<u8>, serde_json::Error> {
        let blocks: Vec<TextBlock> = text.boxes.into_iter().map(TextBlock::of).collect();
        json(&frame.title, &blocks, &frame.below.of(text.whole))
    }
}

fn json(title: &TextBlock, text: &[TextBlock], below: &Below) -> Result<Vec<u8>, serde_json::Error> {
    let card = Card {
        schema: "http://adaptivecards.io/schemas/adaptive-card.json",
        kind: "AdaptiveCard",
        version: "1.4",
        msteams: Layout { width: "Full" },
        body: std::iter::once(title).chain(text).chain(&below.lines).collect(),
        actions: &below.actions,
    };
    let content_type = "application/vnd.microsoft.card.adaptive";
    let attachment = Attachment { content_type, content_url: None, content: card };
    serde_json::to_vec(&Body { kind: "message", attachments: [attachment] })
}

impl Below {
    fn of(ending: Option<&Ending>, byline: Option<&str>) -> Self {
        let words = ending.filter(|ending| ending.link.is_none()).map(|ending| ending.words.as_str());
        let open = |ending: &Ending| {
            Some(OpenUrl { kind: "Action.OpenUrl", title: ending.words.clone(), url: ending.link.clone()? })
        };
        Self {
            lines: [words, byline].into_iter().flatten().map(TextBlock::small).collect(),
            actions: ending.and_then(open).into_iter().collect(),
        }
    }
}

impl TextBlock {
    fn with(text: String) -> Self {
        Self { kind: "TextBlock", text, wrap: true, ..Self::default() }
    }

    /// A line below the text.
    fn small(text: &str) -> Self {
        Self { size: Some("Small"), is_subtle: Some(true), ..Self::with(line(text, BYLINE_CHARS_MAX, escaped, utf16)) }
    }

    fn of(filled: TextBox) -> Self {
        let heading = matches!(filled.place, Place::Heading(_));
        let size = match filled.place {
            Place::Heading(1 | 2) => Some("Medium"),
            _ => None,
        };
        Self {
            size,
            weight: heading.then_some("Bolder"),
            font_type: (filled.place == Place::Code).then_some("Monospace"),
            is_subtle: filled.quoted.then_some(true),
            ..Self::with(filled.text)
        }
    }

    /// The block whose JSON around its text is the longest.
    fn largest() -> Self {
        Self {
            size: Some("Medium"),
            weight: Some("Bolder"),
            font_type: Some("Monospace"),
            is_subtle: Some(true),
            ..Self::with(String::new())
        }
    }
}

const ALL: Style = Style { bold: true, italic: true, struck: true, code: true };

fn inline(spans: &[Span], shown: Style) -> String {
    let mut text = String::new();
    for span in spans {
        let style = Style { bold: span.style.bold && shown.bold, ..span.style };
        let marks = MARKS.of(style);
        let piece = match &span.link {
            Some(link) => marked(&format!("[{}]({link})", escaped(&span.text)), &marks, str::to_owned),
            None => marked(&span.text, &marks, escaped),
        };
        // Two braces are a function of a card, also where each is of a span of its own.
        if text.ends_with('{') && piece.starts_with('{') {
            text.push(BREAK);
        }
        text.push_str(&piece);
    }
    // A card ignores a single line break.
    text.replace('\n', "\n\n")
}

/// Code: a card has no fence, so line breaks and indents are written explicitly.
fn verbatim(text: &str) -> String {
    let lines: Vec<String> = text
        .split('\n')
        .map(|line| {
            let words = line.trim_start_matches([' ', '\t']);
            let indent = line.len().saturating_sub(words.len());
            format!("{}{}", NO_BREAK_SPACE.repeat(indent), escaped(words))
        })
        .collect();
    lines.join("\n\n")
}

/// Whether the last line consists of digits so far.
fn begins_with_number(text: &str) -> bool {
    let line = text.rsplit('\n').next().unwrap_or_default();
    !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit())
}

/// Text without marks, and without what looks like a mention or a function of a card.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for (before, letter, after) in letters(text) {
        let begins_line = matches!(before, None | Some('\n'));
        let marks = match letter {
            '\\' | '*' | '[' | ']' => true,
            '_' => !is_within_word(before, after),
            '-' | '+' | '#' => begins_line && after.is_some_and(char::is_whitespace),
            '.' | ')' => after == Some(' ') && begins_with_number(&safe),
            _ => false,
        };
        if marks {
            safe.push('\\');
        }
        safe.push(letter);
        let pair = matches!((letter, after), ('{', Some('{')) | (':', Some('/')));
        if pair || matches!(letter, '@' | '<') {
            safe.push(BREAK);
        }
    }
    safe
}
