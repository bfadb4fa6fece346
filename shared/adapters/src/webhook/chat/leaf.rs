//! A text as chat services can show it: leaves in order, each a line or a paragraph of spans.
//!
//! A text is cut here, before it is written in a service's own language: half a leaf is written as a complete text, so
//! a cut can't break a character, an escape, a link or a pair of marks.

use unicode_segmentation::UnicodeSegmentation;

/// A cut is made at a space if one is this near, in characters; a longer word is cut at the limit.
const WORD_CHARS_MAX: usize = 60;
/// A character of more bytes is one letter with many marks, and may be cut between them.
const GRAPHEME_BYTES_MAX: usize = 48;

/// A line or a paragraph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::webhook) struct Leaf {
    pub(in crate::webhook) place: Place,
    /// Whether it is in a quotation.
    pub(in crate::webhook) quoted: bool,
    /// Whether it is a row of the same table as the leaf before it.
    pub(in crate::webhook) next_row: bool,
    pub(in crate::webhook) spans: Vec<Span>,
}

/// The kind of a leaf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::webhook) enum Place {
    /// The level, from 1, the largest.
    Heading(u8),
    Paragraph,
    Code,
    /// An item of a list. Its mark is `•` or a number, and empty for a later leaf of the same item.
    Item {
        depth: usize,
        mark: String,
    },
}

/// A part of a text in one style.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::webhook) struct Span {
    pub(in crate::webhook) text: String,
    pub(in crate::webhook) style: Style,
    /// A web address, in ASCII, without a character that ends a link in any of the services' languages.
    pub(in crate::webhook) link: Option<String>,
}

/// The style of a span.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each mark is there or not, whatever the others are")]
pub(in crate::webhook) struct Style {
    pub(in crate::webhook) bold: bool,
    pub(in crate::webhook) italic: bool,
    pub(in crate::webhook) struck: bool,
    pub(in crate::webhook) code: bool,
}

/// A place where a leaf may be cut: in a span, after a number of bytes.
#[derive(Clone, Copy)]
struct Cut {
    span: usize,
    bytes: usize,
    after_space: bool,
}

impl Leaf {
    /// A paragraph without any marks.
    pub(in crate::webhook) fn plain(text: &str) -> Self {
        let span = Span { text: text.to_owned(), ..Span::default() };
        Self { place: Place::Paragraph, quoted: false, next_row: false, spans: vec![span] }
    }

    pub(in crate::webhook) fn words(&self) -> String {
        self.spans.iter().map(|span| span.text.as_str()).collect()
    }

    pub(in crate::webhook) fn chars(&self) -> usize {
        self.spans.iter().map(|span| span.text.chars().count()).sum()
    }

    /// Whether nothing more of its last word can follow.
    pub(in crate::webhook) fn ends_in_space(&self) -> bool {
        self.spans.last().is_some_and(|span| span.text.ends_with(char::is_whitespace))
    }

    /// Whether it shows nothing.
    pub(in crate::webhook) fn is_blank(&self) -> bool {
        self.spans.iter().flat_map(|span| span.text.chars()).all(is_blank)
    }

    /// The longest beginning that fits, and the rest. `None` if not even its first character fits. No beginning of
    /// more than `chars_max` characters is tried.
    pub(in crate::webhook) fn split(
        &self,
        chars_max: usize,
        fits: impl Fn(&Self) -> bool,
    ) -> Option<(Self, Option<Self>)> {
        let cuts = self.cuts(chars_max);
        let cut = |count: usize| count.checked_sub(1).and_then(|last| cuts.get(last)).copied();
        // `low` characters fit, `high + 1` do not.
        let (mut low, mut high) = (0, cuts.len());
        while low < high {
            let middle = low + (high - low).div_ceil(2);
            if cut(middle).is_some_and(|cut| fits(&self.head(cut))) {
                low = middle;
            } else {
                high = middle.saturating_sub(1);
            }
        }
        let last = cut(low)?;
        let rest = self.tail(last);
        if rest.is_none() {
            return Some((self.head(last), None));
        }
        let word = cuts.iter().take(low).rev().take(WORD_CHARS_MAX).find(|cut| cut.after_space).copied();
        let at = word.unwrap_or(last);
        Some((self.head(at), self.tail(at)))
    }

    /// A place after each of the first characters; a link counts as one.
    fn cuts(&self, chars_max: usize) -> Vec<Cut> {
        let mut cuts = Vec::new();
        for (index, span) in self.spans.iter().enumerate() {
            if span.link.is_some() {
                cuts.push(Cut { span: index, bytes: span.text.len(), after_space: false });
                continue;
            }
            let mut bytes = 0;
            for character in span.text.graphemes(true) {
                if cuts.len() >= chars_max {
                    return cuts;
                }
                let after_space = character.chars().all(char::is_whitespace);
                if character.len() <= GRAPHEME_BYTES_MAX {
                    bytes += character.len();
                    cuts.push(Cut { span: index, bytes, after_space });
                } else {
                    for letter in character.chars() {
                        bytes += letter.len_utf8();
                        cuts.push(Cut { span: index, bytes, after_space });
                    }
                }
            }
        }
        cuts
    }

    fn head(&self, cut: Cut) -> Self {
        let mut spans: Vec<Span> = self.spans.iter().take(cut.span.saturating_add(1)).cloned().collect();
        if let Some(last) = spans.last_mut() {
            last.text.truncate(cut.bytes);
        }
        Self { spans, ..self.clone_without_spans() }
    }

    /// The part after the cut; `None` if that shows nothing.
    fn tail(&self, cut: Cut) -> Option<Self> {
        let mut spans: Vec<Span> = self.spans.iter().skip(cut.span).cloned().collect();
        if let Some(first) = spans.first_mut() {
            first.text.drain(..cut.bytes);
        }
        let mut rest = Self { spans, ..self.clone_without_spans() };
        if let Place::Item { mark, .. } = &mut rest.place {
            mark.clear();
        }
        rest.trimmed()
    }

    /// Without white space around it; of code, without blank lines at its end. `None` if nothing remains.
    pub(in crate::webhook) fn trimmed(mut self) -> Option<Self> {
        if self.is_blank() {
            return None;
        }
        let is_code = self.place == Place::Code;
        if !is_code {
            let blank = self.spans.iter().take_while(|span| span.text.trim().is_empty()).count();
            self.spans.drain(..blank);
            if let Some(first) = self.spans.first_mut() {
                first.text = first.text.trim_start().to_owned();
            }
        }
        while self.spans.last().is_some_and(|span| span.text.trim().is_empty()) {
            self.spans.pop();
        }
        if let Some(last) = self.spans.last_mut() {
            last.text.truncate(last.text.trim_end().len());
        }
        Some(self)
    }

    fn clone_without_spans(&self) -> Self {
        Self { place: self.place.clone(), quoted: self.quoted, next_row: self.next_row, spans: Vec::new() }
    }
}

/// White space, or a character that is invisible.
fn is_blank(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}')
}
