//! Mattermost, and Rocket.Chat, which takes the same: one attachment
//! (<https://developers.mattermost.com/integrate/reference/message-attachments/>,
//! <https://docs.rocket.chat/docs/integrations>).
//!
//! The report is in an attachment and not in the message's own text, because Rocket.Chat refuses a text of more than
//! 5,000 characters. Both languages are Markdown, as Discord's is; their mentions begin with `@`, which a zero-width
//! space breaks.

use super::discord::{self, Discord, inline, item, unmentioned};
use crate::webhook::chat::fill::{BoxedText, Room};
use crate::webhook::chat::leaf::{Leaf, Place};
use crate::webhook::chat::marks::prefixed;
use crate::webhook::chat::outline::Around;
use crate::webhook::chat::{NOTIFICATION_CHARS_MAX, Service, TITLE_CHARS_MAX, line, utf16};
use serde::Serialize;

/// The longest text, in characters: what Mattermost takes as one post. Its attachments may be longer, but are
/// collapsed.
const TEXT_CHARS_MAX: usize = 16_383;
/// The levels of headings; the message's title is larger.
const HEADING_LEVEL_MIN: u8 = 4;
const HEADING_LEVEL_MAX: u8 = 6;

#[derive(Serialize)]
struct Body {
    attachments: [Attachment; 1],
}

#[derive(Serialize)]
struct Attachment {
    /// The text of notifications.
    fallback: String,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    title_link: Option<String>,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    footer: Option<String>,
}

/// Mattermost's and Rocket.Chat's incoming webhooks.
pub(super) struct Mattermost;

/// What is around the text.
pub(super) struct Frame {
    shown: discord::Frame,
    notification: String,
}

impl Service for Mattermost {
    type Frame = Frame;

    fn leaf(leaf: &Leaf) -> String {
        let text = match &leaf.place {
            Place::Heading(level) => {
                let level = level.saturating_add(2).clamp(HEADING_LEVEL_MIN, HEADING_LEVEL_MAX);
                format!("{} {}", "#".repeat(usize::from(level)), inline(&leaf.spans, false))
            }
            Place::Item { depth, mark } => item("    ", (*depth, mark), &leaf.spans),
            Place::Code | Place::Paragraph => return Discord::leaf(leaf),
        };
        if leaf.quoted { prefixed("> ", &text) } else { text }
    }

    fn gap(before: &Leaf, after: &Leaf) -> Option<&'static str> {
        Discord::gap(before, after)
    }

    fn frame(around: &Around) -> Frame {
        let cut = |text: &str, chars_max| line(text, chars_max, unmentioned, utf16);
        Frame {
            shown: discord::Frame::new(cut(&around.title, TITLE_CHARS_MAX), around),
            notification: cut(&around.notification(), NOTIFICATION_CHARS_MAX),
        }
    }

    fn room(frame: &Frame) -> Result<Room, serde_json::Error> {
        let room = TEXT_CHARS_MAX.saturating_sub(frame.shown.endings.length(utf16));
        Ok(Room { box_max: room, boxes_max: 1, total_max: room, box_cost: 0 })
    }

    fn json(Frame { shown, notification }: Frame, filled: BoxedText) -> Result<Vec<u8>, serde_json::Error> {
        let whole = filled.whole;
        let mut text: String = filled.boxes.into_iter().map(|part| part.text).collect();
        text.push_str(&shown.endings.of(whole).unwrap_or_default());
        let discord::Frame { title, page: title_link, footer, .. } = shown;
        let attachment = Attachment { fallback: notification, title, title_link, text, footer };
        serde_json::to_vec(&Body { attachments: [attachment] })
    }
}
