//! JSON whose end is missing: the members that arrived.

use super::salvage;
use serde_json::Value;

/// The deepest nesting that is kept: the parser accepts 128 levels. A deeper value becomes `null`.
const DEPTH_MAX: usize = 100;

/// What arrived of a JSON object or list.
pub(super) struct Cut {
    /// It, closed. A number, a word or a key that the end may have cut is missing; a text that was cut is kept.
    pub(super) value: Value,
    /// The keys of the members that are incomplete, outermost first. Empty if all of it arrived.
    pub(super) open: Vec<String>,
}

/// Closes what is open at the end of a body; `None` if it is not the beginning of an object or a list.
pub(super) fn closed(body: &[u8]) -> Option<Cut> {
    let text = String::from_utf8_lossy(body);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let mut scan = Scan::default();
    scan.run(text);
    let open = scan.frames.iter().filter_map(|frame| frame.key.clone()).collect();
    let value = salvage::value(scan.closed().as_bytes()).filter(|value| value.is_object() || value.is_array())?;
    Some(Cut { value, open })
}

/// An object or a list that is not closed yet.
struct Frame {
    closer: char,
    /// The key of the member whose value is not complete.
    key: Option<String>,
}

#[derive(Default)]
struct Scan {
    out: String,
    /// The length of `out` up to which it is complete but for the closers.
    complete: usize,
    frames: Vec<Frame>,
    /// Whether a number or a word has begun.
    in_word: bool,
    /// The levels above [`DEPTH_MAX`].
    too_deep: usize,
}

impl Scan {
    fn run(&mut self, text: &str) {
        let mut rest = text;
        while let Some(letter) = rest.chars().next() {
            let taken = if letter == '"' { self.text(rest) } else { self.mark(letter).then_some(letter.len_utf8()) };
            let Some(taken) = taken else { return };
            rest = rest.get(taken..).unwrap_or_default();
            if self.frames.is_empty() {
                return;
            }
        }
    }

    /// A text at the beginning of `rest`; its length, or `None` if it is cut.
    fn text(&mut self, rest: &str) -> Option<usize> {
        let end = text_end(rest);
        if self.too_deep > 0 {
            return end.ok();
        }
        let is_key = self.frames.last().is_some_and(|frame| frame.closer == '}' && frame.key.is_none());
        let kept = rest.get(..end.unwrap_or_else(|whole| whole)).unwrap_or_default();
        self.out.push_str(kept);
        match end {
            Ok(_) if is_key => {
                let key = kept.trim_matches('"').to_owned();
                if let Some(frame) = self.frames.last_mut() {
                    frame.key = Some(key);
                }
            }
            Ok(_) => self.complete_value(),
            Err(_) if is_key => {}
            Err(_) => {
                self.out.push('"');
                self.complete = self.out.len();
            }
        }
        end.ok()
    }

    /// A letter outside of texts. `false` if it can't be there.
    fn mark(&mut self, letter: char) -> bool {
        match letter {
            '{' | '[' => self.open(if letter == '{' { '}' } else { ']' }),
            '}' | ']' => return self.close(letter),
            _ if self.too_deep > 0 => {}
            ',' => {
                self.end_word();
                self.out.push(letter);
            }
            ':' => self.out.push(letter),
            _ if letter.is_whitespace() => self.end_word(),
            _ => {
                self.in_word = true;
                self.out.push(letter);
            }
        }
        true
    }

    fn open(&mut self, closer: char) {
        if self.too_deep > 0 || self.frames.len() >= DEPTH_MAX {
            self.too_deep += 1;
            return;
        }
        self.out.push(if closer == '}' { '{' } else { '[' });
        self.complete = self.out.len();
        self.frames.push(Frame { closer, key: None });
    }

    fn close(&mut self, closer: char) -> bool {
        if self.too_deep > 0 {
            self.too_deep -= 1;
            if self.too_deep == 0 {
                self.out.push_str("null");
                self.complete_value();
            }
            return true;
        }
        self.end_word();
        let is_open = self.frames.pop_if(|frame| frame.closer == closer).is_some();
        if is_open {
            self.out.push(closer);
            self.complete_value();
        }
        is_open
    }

    fn end_word(&mut self) {
        if std::mem::take(&mut self.in_word) {
            self.complete_value();
        }
    }

    fn complete_value(&mut self) {
        self.complete = self.out.len();
        if let Some(frame) = self.frames.last_mut() {
            frame.key = None;
        }
    }

    fn closed(mut self) -> String {
        self.out.truncate(self.complete);
        self.out.extend(self.frames.iter().rev().map(|frame| frame.closer));
        self.out
    }
}

/// The length of the text at the beginning, quotes included; the length of what can be kept of it if it is cut, without
/// half of an escape or of a letter.
fn text_end(rest: &str) -> Result<usize, usize> {
    let mut skipped = 1;
    while let Some(at) = rest.get(skipped..).and_then(|inside| inside.find(['"', '\\'])).map(|at| skipped + at) {
        let after = rest.get(at..).unwrap_or_default();
        if after.starts_with('"') {
            return Ok(at + 1);
        }
        let needed = if after.starts_with("\\u") { 6 } else { 2 };
        if after.len() < needed {
            return Err(at);
        }
        skipped = at + 1 + after.chars().nth(1).map_or(0, char::len_utf8);
    }
    Err(rest.trim_end_matches('\u{fffd}').len().max(1))
}
