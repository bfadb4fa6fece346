//! A written report.

use super::Brief;
use super::answer::{bounded, bounded_to, with_note};
use super::plain::{REPORT_BYTES_MAX, not_covered};

/// Room for the line breaks around a note, and the end of a block of code.
const NOTE_ROOM_BYTES: usize = 80;

/// Below a report that was written from a prompt which the server had cut.
pub const PROMPT_CUT_NOTE: &str = "The model's server read only a part of the changes.";

/// A report.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Report {
    /// Markdown, at most [`REPORT_BYTES_MAX`] bytes.
    pub text: String,
    /// The sentence that can be read alone, as plain text of at most
    /// [`HEADLINE_CHARS_MAX`](super::HEADLINE_CHARS_MAX) characters.
    pub headline: String,
}

impl Report {
    /// The report with sentences below it about what the model did not see, and with what is not covered. They are
    /// ours, because a model does not know them.
    #[must_use]
    pub fn with_notes(self, not_seen: impl IntoIterator<Item = String>, brief: &Brief<'_>) -> Self {
        let notes: Vec<String> = not_seen.into_iter().chain(not_covered(brief)).collect();
        let bytes: usize = notes.iter().map(|note| note.len().saturating_add(NOTE_ROOM_BYTES)).sum();
        let text = bounded_to(self.text, REPORT_BYTES_MAX.saturating_sub(bytes));
        let text = notes.into_iter().fold(text, |text, note| with_note(&text, &note));
        Self { text: bounded(text), ..self }
    }
}
