//! The words of a report: changes, people, counts and dates.

use super::markdown::{count, grouped, line, line_with_code, one_line};
use crate::commit::{Kind, without_addresses};
use crate::count::total;
use crate::digest::AuthorDisplay;
use crate::digest::people::Person;
use crate::digest::references::ReferenceKind;
use crate::digest::{Change, Digest, Reference, Reverted, names_kind};
use crate::instant::Instant;

const SCOPE_CHARS_MAX: usize = 24;
const NAME_CHARS_MAX: usize = 60;
/// The most changes that are named which one commit reverts.
pub(super) const REVERTED_NAMED_MAX: usize = 3;
/// The most people who are named as new.
const NEWCOMERS_MAX: usize = 5;
pub(super) const SUBJECT_CHARS_MAX: usize = 160;
/// The most tickets of one change that are shown, in a report and to a model.
pub(super) const TICKETS_SHOWN_MAX: usize = 2;
/// The same for references.
pub(super) const REFERENCES_SHOWN_MAX: usize = 3;

/// `**api:** add tags`, or `Add tags` without a scope. What is in backticks is code.
pub(super) fn change_words(change: &Change<'_>) -> String {
    let text = clean(change.text);
    // The heading of the group states the kind, so that a scope that repeats it says nothing.
    let scope = change.scope.as_deref().filter(|scope| !names_kind(scope)).map(|scope| line(scope, SCOPE_CHARS_MAX));
    match scope.filter(|scope| !scope.is_empty()) {
        Some(scope) => format!("**{scope}:** {}", shown(&uncapitalised(&text))),
        None => shown(&capitalised(&text)),
    }
}

/// `fix(api): return tides` after a label, otherwise `api: return tides`; `return tides` without both. A word that
/// repeats the label is omitted, as in `fix: Fix a leak`.
pub(super) fn phrase(change: &Change<'_>, label: Option<&str>) -> String {
    let text = clean(change.text);
    let mut text = text.as_str();
    if let Some((first, rest)) = text.split_once(' ') {
        let first = first.to_lowercase();
        let repeats =
            |label: &str| first.strip_prefix(label).is_some_and(|ending| ["", "s", "es", "ed"].contains(&ending));
        text = if label.is_some_and(repeats) { rest.trim_start() } else { text };
    }
    let scope = change.scope.as_deref().filter(|scope| !names_kind(scope)).map(|scope| line(scope, SCOPE_CHARS_MAX));
    let words = shown(&uncapitalised(text));
    match (label, scope.filter(|scope| !scope.is_empty())) {
        (Some(label), Some(scope)) => format!("{label}({scope}): {words}"),
        (None, Some(scope)) => format!("{scope}: {words}"),
        (Some(label), None) => format!("{label}: {words}"),
        (None, None) => words,
    }
}

/// The words of a change for readers who use the software: no scope.
pub(super) fn user_words(change: &Change<'_>) -> String {
    shown(&capitalised(&clean(change.text)))
}

/// The words of what was reverted: `Add tags; Add lamps`.
pub(super) fn reverted_words(reverted: &Reverted<'_>) -> String {
    first_of(&reverted.texts(), REVERTED_NAMED_MAX, |text: &&str| title_words(text)).join("; ")
}

/// The title of a pull request, an issue or a release.
pub(super) fn title_words(text: &str) -> String {
    shown(&capitalised(&clean(text)))
}

/// `#12`, `!12` or `owner/name#12`.
pub(super) fn reference_text(reference: &Reference) -> String {
    let mark = if reference.kind == ReferenceKind::MergeRequest { '!' } else { '#' };
    format!("{}{mark}{}", reference.repository.as_deref().unwrap_or_default(), reference.number)
}

/// The words of a subject without a full stop at its end.
pub(super) fn words_of(text: &str) -> &str {
    let text = text.trim();
    text.strip_suffix('.').filter(|text| !text.ends_with('.')).unwrap_or(text)
}

/// The words of a subject on one line, without what is invisible.
fn clean(text: &str) -> String {
    words_of(&one_line(text, usize::MAX)).to_owned()
}

fn shown(text: &str) -> String {
    let text = line_with_code(&without_addresses(text), SUBJECT_CHARS_MAX);
    if text.is_empty() { "(no message)".to_owned() } else { text }
}

/// One line of what someone wrote, without e-mail addresses.
pub(super) fn without_addresses_line(text: &str, chars_max: usize) -> String {
    line_with_code(&without_addresses(text), chars_max)
}

/// The text with a capital, if its first word is an ordinary one: not a name such as `iPhone`, `snake_case` or `a.b()`.
pub(super) fn capitalised(text: &str) -> String {
    with_first(
        text,
        |word| word.chars().all(|letter| letter.is_lowercase() || letter == '-'),
        |letter| letter.to_uppercase().collect(),
    )
}

/// The text with a small letter, if its first word is an ordinary one that begins with a capital.
fn uncapitalised(text: &str) -> String {
    let is_ordinary = |word: &str| {
        let mut letters = word.chars();
        let is_article = word == "A";
        let is_one_letter = word.chars().nth(1).is_none() && !is_article;
        letters.next().is_some_and(char::is_uppercase)
            && !is_one_letter
            && letters.all(|letter| letter.is_lowercase() || letter == '-')
    };
    with_first(text, is_ordinary, |letter| letter.to_lowercase().collect())
}

fn with_first(text: &str, is_ordinary: impl Fn(&str) -> bool, change: impl Fn(char) -> String) -> String {
    let word = text.split(char::is_whitespace).next().unwrap_or_default();
    let word = word.trim_end_matches([',', ':', ';']);
    let mut letters = text.chars();
    match letters.next() {
        Some(first) if is_ordinary(word) => change(first) + letters.as_str(),
        _ => text.to_owned(),
    }
}

/// A person's name, made safe; some commits have none.
pub(super) fn name_of(name: &str) -> String {
    let name = line(name, NAME_CHARS_MAX);
    if name.is_empty() { "(no name)".to_owned() } else { name }
}

/// The names of those who contributed for the first time, made safe by `safe`, and the number of the others; empty
/// where authors are hidden.
pub(super) fn newcomer_names(digest: &Digest<'_>, safe: impl Fn(&str) -> String) -> Vec<String> {
    if digest.people.display == AuthorDisplay::Hidden {
        return Vec::new();
    }
    let everyone = digest.people.busiest_first().into_iter().filter(|person| person.is_new);
    let mut names: Vec<String> = everyone.map(|person| safe(&person.name)).collect();
    let more = names.len().saturating_sub(NEWCOMERS_MAX);
    names.truncate(NEWCOMERS_MAX);
    names.extend((more > 0).then(|| format!("{} more", grouped(total(more)))));
    names
}

/// A person with their counts, as a line of a list.
pub(super) fn credit(person: &Person) -> String {
    let name = name_of(&person.name);
    let mut parts = Vec::new();
    if person.authored > 0 {
        parts.push(count(person.authored, "commit", "commits"));
    }
    if person.helped > 0 {
        parts.push(format!("{} as co-author", grouped(person.helped)));
    }
    format!("{name}: {}", parts.join(", "))
}

/// `3 fixes`, `1 documentation change`.
pub(super) fn counted_kind(kind: Kind, number: u64) -> String {
    let (one, many) = counted_nouns(kind);
    count(number, one, many)
}

/// What one change and several are called where they are counted: `fix`, `fixes`.
pub(super) fn counted_nouns(kind: Kind) -> (&'static str, &'static str) {
    let (label, many) = nouns(kind);
    let one = match kind {
        Kind::Security => "security change",
        Kind::Performance => "performance change",
        Kind::Documentation => "documentation change",
        Kind::Tests => "test change",
        Kind::Dependencies => "dependency change",
        Kind::Build => "build change",
        Kind::Translation => "translation change",
        Kind::Other => "other change",
        Kind::Feature | Kind::Fix | Kind::Refactoring | Kind::Release | Kind::Revert | Kind::Chore => label,
    };
    (one, many)
}

/// The label of one change, and the plural.
pub(super) fn nouns(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Security => ("security", "security changes"),
        Kind::Feature => ("feature", "features"),
        Kind::Fix => ("fix", "fixes"),
        Kind::Performance => ("performance", "performance changes"),
        Kind::Refactoring => ("refactoring", "refactorings"),
        Kind::Documentation => ("documentation", "documentation changes"),
        Kind::Tests => ("test", "test changes"),
        Kind::Dependencies => ("dependency", "dependency changes"),
        Kind::Build => ("build", "build changes"),
        Kind::Translation => ("translation", "translation changes"),
        Kind::Release => ("release", "releases"),
        Kind::Revert => ("revert", "reverts"),
        Kind::Chore => ("chore", "chores"),
        Kind::Other => ("other", "other changes"),
    }
}

/// `5 people and 1 bot`; bots alone where no human took part.
pub(super) fn by(humans: u64, bots: u64) -> String {
    match (humans, bots) {
        (0, bots) => count(bots, "bot", "bots"),
        (humans, 0) => count(humans, "person", "people"),
        (humans, bots) => format!("{} and {}", count(humans, "person", "people"), count(bots, "bot", "bots")),
    }
}

/// The first `max` items, and the number of the others behind the last one: `ABC-1, ABC-2 and 3 more`.
pub(super) fn first_of<T>(all: &[T], max: usize, shown: impl Fn(&T) -> String) -> Vec<String> {
    let mut items: Vec<String> = all.iter().take(max).map(shown).collect();
    let others = all.len().saturating_sub(max);
    if let Some(last) = items.last_mut().filter(|_| others > 0) {
        *last = format!("{last} and {} more", grouped(total(others)));
    }
    items
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// `4 – 11 May 2026`, with times if the range is within a day; in UTC.
pub(super) fn range(from: Instant, to: Instant) -> String {
    if from.date_naive() == to.date_naive() {
        return format!("{}, {}–{} UTC", to.format("%-d %B %Y"), from.format("%H:%M"), to.format("%H:%M"));
    }
    let (from_day, to_day) = (from.format("%-d %B %Y").to_string(), to.format("%-d %B %Y"));
    let year = from.format(" %Y").to_string();
    let month_and_year = from.format(" %B %Y").to_string();
    let same = |pattern: &str| from.format(pattern).to_string() == to.format(pattern).to_string();
    let start = if same("%Y-%m") {
        from_day.strip_suffix(month_and_year.as_str())
    } else if same("%Y") {
        from_day.strip_suffix(year.as_str())
    } else {
        None
    };
    format!("{} – {to_day}", start.unwrap_or(&from_day))
}
