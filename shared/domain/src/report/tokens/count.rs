//! What a text consists of, as far as tokenizers differ in it.

use super::usual;

/// How often each class occurs in a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Runs of letters, cut before a capital that follows a small letter.
    words: u64,
    /// Letters of a word after its fourth.
    long: u64,
    /// Pairs of letters in a word that few tokens contain.
    unusual: u64,
    /// Groups of at most three digits.
    groups: u64,
    digits: u64,
    /// Runs of ASCII marks.
    marks: u64,
    /// Further marks of a run that differ from the one before.
    other_marks: u64,
    /// Further marks of a run that are the same as the one before.
    same_marks: u64,
    /// Runs of spaces, without a single space before a letter or a mark: that is part of its token.
    spaces: u64,
    /// Further spaces of a run.
    more_spaces: u64,
    /// Runs of line ends, and control characters.
    lines: u64,
    /// Further line ends of a run.
    more_lines: u64,
    /// Latin letters outside ASCII.
    latin: u64,
    /// Other characters of two bytes in UTF-8: Greek, Cyrillic, Hebrew, Arabic.
    two_bytes: u64,
    /// Characters of three bytes that are often a token of their own.
    usual_wide: u64,
    /// Other characters of three bytes.
    three_bytes: u64,
    /// Characters of four bytes: emoji, rare scripts.
    four_bytes: u64,
}

/// The number of classes.
pub const CLASSES: usize = 17;

/// What precedes a character, as far as it matters.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// An ASCII letter, and its place in its word.
    Letter(u8, u32),
    /// The place of a digit in its group.
    Digit(u32),
    Mark(u8),
    /// The number of spaces.
    Space(u32),
    Line,
    Other,
}

impl Counts {
    /// Counts the classes, in time that is proportional to the text's length.
    pub fn of(text: &str) -> Self {
        let mut counts = Self::default();
        let last = text.chars().fold(Before::Other, |before, letter| counts.add(before, letter));
        counts.end_space(last);
        counts
    }

    /// The counts in the order of the rates.
    pub fn classes(&self) -> [u64; CLASSES] {
        [
            self.words,
            self.long,
            self.unusual,
            self.groups,
            self.digits,
            self.marks,
            self.other_marks,
            self.same_marks,
            self.spaces,
            self.more_spaces,
            self.lines,
            self.more_lines,
            self.latin,
            self.two_bytes,
            self.usual_wide,
            self.three_bytes,
            self.four_bytes,
        ]
    }

    fn add(&mut self, before: Before, letter: char) -> Before {
        let Some(byte) = u8::try_from(letter).ok().filter(u8::is_ascii) else {
            self.end_space(before);
            *self.wide(letter) += 1;
            return Before::Other;
        };
        match byte {
            b' ' => return self.space(before),
            _ if byte.is_ascii_alphabetic() => return self.letter(before, byte),
            _ if byte.is_ascii_punctuation() => return self.mark(before, byte),
            _ => self.end_space(before),
        }
        match byte {
            b'0'..=b'9' => self.digit(before),
            b'\n' | b'\r' if before == Before::Line => {
                self.more_lines += 1;
                before
            }
            b'\n' | b'\r' => {
                self.lines += 1;
                Before::Line
            }
            _ => {
                self.lines += 1;
                Before::Other
            }
        }
    }

    fn end_space(&mut self, before: Before) {
        self.spaces += u64::from(before == Before::Space(1));
    }

    fn space(&mut self, before: Before) -> Before {
        let Before::Space(place) = before else { return Before::Space(1) };
        self.spaces += u64::from(place == 1);
        self.more_spaces += 1;
        Before::Space(place.saturating_add(1))
    }

    fn digit(&mut self, before: Before) -> Before {
        self.digits += 1;
        if let Before::Digit(place) = before
            && place < 3
        {
            return Before::Digit(place + 1);
        }
        self.groups += 1;
        Before::Digit(1)
    }

    fn mark(&mut self, before: Before, mark: u8) -> Before {
        match before {
            Before::Mark(last) if last == mark => self.same_marks += 1,
            Before::Mark(_) => self.other_marks += 1,
            _ => self.marks += 1,
        }
        Before::Mark(mark)
    }

    fn letter(&mut self, before: Before, letter: u8) -> Before {
        let place = match before {
            Before::Letter(last, place) if last.is_ascii_uppercase() || letter.is_ascii_lowercase() => {
                self.unusual += u64::from(!is_usual_pair(last, letter));
                place.saturating_add(1)
            }
            _ => {
                self.words += 1;
                1
            }
        };
        self.long += u64::from(place > 4);
        Before::Letter(letter, place)
    }

    /// The class of a character outside ASCII.
    fn wide(&mut self, letter: char) -> &mut u64 {
        match letter.len_utf8() {
            2 if ('\u{c0}'..='\u{24f}').contains(&letter) => &mut self.latin,
            2 => &mut self.two_bytes,
            3 if is_usual_wide(letter) => &mut self.usual_wide,
            3 => &mut self.three_bytes,
            _ => &mut self.four_bytes,
        }
    }
}

fn is_usual_pair(first: u8, second: u8) -> bool {
    let place = |letter: u8| letter.to_ascii_lowercase().checked_sub(b'a');
    let row = place(first).and_then(|place| usual::PAIRS.get(usize::from(place)));
    row.zip(place(second)).is_some_and(|(row, place)| row.checked_shr(place.into()).unwrap_or(0) & 1 == 1)
}

/// Whether a character of three bytes is in the table.
fn is_usual_wide(letter: char) -> bool {
    let (characters, _) = usual::WIDE.as_bytes().as_chunks::<3>();
    let mut bytes = [0; 4];
    letter.encode_utf8(&mut bytes);
    bytes.first_chunk::<3>().is_some_and(|bytes| characters.binary_search(bytes).is_ok())
}
