//! The report in a model's answer: without its reasoning (`thinking`) and the fence around it (`fence`), recognised as
//! a report (`recognise`), without foreign links and HTML ([`super::filter`]), and limited in length (`length`). An
//! answer is data from outside: nothing here fails, with any answer.

mod fence;
mod length;
mod recognise;
mod thinking;

pub use length::{bounded, closing_fence};

use super::filter::{self, filtered};
use super::{Brief, DegradedReason};
use length::{bounded_as, with_note};

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
pub fn report_of(answer: &str, end: AnswerEnd, brief: &Brief<'_>) -> Result<String, DegradedReason> {
    let answer = tidy(answer);
    if answer.trim().is_empty() {
        return Err(end.reason().unwrap_or(DegradedReason::NoText));
    }
    let shown = thinking::removed(&answer);
    let text = thinking::removed(fence::removed(shown)).trim();
    if text.is_empty() {
        return Err(end.reason().unwrap_or(DegradedReason::OnlyThinking));
    }
    if !recognise::is_report(text, brief.commits) {
        return Err(end.reason().unwrap_or(DegradedReason::NotAReport));
    }
    let text = match end.note() {
        Some(note) => with_note(text, note),
        None => text.to_owned(),
    };
    let text = bounded_as(&text, |text| filtered(text, brief));
    if text.trim().is_empty() { Err(DegradedReason::NotAReport) } else { Ok(text) }
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
