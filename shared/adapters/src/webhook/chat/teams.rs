//! Teams: an Adaptive Card, as workflows and the old connectors take it
//! (<https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using>).
//!
//! A card's text has bold, italic, lists and links, and nothing else of Markdown
//! (<https://learn.microsoft.com/adaptive-cards/authoring-cards/text-features>). A mention needs an entity in the
//! card, and this card has none.

use super::fill::{Filled, Markup, Room, fill};
use super::leaf::{Leaf, Place, Span, Style};
use super::marks::{BREAK, Marks, is_within_word, letters, marked};
use super::{BYLINE_CHARS_MAX, Outline, TITLE_CHARS_MAX, line, utf16};
use app::ports::Message;
use serde::Serialize;
use url::Url;

/// The most bytes of a message. Workflows take 28 kB as they count, which is more than the bytes of the request.
const MESSAGE_BYTES_MAX: usize = 20_000;

const NO_BREAK_SPACE: &str = "\u{A0}";
const MARKS: Marks = Marks { bold: "**", italic: "_", struck: "", code: "" };

#[derive(Serialize)]
struct Body {
    #[serde(rename = "type")]
    kind: &'static str,
    attachments: [Attachment; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Attachment {
    content_type: &'static str,
    content_url: Option<&'static str>,
    content: Card,
}

#[derive(Serialize)]
struct Card {
    #[serde(rename = "$schema")]
    schema: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    version: &'static str,
    msteams: Layout,
    body: Vec<TextBlock>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    actions: Vec<OpenUrl>,
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

/// The body of a message.
pub(in crate::webhook) fn teams(message: &Message, public_url: Option<&Url>) -> Result<Vec<u8>, serde_json::Error> {
    let mut outline = Outline::of(message, public_url);
    let leaves = std::mem::take(&mut outline.leaves);
    let whole = serde_json::to_vec(&body(&outline, Vec::new(), true))?.len();
    let cut = serde_json::to_vec(&body(&outline, Vec::new(), false))?.len();
    let room = Room {
        box_max: MESSAGE_BYTES_MAX,
        boxes_max: usize::MAX,
        total_max: MESSAGE_BYTES_MAX.saturating_sub(1).saturating_sub(whole.max(cut)),
        // One more for the comma.
        box_cost: serde_json::to_vec(&TextBlock::largest())?.len().saturating_add(1),
    };
    let filled = fill(leaves, &CardText, &room);
    let blocks = filled.boxes.into_iter().map(TextBlock::of).collect();
    serde_json::to_vec(&body(&outline, blocks, filled.whole))
}

fn body(outline: &Outline, blocks: Vec<TextBlock>, whole: bool) -> Body {
    let title = TextBlock {
        size: Some("Large"),
        weight: Some("Bolder"),
        ..TextBlock::with(line(&outline.title, TITLE_CHARS_MAX, escaped, utf16))
    };
    let small = |text: &str| TextBlock {
        size: Some("Small"),
        is_subtle: Some(true),
        ..TextBlock::with(line(text, BYLINE_CHARS_MAX, escaped, utf16))
    };
    let rest = outline.rest(whole);
    let (words, actions) = match rest {
        Some(rest) => match rest.link {
            Some(url) => (None, vec![OpenUrl { kind: "Action.OpenUrl", title: rest.words, url }]),
            None => (Some(rest.words), Vec::new()),
        },
        None => (None, Vec::new()),
    };
    let below = [words, outline.byline.clone()].into_iter().flatten().map(|text| small(&text));
    let card = Card {
        schema: "http://adaptivecards.io/schemas/adaptive-card.json",
        kind: "AdaptiveCard",
        version: "1.4",
        msteams: Layout { width: "Full" },
        body: std::iter::once(title).chain(blocks).chain(below).collect(),
        actions,
    };
    let content_type = "application/vnd.microsoft.card.adaptive";
    Body { kind: "message", attachments: [Attachment { content_type, content_url: None, content: card }] }
}

impl TextBlock {
    fn with(text: String) -> Self {
        Self { kind: "TextBlock", text, wrap: true, ..Self::default() }
    }

    fn of(filled: Filled) -> Self {
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

struct CardText;

impl Markup for CardText {
    fn leaf(&self, leaf: &Leaf) -> String {
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
    fn length(&self, text: &str) -> usize {
        serde_json::to_vec(text).map_or(usize::MAX, |written| written.len().saturating_sub(2))
    }

    fn gap(&self, before: &Leaf, after: &Leaf) -> Option<&'static str> {
        let in_list = |leaf: &Leaf| matches!(&leaf.place, Place::Item { mark, .. } if !mark.is_empty());
        (in_list(before) && in_list(after) && before.quoted == after.quoted).then_some("\r")
    }

    fn starts_box(&self, _: &Leaf, _: &Leaf) -> bool {
        false
    }
}

/// All marks.
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
        if matches!(letter, '@' | '<') || (letter == '{' && after == Some('{')) {
            safe.push(BREAK);
        }
    }
    safe
}
