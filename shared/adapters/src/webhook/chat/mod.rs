//! Messages for chat services: Slack, Discord and Teams.
//!
//! In reading order: [`markdown`] parses a report into leaves ([`leaf`]), which [`fill`] puts into the boxes of a
//! message as long as there is room; [`slack`], [`discord`] and [`teams`] define the limits of their boxes and how a
//! leaf is written there, with [`marks`], which they share. Whatever a report contains, no one is mentioned, no link
//! is cut, and no limit of a service is exceeded.

mod discord;
mod fill;
mod leaf;
mod markdown;
mod marks;
mod slack;
mod teams;

pub(super) use discord::{discord, with_wait};
pub(super) use slack::slack;
pub(super) use teams::teams;

use super::generic;
use app::ports::{Message, MessageBody};
use domain::run::Caption;
use leaf::{Leaf, Place};
use url::Url;

/// The longest title, in characters: the limit of Slack's header.
const TITLE_CHARS_MAX: usize = 150;
/// The longest line below a report, in characters.
const BYLINE_CHARS_MAX: usize = 300;
/// The title of a text without a readable one.
const UNTITLED: &str = "Report";

/// A message, before it is written in a service's language.
struct Outline {
    title: String,
    leaves: Vec<Leaf>,
    byline: Option<String>,
    /// The address of the whole report, as [`markdown::address`] writes it.
    page: Option<String>,
    run: Option<String>,
}

/// The line below a text.
struct Rest {
    words: String,
    link: Option<String>,
}

impl Outline {
    fn of(message: &Message, public_url: Option<&Url>) -> Self {
        match &message.body {
            MessageBody::Notice(notice) => Self {
                title: notice.title(),
                leaves: vec![Leaf::plain(&notice.text())],
                byline: None,
                page: None,
                run: None,
            },
            MessageBody::Report { run, text } => {
                let caption = Caption::of(run);
                let mut leaves = markdown::leaves(text);
                let title = take_title(&mut leaves).unwrap_or(caption.title);
                let page = public_url.and_then(|base| generic::page(base, run));
                Self {
                    title,
                    leaves,
                    byline: Some(caption.byline),
                    page: page.as_deref().and_then(markdown::address),
                    run: Some(run.id.to_string()),
                }
            }
        }
    }

    /// The line below a text of which everything was shown, or only the beginning.
    fn rest(&self, whole: bool) -> Option<Rest> {
        match (&self.page, &self.run) {
            (Some(page), _) => {
                let words = if whole { "Open the report" } else { "Read the whole report" };
                Some(Rest { words: words.to_owned(), link: Some(page.clone()) })
            }
            (None, Some(run)) if !whole => Some(Rest {
                words: format!("The report continues; the whole text is stored as run {run}."),
                link: None,
            }),
            _ => None,
        }
    }
}

/// Takes the heading that a report begins with, which becomes the title; a quoted note may precede it.
fn take_title(leaves: &mut Vec<Leaf>) -> Option<String> {
    let place = leaves.iter().take(2).position(|leaf| matches!(leaf.place, Place::Heading(_)))?;
    let is_title = leaves.iter().take(place).all(|leaf| leaf.quoted);
    is_title.then(|| leaves.remove(place).words())
}

/// A text as one line in a service's language, cut to a length in the service's measure.
fn line(text: &str, length_max: usize, write: impl Fn(&str) -> String, length: impl Fn(&str) -> usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let whole = Leaf::plain(&text);
    let text = if whole.is_blank() { UNTITLED.to_owned() } else { text };
    let written = write(&text);
    if length(&written) <= length_max {
        return written;
    }
    let cut = |leaf: &Leaf| write(&format!("{}…", leaf.words().trim_end()));
    let head = Leaf::plain(&text).split(length_max, |leaf| length(&cut(leaf)) <= length_max);
    head.map_or_else(|| UNTITLED.to_owned(), |(head, _)| cut(&head))
}

/// The length of a text in UTF-16 units, as JavaScript counts it: no service counts more.
fn utf16(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}
