//! Marks in a subject that are no words of it: of a commit to squash, of one that skips CI, of a small one, of a part
//! of a series, and of work that is not done.

use super::front::{after_dash, beginning};
use super::tickets::is_digits;
use super::verbs;
use super::version::without_reference;
use super::words::Words;
use std::borrow::Cow;

/// Marks of commits that wait to be squashed, and of proposals.
const MARKS: [&str; 4] = ["fixup! ", "squash! ", "amend! ", "[rfc]"];

/// What is in square brackets to skip CI, with spaces in place of hyphens.
const SKIPS: &[&str] = &[
    "skip ci",
    "ci skip",
    "no ci",
    "skip actions",
    "actions skip",
    "skip travis",
    "travis skip",
    "skip appveyor",
    "appveyor skip",
    "skip circleci",
    "circleci skip",
    "skip azurepipelines",
    "skip netlify",
    "skip vercel",
    "skip render",
    "skip cd",
];

/// The longest of them, with its brackets.
const SKIP_BYTES_MAX: usize = 24;

/// Marks of work that is not done, besides those in brackets and those that are written as a type.
const UNFINISHED: [&str; 6] = ["wip: ", "wip, ", "wip ", "draft: ", "work in progress: ", "work in progress - "];

/// Marks of small commits, as some teams write them without a colon. In other capitals they are words.
const SMALL: [&str; 3] = ["MINOR ", "TRIVIAL ", "NIT "];

const BREAKING: [&str; 6] =
    ["breaking change: ", "breaking changes: ", "breaking: ", "[breaking]", "[breaking change]", "(breaking)"];

/// The most parts of a series; two numbers with a slash between them are more often a ratio or a date beyond that.
const PARTS_MAX: u32 = 99;

/// A mark in front of a text.
pub(super) struct Found<'a> {
    pub(super) is_breaking: bool,
    pub(super) is_unfinished: bool,
    /// Whether it counts the commits of a series.
    pub(super) is_count: bool,
    /// What follows.
    pub(super) rest: &'a str,
}

/// Takes one mark from the beginning of a text.
pub(super) fn take(text: &str) -> Option<Found<'_>> {
    let first_of = |marks: &[&str]| marks.iter().find_map(|mark| strip(text, mark));
    if let Some(rest) = first_of(&BREAKING) {
        return Some(Found { is_breaking: true, is_unfinished: false, is_count: false, rest });
    }
    if let Some(rest) = first_of(&UNFINISHED) {
        return Some(Found { is_breaking: false, is_unfinished: true, is_count: false, rest });
    }
    let rest = first_of(&MARKS).or_else(|| after_small(text)).or_else(|| after_reference(text));
    let found = |rest, is_count| Found { is_breaking: false, is_unfinished: false, is_count, rest };
    rest.map(|rest| found(rest, false)).or_else(|| after_part(text).map(|rest| found(rest, true)))
}

/// Whether a text in square brackets asks to skip CI: `skip ci`, `ci-skip`.
pub(super) fn is_skip(inner: &str) -> bool {
    let inner = inner.trim();
    inner.len() <= SKIP_BYTES_MAX && {
        let words = inner.replace('-', " ").to_ascii_lowercase();
        SKIPS.contains(&words.as_str())
    }
}

/// Whether a text in brackets is what `git format-patch` writes: `PATCH`, `PATCH v2 1/3`, `RFC PATCH net-next`.
pub(super) fn is_patch(inner: &str) -> bool {
    let mut words = inner.split_whitespace().skip_while(|word| *word == "RFC");
    words.next() == Some("PATCH")
}

/// A text without marks at its end that ask to skip CI. Something remains.
pub(super) fn without_skip_at_end(text: &str) -> &str {
    let mut text = text;
    while let Some((rest, inner)) = text.strip_suffix(']').and_then(|rest| rest.rsplit_once('[')) {
        let rest = rest.trim_end();
        if !is_skip(inner) || rest.is_empty() {
            break;
        }
        text = rest;
    }
    text
}

/// A text without marks anywhere that ask to skip CI.
pub(super) fn without_skips(text: &str) -> Cow<'_, str> {
    let is_mark = |place: usize| {
        let end = text.floor_char_boundary(place.saturating_add(SKIP_BYTES_MAX));
        let (inner, _) = text.get(place..end)?.strip_prefix('[')?.split_once(']')?;
        is_skip(inner).then_some(place..place + inner.len() + 2)
    };
    let mut marks = text.match_indices('[').filter_map(|(place, _)| is_mark(place)).peekable();
    if marks.peek().is_none() {
        return Cow::Borrowed(text);
    }
    let mut rest = 0;
    let mut kept = String::new();
    for mark in marks {
        kept.push_str(text.get(rest..mark.start).unwrap_or_default());
        rest = mark.end;
    }
    kept.push_str(text.get(rest..).unwrap_or_default());
    Cow::Owned(kept)
}

/// Whether a type, or a text in brackets, states that the work is not done.
pub(super) fn is_of_unfinished(word: &str) -> bool {
    ["wip", "draft", "work in progress"].iter().any(|known| word.trim().eq_ignore_ascii_case(known))
}

/// Whether the words of a subject state that the work is not done: by a mark that is all of them or behind them, or as
/// a part before the last one: `part 1 of 3`, `part 1/3`, `(part 1)`.
pub(super) fn is_unfinished(text: &str) -> bool {
    let text = without_reference(text);
    let is_all = || is_of_unfinished(text.trim_matches(|letter: char| !letter.is_alphanumeric()));
    let last = || {
        let (inner, open) = match text.strip_suffix(')') {
            Some(inner) => (inner, '('),
            None => (text.strip_suffix(']')?, '['),
        };
        inner.rsplit_once(open).map(|(_, inner)| inner)
    };
    let is_behind = || last().is_some_and(|inner| is_of_unfinished(inner) || inner.eq_ignore_ascii_case("part 1"));
    is_all() || is_behind() || strip_end(text, " - wip").is_some() || is_part_before_last(text)
}

/// A count that is no part of a sentence: it begins the text, or punctuation is before it.
fn is_part_before_last(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    lower.match_indices("part ").any(|(place, part)| {
        let before = lower.get(..place).unwrap_or_default().trim_end();
        let is_apart = before.chars().next_back().is_none_or(|letter| !letter.is_alphanumeric());
        let rest = lower.get(place + part.len()..).unwrap_or_default();
        let mut words = rest.split(|letter: char| !letter.is_alphanumeric() && letter != '/');
        let number = words.next().unwrap_or_default();
        let found = match number.split_once('/') {
            Some((number, all)) => series(number, all),
            None if words.next() == Some("of") => words.next().and_then(|all| series(number, all)),
            None => None,
        };
        is_apart && found.is_some_and(|(number, all)| number < all)
    })
}

/// `3/5`, or `3/n` where the last number is not known yet. `16/9` and `24/7` are no parts.
pub(super) fn is_part(text: &str) -> bool {
    text.trim().split_once('/').is_some_and(|(number, all)| {
        let is_open = || matches!(all, "n" | "N" | "x" | "X") && is_digits(number) && number.len() <= 2;
        series(number, all).is_some() || is_open()
    })
}

/// Whether a text is two numbers with a slash between them.
pub(super) fn is_ratio(text: &str) -> bool {
    text.trim().split_once('/').is_some_and(|(one, other)| is_digits(one) && is_digits(other))
}

/// The number of a part, and that of all.
fn series(number: &str, all: &str) -> Option<(u32, u32)> {
    let of = |text: &str| text.parse::<u32>().ok().filter(|_| is_digits(text));
    let (number, all) = (of(number)?, of(all)?);
    ((2..=PARTS_MAX).contains(&all) && (1..=all).contains(&number)).then_some((number, all))
}

/// `MINOR Fix …`: only a verb with an object behind the mark shows that it is one, and not the first word of a name.
fn after_small(text: &str) -> Option<&str> {
    let rest = SMALL.iter().find_map(|mark| text.strip_prefix(mark))?.trim_start();
    let is_separated = after_dash(rest).is_some() || rest.starts_with(": ");
    (is_separated || verbs::begin_change(&Words::of(rest))).then_some(rest)
}

/// `Merged PR 12: `, as Azure DevOps writes it, `Pull request #12: `, as Bitbucket Server does, and
/// `Backport #12: `. The number is a reference, not a ticket.
fn after_reference(text: &str) -> Option<&str> {
    let rest =
        ["merged pr ", "pr #", "pull request #", "backport #"].iter().find_map(|beginning| strip(text, beginning))?;
    let text = rest.trim_start_matches(|letter: char| letter.is_ascii_digit());
    text.strip_prefix(':').filter(|_| text.len() < rest.len())
}

/// `3/5: `, which counts the commits of a series.
fn after_part(text: &str) -> Option<&str> {
    let (part, rest) = beginning(text).find(": ").and_then(|end| text.split_at_checked(end))?;
    rest.strip_prefix(": ").filter(|_| is_part(part))
}

/// Takes a beginning, in any capitals.
fn strip<'a>(text: &'a str, beginning: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(beginning.len())?;
    head.eq_ignore_ascii_case(beginning).then_some(rest)
}

fn strip_end<'a>(text: &'a str, end: &str) -> Option<&'a str> {
    let (rest, tail) = text.split_at_checked(text.len().checked_sub(end.len())?)?;
    tail.eq_ignore_ascii_case(end).then_some(rest)
}
