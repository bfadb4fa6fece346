//! Writes the pieces of a paragraph, a heading or a cell as Markdown in which every text is only text: what looks like
//! an address is code, mentions are broken, and citations of unknown commits are marked.

use super::escape::{Around, push};
use super::known::Known;
use super::piece::{Origin, Piece};
use crate::report::addresses::addresses;
use crate::report::mentions::broken_in_code;
use std::ops::Range;

/// What follows the citation of a commit that is not in the range of the report.
const NOT_IN_RANGE: &str = " (not in this range)";

/// What can follow an address and is not a part of it.
const SENTENCE_ENDS: &[char] = &['.', ',', ';', ':', '!', '?'];

/// Where pieces are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Paragraph,
    /// A heading or a cell, which has one line.
    Line,
    /// A cell, where a bar begins the next one.
    Cell,
}

/// The Markdown of some pieces; a line break in it is one of the text.
pub(super) fn written(pieces: &[Piece], place: Place, known: &Known<'_>) -> String {
    let mut writer = Inline { out: String::new(), place, known };
    let mut rest = pieces;
    while let Some((piece, after)) = rest.split_first() {
        if let Piece::Letter(..) = piece {
            let end = rest.iter().position(|piece| !matches!(piece, Piece::Letter(..))).unwrap_or(rest.len());
            let (run, others) = rest.split_at(end);
            writer.run(run, others.first());
            rest = others;
            continue;
        }
        rest = match piece {
            // An emphasis of nothing would be a mark in the text.
            Piece::Mark { opens: true, .. } if matches!(after.first(), Some(Piece::Mark { opens: false, .. })) => {
                after.get(1..).unwrap_or_default()
            }
            _ => {
                writer.piece(piece, after);
                after
            }
        };
    }
    writer.out.truncate(writer.out.trim_end_matches([' ', '\t', '\n']).len());
    writer.out
}

struct Inline<'a> {
    out: String,
    place: Place,
    known: &'a Known<'a>,
}

impl Inline<'_> {
    fn piece(&mut self, piece: &Piece, after: &[Piece]) {
        match piece {
            Piece::Letter(..) => {}
            Piece::Break { shown } => self.line_break(*shown),
            Piece::Code(text) => {
                self.code(text);
                let is_marked = || begins(after, NOT_IN_RANGE);
                if self.known.is_foreign_citation(text.trim()) && !is_marked() {
                    self.out.push_str(NOT_IN_RANGE);
                }
            }
            Piece::Mark { mark, .. } => self.out.push_str(mark),
            Piece::Raw(text) => self.out.push_str(text),
        }
    }

    fn line_break(&mut self, shown: bool) {
        self.out.truncate(self.out.trim_end_matches([' ', '\t']).len());
        if self.out.is_empty() || self.out.ends_with('\n') {
            return;
        }
        self.out.push_str(match (self.place, shown) {
            (Place::Paragraph, true) => "  \n",
            (Place::Paragraph, false) => "\n",
            (Place::Line | Place::Cell, _) => " ",
        });
    }

    /// Code that no backtick within it ends.
    fn code(&mut self, text: &str) {
        let text = broken_in_code(text);
        let text = if self.place == Place::Cell { text.replace('|', "\\|") } else { text };
        if text.trim().is_empty() {
            return;
        }
        // Two adjacent codes would be one.
        if self.out.ends_with('`') {
            self.out.push(' ');
        }
        let fence = "`".repeat(longest_run(&text) + 1);
        let is_padded = text.starts_with(' ') && text.ends_with(' ');
        let pad = if is_padded || text.starts_with('`') || text.ends_with('`') { " " } else { "" };
        self.out.extend([&fence, pad, &text, pad, &fence]);
    }

    /// Writes adjacent letters.
    fn run(&mut self, run: &[Piece], next: Option<&Piece>) {
        let letters: Vec<(char, Origin)> = run
            .iter()
            .filter_map(|piece| match piece {
                Piece::Letter(letter, origin) => Some((*letter, *origin)),
                _ => None,
            })
            .collect();
        let text: String = letters.iter().map(|(letter, _)| letter).collect();
        let mut origins = letters.iter().map(|(_, origin)| *origin);
        let next = next.and_then(first_letter);
        let mut from = 0;
        for address in addresses(&text) {
            self.text(&text, from..address.start, &mut origins, next);
            let word = text.get(address.clone()).unwrap_or_default();
            origins.by_ref().take(word.chars().count()).for_each(drop);
            let before = text.get(..address.start).and_then(|text| text.chars().next_back());
            let after = text.get(address.end..).unwrap_or_default().trim_start_matches(SENTENCE_ENDS);
            self.address(word, before, after.chars().next().or(next));
            from = address.end;
        }
        self.text(&text, from..text.len(), &mut origins, next);
    }

    /// Writes a word that looks like an address: as a link if it leads to a known page, otherwise as code.
    fn address(&mut self, word: &str, before: Option<char>, after: Option<char>) {
        let is_free = |letter: Option<char>, marks: &str| {
            letter.is_none_or(|letter| letter.is_whitespace() || marks.contains(letter))
        };
        match self.known.page(word) {
            Some(_) if is_free(before, "(") && is_free(after, ")") => self.out.push_str(word),
            Some(_) => self.out.extend(["<", word, ">"]),
            None => self.code(word),
        }
    }

    /// Writes a part of a run.
    fn text(&mut self, run: &str, part: Range<usize>, origins: &mut impl Iterator<Item = Origin>, next: Option<char>) {
        let mut word_start = part.start;
        for (place, letter) in run.get(part.clone()).unwrap_or_default().char_indices() {
            let place = part.start + place;
            if !letter.is_ascii_alphanumeric() {
                self.citation(run, word_start..place);
                word_start = place + letter.len_utf8();
            }
            let origin = origins.next().unwrap_or(Origin::Verbatim);
            let is_blank_start = self.out.is_empty() || self.out.ends_with('\n');
            if !(is_blank_start && matches!(letter, ' ' | '\t')) {
                let rest = run.get(place..).unwrap_or_default();
                push(&mut self.out, (letter, origin), &Around { rest, next, in_cell: self.place == Place::Cell });
            }
        }
        self.citation(run, word_start..part.end);
    }

    /// Marks a word that has been written, if it cites an unknown commit.
    fn citation(&mut self, run: &str, word: Range<usize>) {
        let edge = |letter: Option<char>| letter.is_none_or(|letter| !"-_./\\#@:=+&%".contains(letter));
        let before = run.get(..word.start).and_then(|text| text.chars().next_back());
        let after = run.get(word.end..).unwrap_or_default();
        let text = run.get(word).unwrap_or_default();
        // A full stop ends a sentence, and not only a file's name.
        let ends = edge(after.chars().next()) || after.starts_with(". ") || after == ".";
        if self.known.is_foreign_citation(text) && edge(before) && ends && !after.starts_with(NOT_IN_RANGE) {
            self.out.push_str(NOT_IN_RANGE);
        }
    }
}

/// Whether pieces begin with these letters.
fn begins(pieces: &[Piece], text: &str) -> bool {
    let mut pieces = pieces.iter();
    text.chars().all(|wanted| matches!(pieces.next(), Some(Piece::Letter(letter, _)) if *letter == wanted))
}

/// The first character that a piece is written with; a line break counts as the end.
fn first_letter(piece: &Piece) -> Option<char> {
    match piece {
        Piece::Letter(letter, _) => Some(*letter),
        Piece::Break { .. } => None,
        Piece::Code(_) => Some('`'),
        Piece::Mark { mark, .. } => mark.chars().next(),
        Piece::Raw(text) => text.chars().next(),
    }
}

fn longest_run(text: &str) -> usize {
    let runs = text.split(|letter| letter != '`').map(str::len);
    runs.max().unwrap_or_default()
}
