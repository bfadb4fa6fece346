//! A model's report without what it may not contain: links to pages that the model was not given (their targets are
//! shown as text), images, HTML, invisible characters and mentions. A citation of a commit that is not in the range of
//! the report is marked.
//!
//! The report is parsed as Markdown and written again, with every text escaped, so that a renderer that parses
//! differently finds nothing either. Data flows one way: `page` reads the events of the parser, `known` decides about
//! links and citations, `inline` writes the text of a block (its `piece`s, with `escape`), and `lines` puts the blocks
//! into their lists and quotations.
//!
//! The result is a fixed point: filtering it again changes nothing.

mod escape;
mod html;
mod inline;
mod known;
mod lines;
mod page;
mod piece;
mod table;

use super::Brief;
use super::markdown::line;
pub(super) use known::Citations;
use known::Known;

/// How often a text is written again until it no longer changes. Removing something can turn the marks around it into
/// others, which the next pass reads; more passes than this mean a text that is made to confuse parsers.
const PASSES_MAX: usize = 6;

/// The text without what a report may not contain. The result of the result is the same.
#[must_use]
pub fn filtered(text: &str, brief: &Brief<'_>) -> String {
    filtered_as(text, &Known::of(brief))
}

/// A report of an earlier system on a repository. Which commits it was given is unknown, so its links to commits, pull
/// requests and issues of the repository stay, whatever their ids, and no citation is marked.
#[must_use]
pub fn imported(text: &str, repository_url: &str) -> String {
    filtered_as(text, &Known::of_repository(repository_url))
}

fn filtered_as(text: &str, known: &Known<'_>) -> String {
    let mut text = page::filtered(text, known);
    for _ in 0..PASSES_MAX {
        let next = page::filtered(&text, known);
        if next == text {
            return text;
        }
        text = next;
    }
    let lines = text.lines().map(|text| line(text, usize::MAX)).filter(|text| !text.is_empty());
    lines.collect::<Vec<_>>().join("\n\n")
}
