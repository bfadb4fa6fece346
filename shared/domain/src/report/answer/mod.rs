//! What a model answered, made into a report: without what it thought (`thinking`) and the fence around it
//! (`fence`), if it is a report at all (`judge`), and no longer than a report may be (`length`). An answer is
//! data from outside: nothing here fails, whatever it is.

mod fence;
mod judge;
mod length;
mod thinking;

pub use length::bounded;

use super::{Brief, DegradedReason};
use length::with_note;

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
    /// The model declined.
    Refused,
    /// The model calls a tool.
    ToolCall,
    /// Before its end: the model or the connection stopped, or the answer is larger than is read.
    BrokenOff,
}

impl AnswerEnd {
    /// What a reader of the text must know about its end.
    fn note(self) -> Option<&'static str> {
        match self {
            Self::Length => Some("_The model stopped here, at its length limit._"),
            Self::Filtered => Some("_The model stopped here, at its provider's content filter._"),
            Self::BrokenOff => Some("_The model's answer broke off here._"),
            Self::Whole | Self::Refused | Self::ToolCall => None,
        }
    }

    /// Why there is no report, where the end explains it.
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

/// The report in a model's answer, at most [`REPORT_BYTES_MAX`](super::plain::REPORT_BYTES_MAX) long, or why the answer
/// has none.
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
    if !judge::is_report(text, brief.commits) {
        return Err(end.reason().unwrap_or(DegradedReason::NotAReport));
    }
    Ok(bounded(match end.note() {
        Some(note) => with_note(text, note),
        None => text.to_owned(),
    }))
}

/// Lines end with a line feed alone, and no other control character but the tab is left: a terminal, a log and XML
/// readers act on them or refuse them.
fn tidy(answer: &str) -> String {
    let unix = answer.replace("\r\n", "\n").replace('\r', "\n");
    unix.chars().filter(|letter| matches!(letter, '\n' | '\t') || !letter.is_control()).collect()
}
