//! The report in a model's answer: without its reasoning (`thinking`), the fence around it (`fence`) and small talk
//! (`chatter`), recognised as a report (`recognise`), without foreign links and HTML ([`super::filter`]), limited in
//! length (`length`), compared with the facts (`check`), and with our title and figures around it (`assemble`). An
//! answer is data from outside: nothing here fails, with any answer.

mod assemble;
mod chatter;
mod check;
mod citations;
mod fence;
mod length;
mod recognise;
mod thinking;

pub use check::{FAULT_TOKENS_MAX, Fault};
pub use length::{bounded, closing_fence};
pub(super) use length::{bounded_to, cut, with_note};

use super::filter::{self, filtered};
use super::{Brief, DegradedReason, Report};
use crate::commit::Commit;
use crate::digest::Digest;
use length::bounded_as;
use std::cell::Cell;

/// How an answer ended, as the provider reports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum AnswerEnd {
    /// At its own end.
    #[default]
    Whole,
    /// At its length limit.
    Length,
    /// A content filter cut or withheld it.
    Filtered,
    Refused,
    ToolCall,
    /// Before its end: the model or the connection stopped, or the answer exceeds the limit.
    BrokenOff,
}

impl AnswerEnd {
    /// The note for the reader about the end of the text.
    fn note(self) -> Option<&'static str> {
        match self {
            Self::Length => Some("_The model stopped here, at its length limit._"),
            Self::Filtered => Some("_The model stopped here, at its provider's content filter._"),
            Self::BrokenOff => Some("_The model's answer broke off here._"),
            Self::Whole | Self::Refused | Self::ToolCall => None,
        }
    }

    /// Why there is no report, if the end explains it.
    fn reason(self) -> Option<DegradedReason> {
        match self {
            Self::Filtered => Some(DegradedReason::ContentFilter),
            Self::Refused => Some(DegradedReason::Refusal),
            Self::ToolCall => Some(DegradedReason::ToolCall),
            Self::BrokenOff => Some(DegradedReason::UnreadableAnswer),
            Self::Whole | Self::Length => None,
        }
    }
}

/// The report in an answer, at most [`REPORT_BYTES_MAX`](super::plain::REPORT_BYTES_MAX) long, or why it is missing.
pub fn report_of(
    answer: &str,
    end: AnswerEnd,
    brief: &Brief<'_>,
    digest: &Digest<'_>,
) -> Result<Report, DegradedReason> {
    let text = text_of(answer, end, brief.commits)?;
    let text = citations::resolved(&text, brief, digest);
    let headline = Cell::new(None);
    let text = bounded_as(&text, |text| {
        let report = Some(filtered(text, brief)).filter(|text| !text.trim().is_empty());
        let report = report.map(|text| assemble::report(&text, brief, digest));
        report.map_or(String::new(), |report| {
            headline.set(Some(report.headline));
            report.text
        })
    });
    headline.take().map(|headline| Report { text, headline }).ok_or(DegradedReason::NotAReport)
}

/// What is wrong with an answer, compared with the facts; `None` if it may be the report.
pub fn fault(answer: &str, end: AnswerEnd, brief: &Brief<'_>, digest: &Digest<'_>) -> Option<Fault> {
    match text_of(answer, end, brief.commits) {
        Err(DegradedReason::NotAReport) => Some(Fault::NoReport),
        // A model that ended without a text, or declined, is not asked again: it would do the same.
        Err(_) => None,
        Ok(text) if citations::are_mostly_foreign(&text, brief) => Some(Fault::ForeignIds),
        Ok(text) => check::fault(&text, brief, digest),
    }
}

/// The notes about a part of the changes in an answer; empty if it has none, or is a refusal.
pub fn notes_of(answer: &str) -> String {
    let answer = tidy(answer);
    let notes = chatter::removed(thinking::removed(fence::removed(thinking::removed(&answer))));
    if recognise::is_refusal(notes) { String::new() } else { notes.to_owned() }
}

/// The text that the model wrote for the report, as it wrote it.
fn text_of(answer: &str, end: AnswerEnd, commits: &[Commit]) -> Result<String, DegradedReason> {
    let answer = tidy(answer);
    if answer.trim().is_empty() {
        return Err(end.reason().unwrap_or(DegradedReason::NoText));
    }
    let shown = thinking::removed(&answer);
    let text = chatter::removed(thinking::removed(fence::removed(shown)));
    if text.is_empty() {
        return Err(end.reason().unwrap_or(DegradedReason::OnlyThinking));
    }
    if !recognise::is_report(text, commits) {
        return Err(end.reason().unwrap_or(DegradedReason::NotAReport));
    }
    Ok(match end.note() {
        Some(note) => with_note(text, note),
        None => text.to_owned(),
    })
}

/// A report that an earlier system wrote on a repository, in Markdown: filtered and bounded as an answer is. Empty if
/// nothing of it may be kept.
#[must_use]
pub fn imported(text: &str, repository_url: &str) -> String {
    let text = bounded_as(tidy(text).trim(), |text| filter::imported(text, repository_url));
    if text.trim().is_empty() { String::new() } else { text }
}

/// The text with line feeds alone as line ends, and without control characters except the tab: terminals, logs and XML
/// readers act on them or reject them.
fn tidy(answer: &str) -> String {
    let unix = answer.replace("\r\n", "\n").replace('\r', "\n");
    unix.chars().filter(|letter| matches!(letter, '\n' | '\t') || !letter.is_control()).collect()
}
