//! What a message contains, before it is written in a service's language.

use super::leaf::{Leaf, Place};
use super::markdown;
use crate::page;
use app::ports::{Message, MessageBody};
use domain::run::{Caption, Outcome};
use url::Url;

/// A message: a text, and what is around it.
pub(super) struct Outline {
    pub(super) around: Around,
    pub(super) leaves: Vec<Leaf>,
}

/// What is around a text.
#[derive(Default)]
pub(in crate::webhook) struct Around {
    pub(in crate::webhook) title: String,
    /// What the report is about, in one sentence of plain text.
    pub(in crate::webhook) headline: Option<String>,
    pub(in crate::webhook) byline: Option<String>,
    /// The address of the whole report, as [`markdown::address`] writes it.
    pub(in crate::webhook) page: Option<String>,
    pub(in crate::webhook) endings: Endings<Option<Ending>>,
}

impl Around {
    /// What a notification shows: the title, and what the report is about.
    pub(in crate::webhook) fn notification(&self) -> String {
        self.headline.as_ref().map_or_else(|| self.title.clone(), |headline| format!("{}. {headline}", self.title))
    }
}

/// The line below a text.
pub(in crate::webhook) struct Ending {
    pub(in crate::webhook) words: String,
    pub(in crate::webhook) link: Option<String>,
}

/// What is below a text of which everything is shown, or only the beginning.
#[derive(Default)]
pub(in crate::webhook) struct Endings<E> {
    pub(in crate::webhook) whole: E,
    pub(in crate::webhook) cut: E,
}

impl<E> Endings<E> {
    /// Both, converted in the same way.
    pub(in crate::webhook) fn map<T>(&self, convert: impl Fn(&E) -> T) -> Endings<T> {
        Endings { whole: convert(&self.whole), cut: convert(&self.cut) }
    }

    /// The one for a text that is whole or not.
    pub(in crate::webhook) fn of(self, is_whole: bool) -> E {
        if is_whole { self.whole } else { self.cut }
    }
}

impl Endings<Option<String>> {
    /// The length of the longer one.
    pub(in crate::webhook) fn length(&self, length: impl Fn(&str) -> usize) -> usize {
        [&self.whole, &self.cut].into_iter().flatten().map(|text| length(text)).max().unwrap_or_default()
    }
}

impl Outline {
    pub(super) fn of(message: &Message, public_url: Option<&Url>) -> Self {
        match &message.body {
            MessageBody::Notice(notice) => Self {
                around: Around { title: notice.title(), ..Around::default() },
                leaves: vec![Leaf::plain(&notice.text())],
            },
            MessageBody::Report { run, text } => {
                let caption = Caption::of(run);
                let mut leaves = markdown::leaves(text);
                let title = take_title(&mut leaves).unwrap_or(caption.title);
                let page =
                    public_url.and_then(|base| page::of_run(base, run.id)).as_deref().and_then(markdown::address);
                let endings = endings(page.as_deref(), &run.id.to_string());
                let headline = match run.end().map(|end| &end.outcome) {
                    Some(Outcome::Success(findings)) => findings.headline.clone(),
                    _ => None,
                };
                Self { around: Around { title, headline, byline: Some(caption.byline), page, endings }, leaves }
            }
        }
    }
}

/// The lines below a report.
fn endings(page: Option<&str>, run: &str) -> Endings<Option<Ending>> {
    let linked = |words: &str| page.map(|page| Ending { words: words.to_owned(), link: Some(page.to_owned()) });
    let stored =
        || Ending { words: format!("The report continues; the whole text is stored as run {run}."), link: None };
    let cut = linked("Read the whole report").unwrap_or_else(stored);
    Endings { whole: linked("Open the report"), cut: Some(cut) }
}

/// Takes the heading that a report begins with, which becomes the title; a quoted note may precede it.
fn take_title(leaves: &mut Vec<Leaf>) -> Option<String> {
    let place = leaves.iter().take(2).position(|leaf| matches!(leaf.place, Place::Heading(_)))?;
    let is_title = leaves.iter().take(place).all(|leaf| leaf.quoted);
    is_title.then(|| leaves.remove(place).words())
}
