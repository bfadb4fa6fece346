//! Messages for chat services: Slack, Discord and Teams.
//!
//! In reading order: [`markdown`] reads a report into leaves ([`leaf`]), which [`fill`] puts into the boxes of a message
//! as long as there is room; [`slack`], [`discord`] and [`teams`] say what their boxes hold and how a leaf is written
//! there, with [`marks`], which they share. Whatever stands in a report, nobody is mentioned, no link is cut, and no limit of a
//! service is exceeded.

mod discord;
mod fill;
mod leaf;
mod markdown;
mod marks;
mod slack;
mod teams;

pub(super) use discord::{discord, waiting};
pub(super) use slack::slack;
pub(super) use teams::teams;

use super::generic;
use app::ports::{Message, MessageBody};
use domain::run::Caption;
use leaf::{Leaf, Place};
use url::Url;

/// The longest title, in characters: what Slack's header holds.
const TITLE_CHARS_MAX: usize = 150;
/// The longest line below a report, in characters.
const BYLINE_CHARS_MAX: usize = 300;
/// A title for what has none that can be read.
const UNTITLED: &str = "Report";

/// A message, before a service's language.
struct Told {
    title: String,
    leaves: Vec<Leaf>,
    byline: Option<String>,
    /// Where the whole report is read, as [`markdown::address`] writes it.
    page: Option<String>,
    run: Option<String>,
}

/// What stands below a text.
struct Rest {
    words: String,
    link: Option<String>,
}

impl Told {
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
                let title = lifted(&mut leaves).unwrap_or(caption.title);
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

    /// What follows a text of which everything was shown, or only the beginning.
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

/// The heading that a report begins with, which becomes the title; a note may stand above it.
fn lifted(leaves: &mut Vec<Leaf>) -> Option<String> {
    let place = leaves.iter().take(2).position(|leaf| matches!(leaf.place, Place::Heading(_)))?;
    let is_title = leaves.iter().take(place).all(|leaf| leaf.quoted);
    is_title.then(|| leaves.remove(place).words())
}

/// One line of a text, written so and at most so long in a service's measure.
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

/// How long a text is for services that count as JavaScript does: no service counts more.
fn utf16(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}
