//! The code fence that some models put around the whole report.

/// The language tags of a fence around a whole report.
const MARKDOWN: [&str; 4] = ["markdown", "md", "gfm", "commonmark"];
/// Further tags, if nothing else is around the report.
const TEXT: [&str; 3] = ["text", "txt", "plaintext"];

/// The longest text around a fenced report, in bytes, such as "Here is the report:".
const CHATTER_BYTES_MAX: usize = 300;

/// A line that opens or closes a block of code.
#[derive(Clone, Copy)]
pub(super) struct Fence<'a> {
    pub(super) letter: char,
    pub(super) length: usize,
    /// The text after them.
    info: &'a str,
}

impl<'a> Fence<'a> {
    pub(super) fn read(line: &'a str) -> Option<Self> {
        let line = line.trim();
        let letter = line.chars().next().filter(|letter| matches!(letter, '`' | '~'))?;
        let info = line.trim_start_matches(letter);
        let length = line.len() - info.len();
        // Three backticks can also mark code within a line.
        (length >= 3 && !info.contains('`')).then_some(Self { letter, length, info: info.trim() })
    }

    /// Whether this line ends a block that `opening` began.
    pub(super) fn closes(&self, opening: &Fence<'_>) -> bool {
        self.letter == opening.letter && self.length >= opening.length && self.info.is_empty()
    }

    fn is_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.info.eq_ignore_ascii_case(word))
    }
}

/// The report without the fence around all of it and a few words; the text itself where there is no such fence. Blocks
/// of code within the report stay, even if their fences are as long as the outer one.
pub(super) fn removed(text: &str) -> &str {
    let Some((before, opening, inside)) = opened(text) else { return text };
    // An answer that was cut has no closing fence.
    let (inside, after) = closed(inside, &opening).unwrap_or((inside, ""));
    let has_heading = inside.trim_start().starts_with('#');
    let is_whole = before.is_empty() && after.is_empty();
    let is_around = if is_whole {
        opening.is_any(&MARKDOWN) || opening.is_any(&TEXT) || (opening.info.is_empty() && has_heading)
    } else {
        opening.is_any(&MARKDOWN)
            && has_heading
            && before.len() <= CHATTER_BYTES_MAX
            && after.len() <= CHATTER_BYTES_MAX
    };
    if is_around { inside.trim() } else { text }
}

/// The text before the first fence, that fence, and the text after it.
fn opened(text: &str) -> Option<(&str, Fence<'_>, &str)> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if let Some(fence) = Fence::read(line) {
            return Some((text.get(..start)?.trim(), fence, text.get(start + line.len()..)?));
        }
        // A text with a heading before the first fence is the report, and the fence belongs to it.
        if line.trim_start().starts_with('#') {
            return None;
        }
        start += line.len();
    }
    None
}

/// The text before and after the closing fence: the last line that can be one, if their number is odd. If it is even,
/// they begin and end blocks within the report, and the closing fence is missing.
fn closed<'a>(inside: &'a str, opening: &Fence<'_>) -> Option<(&'a str, &'a str)> {
    let (mut start, mut number) = (0, 0_usize);
    let mut last = None;
    let mut inner: Option<Fence<'a>> = None;
    for line in inside.split_inclusive('\n') {
        if let Some(fence) = Fence::read(line) {
            match inner {
                Some(open) if fence.closes(&open) => inner = None,
                Some(_) => {}
                None if fence.closes(opening) => {
                    number += 1;
                    last = Some((inside.get(..start)?, inside.get(start + line.len()..)?.trim()));
                }
                None => inner = Some(fence),
            }
        }
        start += line.len();
    }
    last.filter(|_| !number.is_multiple_of(2))
}
