//! Citations in a model's text: ids of unknown commits are removed, and known ids and pull requests become links.
//!
//! A model is given ids and no addresses, which cost tokens. Its text is Markdown: what is in a block of code or in
//! another link stays as it is.

use crate::commit::Commit;
use crate::digest::{Change, Digest};
use crate::report::filter::Citations;
use crate::report::markdown::{LINK_BYTES_MAX, link_address};
use crate::report::wording::reference_text;
use crate::report::{Brief, Style, activity};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use std::collections::BTreeMap;
use std::ops::Range;
use url::Url;

/// The fewest digits by which a text cites a commit.
const SHA_DIGITS_MIN: usize = 7;

/// The longest marks of lists and quotations before the words of a line, in bytes.
const LINE_MARKS_BYTES_MAX: usize = 40;

/// The text without foreign citations, and with links on the others if the brief wants them.
pub(super) fn resolved(text: &str, brief: &Brief<'_>, digest: &Digest<'_>) -> String {
    let text = without_foreign(text, &Citations::of(brief));
    if !brief.writing.link_to_commits {
        return text;
    }
    Pages::of(brief, digest).linked(&text)
}

/// Fewer citations of unknown commits are removed and are no reason to ask again.
const FOREIGN_MIN: usize = 3;

/// Whether a text cites several unknown commits, and more of them than known ones.
pub(super) fn are_mostly_foreign(text: &str, brief: &Brief<'_>) -> bool {
    let citations = Citations::of(brief);
    let words = || text.split(|letter: char| !letter.is_ascii_alphanumeric());
    let foreign = words().filter(|word| citations.is_foreign(word)).count();
    foreign >= FOREIGN_MIN && foreign > words().filter(|word| citations.is_own(word)).count()
}

/// A part of a text in which a citation can be.
enum Piece {
    /// Words outside of code and of links.
    Text(Range<usize>),
    /// Code within a line, with its marks, outside of links.
    Code(Range<usize>, String),
    /// A whole link, with its words.
    Link(Range<usize>, String),
}

/// The pieces of a Markdown text, in order. What is in blocks of code and in HTML is skipped.
fn pieces(text: &str) -> Vec<Piece> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut found = Vec::new();
    let mut is_in_block = false;
    let mut link: Option<(usize, String)> = None;
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_)) => is_in_block = true,
            Event::End(TagEnd::CodeBlock) => is_in_block = false,
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) if link.is_none() => {
                link = Some((range.start, String::new()));
            }
            // The end of an inner one, as of an image in a link, is not that of the outer one.
            Event::End(TagEnd::Link | TagEnd::Image) => {
                found.extend(
                    link.take_if(|(start, _)| *start == range.start).map(|(_, words)| Piece::Link(range, words)),
                );
            }
            Event::Text(words) | Event::Code(words) if link.is_some() => {
                if let Some((_, link)) = &mut link {
                    link.push_str(&words);
                }
            }
            Event::Text(_) if !is_in_block => push_text(&mut found, range),
            Event::Code(code) => found.push(Piece::Code(range, code.into_string())),
            _ => {}
        }
    }
    found
}

/// Adds words, to those before them where the parser has split them at marks that could begin something.
fn push_text(found: &mut Vec<Piece>, range: Range<usize>) {
    match found.last_mut() {
        Some(Piece::Text(before)) if before.end == range.start => before.end = range.end,
        _ => found.push(Piece::Text(range)),
    }
}

/// The text without ids of unknown commits, and without what is around them: marks, links, brackets, commas.
fn without_foreign(text: &str, citations: &Citations<'_>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = 0..text.len();
    for foreign in foreign(text, citations) {
        // A mark around the citation before it can have been removed already.
        out.push_str(text.get(rest.start..foreign.start).unwrap_or_default());
        let after = text.get(foreign.end.max(rest.start)..).unwrap_or_default();
        rest.start = text.len() - removed(&mut out, after).len();
    }
    out.push_str(text.get(rest).unwrap_or_default());
    out
}

/// The places of citations of unknown commits.
fn foreign(text: &str, citations: &Citations<'_>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for piece in pieces(text) {
        match piece {
            Piece::Code(range, words) | Piece::Link(range, words) => {
                found.extend(citations.is_foreign(words.trim()).then_some(range));
            }
            Piece::Text(range) => {
                let mut start = range.start;
                while let Some(word) = text.get(start..range.end).and_then(next_word) {
                    let place = start + word.start..start + word.end;
                    start = place.end;
                    let (before, after) = (text.get(..place.start), text.get(place.end..));
                    let is_foreign = text.get(place.clone()).is_some_and(|word| citations.is_foreign(word));
                    if is_foreign && is_free(before.unwrap_or_default(), after.unwrap_or_default()) {
                        found.push(place);
                    }
                }
            }
        }
    }
    found
}

/// The next run of ASCII letters and digits.
fn next_word(text: &str) -> Option<Range<usize>> {
    let start = text.find(|letter: char| letter.is_ascii_alphanumeric())?;
    let length = text.get(start..)?.find(|letter: char| !letter.is_ascii_alphanumeric());
    Some(start..length.map_or(text.len(), |length| start + length))
}

/// Whether a word is one by itself: not a part of a path, a version or an address.
fn is_free(before: &str, after: &str) -> bool {
    const JOINS: &str = "-_./\\#@:=+&%";
    let joins = |letter: Option<char>| letter.is_some_and(|letter| JOINS.contains(letter));
    let ends_sentence = after.starts_with(['.', ':']) && after.chars().nth(1).is_none_or(char::is_whitespace);
    !joins(before.chars().next_back()) && (ends_sentence || !joins(after.chars().next()))
}

/// Removes what was around a citation that is not written. Returns the text after it.
fn removed<'t>(out: &mut String, after: &'t str) -> &'t str {
    let mut rest = after;
    while let Some(mark) = ["*", "_", "~"].into_iter().find(|mark| out.ends_with(mark) && rest.starts_with(mark)) {
        out.pop();
        rest = rest.strip_prefix(mark).unwrap_or(rest);
    }
    for word in ["commits ", "commit "] {
        // `(commit abc1234)`: the word says nothing alone.
        let kept = out.strip_suffix(word).filter(|kept| kept.ends_with(['(', '[']));
        out.truncate(kept.map_or(out.len(), str::len));
    }
    let closing = if out.ends_with('(') { ')' } else { ']' };
    if out.ends_with(['(', '[']) {
        if let Some(after) = rest.strip_prefix(closing) {
            out.pop();
            out.truncate(out.trim_end_matches(' ').len());
            return after;
        }
        let joined = [", ", " and ", "; ", " "].into_iter().find_map(|join| rest.strip_prefix(join));
        return joined.unwrap_or(rest);
    }
    let tail = out.get(out.floor_char_boundary(out.len().saturating_sub(LINE_MARKS_BYTES_MAX))..).unwrap_or_default();
    let begun = tail.rsplit_once('\n').map(|(_, line)| line);
    let line = begun.unwrap_or(if tail.len() == out.len() { tail } else { "a" });
    if line.chars().all(|letter| letter.is_whitespace() || letter.is_ascii_digit() || "-*+>.)#".contains(letter)) {
        // It began its line: the mark of a list stays, and what introduced the words does not.
        return rest.trim_start_matches([' ', ':', ',', '–', '—']);
    }
    let joined = [", ", " and ", "; ", " "].into_iter().find_map(|join| out.strip_suffix(join));
    out.truncate(joined.map_or(out.len(), str::len));
    rest
}

/// The pages of commits and references.
#[derive(Default)]
struct Pages<'a> {
    commits: BTreeMap<&'a str, &'a Url>,
    references: BTreeMap<String, Url>,
}

impl<'a> Pages<'a> {
    fn of(brief: &Brief<'a>, digest: &Digest<'_>) -> Self {
        // Managers and users of the software get no pages of commits.
        let is_for_team = !matches!(brief.writing.style, Style::Executive);
        let page = |commit: &'a Commit| Some((commit.sha.as_str(), commit.page.as_ref()?));
        let is_short = |(_, page): &(&str, &Url)| page.as_str().len() <= LINK_BYTES_MAX;
        let commits = brief.commits.iter().filter(|_| is_for_team).filter_map(page).filter(is_short);
        let beside = activity::references(brief);
        let all = digest.changes.iter().flat_map(|change: &Change<'_>| &change.references).chain(&beside);
        let pages = all.filter_map(|reference| Some((reference_text(reference), brief.page_of(reference)?)));
        Self { commits: commits.collect(), references: pages.collect() }
    }

    /// A text in which known ids in backticks and known numbers are links.
    fn linked(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut end = 0;
        for piece in pieces(text) {
            let (range, shown) = match piece {
                Piece::Code(range, code) => {
                    let page = self.commit(&code);
                    (range, page.map(|page| format!("[`{code}`]({})", link_address(page))))
                }
                Piece::Text(range) => {
                    let shown = self.numbers(text, &range);
                    (range, Some(shown))
                }
                Piece::Link(range, _) => (range, None),
            };
            if let Some(shown) = shown.filter(|_| range.start >= end) {
                out.push_str(text.get(end..range.start).unwrap_or_default());
                out.push_str(&shown);
                end = range.end;
            }
        }
        out.push_str(text.get(end..).unwrap_or_default());
        out
    }

    fn commit(&self, id: &str) -> Option<&Url> {
        let is_id = id.len() >= SHA_DIGITS_MIN && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        let id = id.to_ascii_lowercase();
        let (found, page) = self.commits.range(id.as_str()..).next().filter(|_| is_id)?;
        found.starts_with(&id).then_some(*page)
    }

    /// A part of a text, in which known numbers are links.
    fn numbers(&self, text: &str, part: &Range<usize>) -> String {
        let mut out = String::new();
        let mut start = part.start;
        while let Some(found) = text.get(start..part.end).and_then(|rest| rest.find(['#', '!'])) {
            let mark = start + found;
            let digits = text.get(mark + 1..part.end).unwrap_or_default();
            let length = digits.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(digits.len());
            let end = mark + 1 + length;
            let number = text.get(mark..end).unwrap_or_default();
            let before = text.get(..mark).and_then(|before| before.chars().next_back());
            let after = text.get(end..).and_then(|after| after.chars().next());
            let is_free = before.is_none_or(|letter| letter == '(' || letter.is_whitespace())
                && after.is_none_or(|letter| !letter.is_alphanumeric() && letter != '/');
            out.push_str(text.get(start..mark).unwrap_or_default());
            match self.references.get(number).filter(|_| is_free) {
                Some(page) => out.extend(["[", number, "](", &link_address(page), ")"]),
                None => out.push_str(number),
            }
            start = end;
        }
        out.push_str(text.get(start..part.end).unwrap_or_default());
        out
    }
}
