//! The end of a commit message: co-authors and breaking changes.

use super::kind::is_marked_breaking;
use super::lines::is_of_trailer;
use super::{Commit, Identity};
use std::borrow::Cow;

const CO_AUTHORS_MAX: usize = 20;

/// Lines of one footer, and bytes of what all footers of a message say.
const FOOTER_LINES_MAX: usize = 20;
const FOOTER_BYTES_MAX: usize = 1_000;

/// A breaking change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breaking<'a> {
    /// What breaks, in the author's words (those of all `BREAKING CHANGE:` footers on one line), where they say it.
    pub what: Option<Cow<'a, str>>,
}

/// Whether a commit says that it breaks something, as Conventional Commits has it: `!` before the colon, or a footer
/// `BREAKING CHANGE:` or `BREAKING-CHANGE:`, unless it says `none`. The footer counts under any subject. The subject is
/// parsed as for its [`kind`](super::kind()): prefixes, capitals and spaces change nothing.
pub fn breaks(commit: &Commit) -> Option<Breaking<'_>> {
    let footers = breaking_footers(&commit.message);
    let mut said = footers.iter().filter(|what| !what.is_empty());
    let what = said.next().map(|first| {
        let all = said
            .fold(first.clone(), |all, one| if all.contains(one.as_ref()) { all } else { all + "; " + one.clone() });
        bounded(all)
    });
    let is_marked = || is_marked_breaking(commit.subject());
    (!footers.is_empty() || is_marked()).then_some(Breaking { what })
}

/// What the footers of a breaking change say, at most as many as have room.
fn breaking_footers(message: &str) -> Vec<Cow<'_, str>> {
    let mut lines = message.lines().skip(1);
    let mut found = Vec::new();
    let mut bytes = 0;
    while let Some(line) = lines.next() {
        let Some(begun) = begun_footer(line).filter(|_| bytes < FOOTER_BYTES_MAX) else { continue };
        let what = whole_footer(begun, lines.clone());
        bytes += what.len().max(1);
        if !denies(&what) {
            found.push(what);
        }
    }
    found
}

/// What follows the key of such a footer.
fn begun_footer(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("BREAKING CHANGE:").or_else(|| line.strip_prefix("BREAKING-CHANGE:"))?;
    Some(rest.trim())
}

/// A footer with the lines that continue it: those before a blank line and before the next trailer. One that begins
/// with a blank line, or is a list, is the paragraph or the list below it.
fn whole_footer<'a>(begun: &'a str, below: impl Iterator<Item = &'a str>) -> Cow<'a, str> {
    let mut what = Cow::Borrowed(begun);
    let mut below = below.take(FOOTER_LINES_MAX).map(str::trim).peekable();
    if begun.is_empty() {
        below.next_if(|line| line.is_empty());
    }
    let continues = |line: &&str| !line.is_empty() && begun_footer(line).is_none() && !is_of_trailer(line);
    for line in below.take_while(continues) {
        let item = ["- ", "* ", "+ "].iter().find_map(|mark| line.strip_prefix(mark));
        let (joint, line) = item.map_or((" ", line), |item| ("; ", item.trim_start()));
        if what.is_empty() {
            what = Cow::Borrowed(line);
        } else if what.len() < FOOTER_BYTES_MAX {
            what = what.trim_end_matches([';', ' ']).to_owned().into();
            what = what + joint + line;
        }
    }
    what
}

/// Whether a footer says that nothing breaks: `none`, `N/A`, `-`.
fn denies(what: &str) -> bool {
    let word =
        what.trim_matches(|letter: char| letter.is_whitespace() || matches!(letter, '.' | '!' | '`' | '*' | '_'));
    [
        "none",
        "no",
        "n/a",
        "na",
        "n.a",
        "nothing",
        "nil",
        "null",
        "false",
        "-",
        "--",
        "–",
        "—",
        "no breaking change",
        "no breaking changes",
    ]
    .iter()
    .any(|denial| word.eq_ignore_ascii_case(denial))
}

/// The beginning of a long text.
fn bounded(text: Cow<'_, str>) -> Cow<'_, str> {
    match text.get(..text.floor_char_boundary(FOOTER_BYTES_MAX)) {
        Some(begun) if begun.len() < text.len() => Cow::Owned(format!("{begun}…")),
        _ => text,
    }
}

/// The people in a message's `Co-authored-by` trailers, in their order; at most 20. A squashed message may carry them
/// anywhere, so every line is searched; a malformed trailer is parsed as far as possible.
pub fn co_authors(commit: &Commit) -> Vec<Identity> {
    let lines = commit.message.lines().skip(1).filter_map(|line| line.trim().split_once(':'));
    let values = lines.filter(|(key, _)| names_co_authors(key)).flat_map(|(_, value)| Identity::all(value));
    values.take(CO_AUTHORS_MAX).collect()
}

/// `Co-authored-by`, also with other hyphens.
fn names_co_authors(key: &str) -> bool {
    let letters: String = key.chars().filter(|letter| !matches!(letter, '-' | ' ' | '_')).collect();
    letters.eq_ignore_ascii_case("coauthoredby")
}
