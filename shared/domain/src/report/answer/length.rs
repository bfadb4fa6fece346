//! The length limit of a report.

use super::fence::Fence;
use crate::report::plain::REPORT_BYTES_MAX;

/// The note after a report that was cut.
const CUT_NOTE: &str = "_The report was cut here: it is longer than 100,000 bytes._";

/// The longest closing fence that is added, in characters.
const FENCE_LENGTH_MAX: usize = 64;

/// Room for the end of a block of code and the line breaks around the note.
const NOTE_ROOM_BYTES: usize = FENCE_LENGTH_MAX + 8;

/// A report of at most [`REPORT_BYTES_MAX`] bytes. A longer one is cut after a line, or within the line if that is more
/// than half of the report, and a note is added.
pub fn bounded(text: String) -> String {
    if text.len() <= REPORT_BYTES_MAX {
        return text;
    }
    let room = REPORT_BYTES_MAX - CUT_NOTE.len() - NOTE_ROOM_BYTES;
    let begun = text.get(..text.floor_char_boundary(room)).unwrap_or_default();
    let line_end = begun.rfind('\n').filter(|end| *end > room / 2);
    with_note(begun.get(..line_end.unwrap_or(begun.len())).unwrap_or_default(), CUT_NOTE)
}

/// The text and a paragraph after it. A block of code that is open at the end of the text is closed first.
pub(super) fn with_note(text: &str, note: &str) -> String {
    let text = text.trim_end();
    let fence = open_fence(text).map(|fence| format!("\n{fence}")).unwrap_or_default();
    format!("{text}{fence}\n\n{note}\n")
}

/// The fence that closes the block of code that is open at the end of the text.
fn open_fence(text: &str) -> Option<String> {
    let mut open: Option<Fence<'_>> = None;
    for fence in text.lines().filter_map(Fence::read) {
        match open {
            None => open = Some(fence),
            Some(opening) if fence.closes(&opening) => open = None,
            Some(_) => {}
        }
    }
    // A longer fence than any report needs stays open: closing it would take the room of the note.
    open.filter(|fence| fence.length <= FENCE_LENGTH_MAX).map(|fence| fence.letter.to_string().repeat(fence.length))
}
