//! Discord: one embed, and a second where the first is full (<https://discord.com/developers/docs/resources/message>).
//!
//! Its language is nearly Markdown. Mentions within an embed notify no one; `allowed_mentions` forbids them too, and a
//! zero-width space breaks the text of each.

use crate::webhook::chat::fill::{BoxedText, Room};
use crate::webhook::chat::leaf::{Leaf, Place, Span, Style};
use crate::webhook::chat::marks::{BREAK, Marks, code, fenced, letters, marked, prefixed, pushed};
use crate::webhook::chat::outline::{Around, Ending, Endings};
use crate::webhook::chat::{BYLINE_CHARS_MAX, Service, TITLE_CHARS_MAX, line, utf16};
use domain::delivery::DELAY_MAX;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::time::Duration;
use url::Url;

/// The longest description of an embed, in characters.
const DESCRIPTION_CHARS_MAX: usize = 4_096;
/// The most characters of all text in a message's embeds.
const EMBEDS_CHARS_MAX: usize = 6_000;
/// Two descriptions hold all that a message may contain.
const EMBEDS_MAX: usize = 2;

const MARKS: Marks = Marks { bold: "**", italic: "*", struck: "~~", code: "`" };

#[derive(Serialize)]
struct Body {
    embeds: Vec<Embed>,
    allowed_mentions: AllowedMentions,
}

#[derive(Serialize, Default)]
struct Embed {
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    footer: Option<Footer>,
}

#[derive(Serialize)]
struct Footer {
    text: String,
}

/// Kinds of mentions that notify: an empty list.
#[derive(Serialize)]
struct AllowedMentions {
    parse: [&'static str; 0],
}

/// Discord's webhooks.
pub(super) struct Discord;

/// What is around the text.
pub(super) struct Frame {
    pub(super) title: String,
    pub(super) page: Option<String>,
    pub(super) footer: Option<String>,
    /// The end of the text.
    pub(super) endings: Endings<Option<String>>,
}

impl Frame {
    /// With this title.
    pub(super) fn new(title: String, around: &Around) -> Self {
        Self {
            title,
            page: around.page.clone(),
            footer: around.byline.as_ref().map(|byline| line(byline, BYLINE_CHARS_MAX, unmentioned, utf16)),
            endings: around.endings.map(|ending| ending.as_ref().map(last_line)),
        }
    }
}

impl Service for Discord {
    type Frame = Frame;

    fn leaf(leaf: &Leaf) -> String {
        let text = match &leaf.place {
            Place::Code => fenced(&unmentioned(&leaf.words())),
            Place::Heading(level @ 1..=3) => {
                format!("{} {}", "#".repeat(usize::from(*level)), inline(&leaf.spans, false))
            }
            Place::Heading(_) => inline(&leaf.spans, true),
            Place::Paragraph => inline(&leaf.spans, false),
            Place::Item { depth, mark } => item("  ", (*depth, mark), &leaf.spans),
        };
        if leaf.quoted { prefixed("> ", &text) } else { text }
    }

    fn gap(before: &Leaf, after: &Leaf) -> Option<&'static str> {
        let in_list = |leaf: &Leaf| matches!(leaf.place, Place::Item { .. });
        let is_heading = |leaf: &Leaf| matches!(leaf.place, Place::Heading(_));
        let close = (in_list(before) && in_list(after)) || is_heading(before) || is_heading(after);
        Some(if close { "\n" } else { "\n\n" })
    }

    fn frame(around: &Around) -> Frame {
        Frame::new(line(&around.title, TITLE_CHARS_MAX, label, utf16), around)
    }

    fn room(frame: &Frame) -> Result<Room, serde_json::Error> {
        let ending = frame.endings.length(utf16);
        let around = [Some(&frame.title), frame.footer.as_ref()].into_iter().flatten();
        let around = around.map(|text| utf16(text)).sum::<usize>();
        Ok(Room {
            box_max: DESCRIPTION_CHARS_MAX.saturating_sub(ending),
            boxes_max: EMBEDS_MAX,
            total_max: EMBEDS_CHARS_MAX.saturating_sub(around).saturating_sub(ending),
            box_cost: 0,
        })
    }

    fn json(frame: Frame, text: BoxedText) -> Result<Vec<u8>, serde_json::Error> {
        let descriptions = text.boxes.into_iter().map(|description| Some(description.text));
        let mut embeds: Vec<Embed> =
            descriptions.map(|description| Embed { description, ..Embed::default() }).collect();
        if embeds.is_empty() {
            embeds.push(Embed::default());
        }
        if let Some(first) = embeds.first_mut() {
            first.title = Some(frame.title);
            first.url = frame.page;
        }
        if let Some(last) = embeds.last_mut() {
            if let Some(ending) = frame.endings.of(text.whole) {
                last.description.get_or_insert_default().push_str(&ending);
            }
            last.footer = frame.footer.map(|text| Footer { text });
        }
        serde_json::to_vec(&Body { embeds, allowed_mentions: AllowedMentions { parse: [] } })
    }
}

/// The address with `wait=true`, so that Discord answers after it has posted the message, with an error if it has not.
pub(super) fn with_wait(url: &Url) -> Url {
    let others: Vec<(Cow<'_, str>, Cow<'_, str>)> = url.query_pairs().filter(|(name, _)| name != "wait").collect();
    let mut waiting = url.clone();
    waiting.query_pairs_mut().clear().extend_pairs(others).append_pair("wait", "true");
    waiting
}

/// What a 429 contains (<https://discord.com/developers/docs/topics/rate-limits>).
#[derive(Deserialize)]
struct Limited {
    /// Seconds, with a fraction.
    retry_after: f64,
}

/// How long the text of a 429 asks to wait, rounded up to a second, and at most the longest wait.
pub(super) fn retry_after(words: &[u8]) -> Option<Duration> {
    let Limited { retry_after } = serde_json::from_slice(words).ok()?;
    if retry_after < 0.0 {
        return None;
    }
    Some(Duration::try_from_secs_f64(retry_after.ceil()).unwrap_or(DELAY_MAX).min(DELAY_MAX))
}

/// An item of a list, with this indentation for each level.
pub(super) fn item(indent: &str, (depth, mark): (usize, &str), spans: &[Span]) -> String {
    let mark = match mark {
        "" => " ",
        "•" => "-",
        number => number,
    };
    format!("{}{mark} {}", indent.repeat(depth.saturating_sub(1)), inline(spans, false))
}

fn last_line(ending: &Ending) -> String {
    match &ending.link {
        Some(link) => format!("\n\n[{}]({link})", ending.words),
        None => format!("\n\n{}", ending.words),
    }
}

pub(super) fn inline(spans: &[Span], bold: bool) -> String {
    spans.iter().map(|span| piece(span, Style { bold: bold || span.style.bold, ..span.style })).collect()
}

fn piece(span: &Span, style: Style) -> String {
    let marks = MARKS.of(style);
    let code = |text: &str| marked(&code(text), &marks, unmentioned);
    match &span.link {
        Some(link) if *link == span.text => link.clone(),
        Some(link) if style.code => format!("[{}]({link})", code(&span.text)),
        Some(link) => marked(&format!("[{}]({link})", label(&span.text)), &marks, str::to_owned),
        None if style.code => code(&span.text),
        None => marked(&span.text, &marks, escaped),
    }
}

/// The text of a link or a title. Discord makes a link of what looks like an address, so the text must not.
fn label(words: &str) -> String {
    escaped(&words.replace("://", &format!(":{BREAK}//")))
}

/// Text without marks and mentions.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for (before, letter, _) in letters(text) {
        let begins_line = matches!(before, None | Some('\n'));
        let marks = match letter {
            '\\' | '*' | '_' | '~' | '`' | '|' | '[' | ']' => true,
            '#' | '-' | '+' | '>' => begins_line,
            _ => false,
        };
        if marks {
            safe.push('\\');
        }
        push(&mut safe, letter);
    }
    safe
}

/// Text without mentions; marks keep their meaning.
pub(super) fn unmentioned(text: &str) -> String {
    pushed(text, push)
}

/// All of Discord's mentions, emoji and timestamps begin with `<` or `@`.
fn push(safe: &mut String, letter: char) {
    safe.push(letter);
    if matches!(letter, '@' | '<') {
        safe.push(BREAK);
    }
}
