//! The length limit of a report.

use super::fence::Fence;
use crate::report::plain::REPORT_BYTES_MAX;
use std::borrow::Cow;

/// The note after a report that was cut.
const CUT_NOTE: &str = "_The report was cut here: it is longer than 100,000 bytes._";

/// The longest closing fence that is added, in characters.
const FENCE_LENGTH_MAX: usize = 64;

/// The shortest beginning that a text is cut to. No conversion makes it longer than a report may be.
const CUT_BYTES_MIN: usize = 2_000;

/// How often a converted report is shortened by little more than what is too much.
const NEAR_ATTEMPTS: usize = 4;

/// Room for the end of a block of code and the line breaks around the note.
const NOTE_ROOM_BYTES: usize = FENCE_LENGTH_MAX + 8;

/// A report of at most [`REPORT_BYTES_MAX`] bytes. A longer one is cut after a line, or within the line if that is more
/// than half of the report, and a note is added.
pub fn bounded(text: String) -> String {
    if text.len() <= REPORT_BYTES_MAX { text } else { cut(&text, REPORT_BYTES_MAX) }
}

/// [`bounded`], with another limit, for a report to which more is added.
pub(in crate::report) fn bounded_to(text: String, bytes_max: usize) -> String {
    if text.len() <= bytes_max { text } else { cut(&text, bytes_max.max(CUT_BYTES_MIN)) }
}

/// A report of at most [`REPORT_BYTES_MAX`] bytes after it has been converted. Of one that is too long, less is
/// converted.
pub(super) fn bounded_as(text: &str, convert: impl Fn(&str) -> String) -> String {
    let mut bytes_max = REPORT_BYTES_MAX;
    let mut begun = Cow::Borrowed(text);
    let mut attempt = 0_usize;
    loop {
        if begun.len() > bytes_max {
            begun = Cow::Owned(cut(text, bytes_max));
        }
        let converted = convert(&begun);
        if converted.len() <= REPORT_BYTES_MAX || bytes_max == CUT_BYTES_MIN {
            return bounded(converted);
        }
        // The longer it becomes, the less fits. The first attempts come close to the limit, and the later ones end
        // soon, whatever the text is.
        let divisor = if attempt < NEAR_ATTEMPTS { 1_000 } else { 20 };
        let less = |bytes: usize| bytes - bytes / divisor;
        let fitting = less(bytes_max.min(begun.len()) * REPORT_BYTES_MAX / converted.len());
        bytes_max = fitting.min(less(bytes_max)).max(CUT_BYTES_MIN);
        attempt += 1;
    }
}

/// The beginning of a text, with the note, in at most so many bytes.
pub(in crate::report) fn cut(text: &str, bytes_max: usize) -> String {
    let room = bytes_max - CUT_NOTE.len() - NOTE_ROOM_BYTES;
    let begun = text.get(..text.floor_char_boundary(room)).unwrap_or_default();
    let line_end = begun.rfind('\n').filter(|end| *end > room / 2);
    with_note(begun.get(..line_end.unwrap_or(begun.len())).unwrap_or_default(), CUT_NOTE)
}

/// The text and a paragraph after it. A block of code that is open at the end of the text is closed first.
pub(in crate::report) fn with_note(text: &str, note: &str) -> String {
    let text = text.trim_end();
    format!("{text}{}\n\n{note}\n", closing_fence(text))
}

/// The line that closes the block of code that is open at the end of the text, with the line break before it, if there
/// is one. A block in a quotation ends with that.
#[must_use]
pub fn closing_fence(text: &str) -> String {
    let mut open: Option<(Fence<'_>, usize)> = None;
    for line in text.lines() {
        let Some(fence) = Fence::read(line) else { continue };
        match open {
            None => open = Some((fence, line.len() - line.trim_start().len())),
            Some((opening, _)) if fence.closes(&opening) => open = None,
            Some(_) => {}
        }
    }
    // A longer fence than any report needs stays open: closing it would take the room of the note.
    let open = open.filter(|(fence, indent)| fence.length + indent <= FENCE_LENGTH_MAX);
    // In an item of a list, a fence without the item's indentation would begin another block.
    let line = |(fence, indent): (Fence<'_>, usize)| {
        format!("\n{}{}", " ".repeat(indent), fence.letter.to_string().repeat(fence.length))
    };
    open.map(line).unwrap_or_default()
}
