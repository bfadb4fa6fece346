//! The words of the plain report: changes, people, counts and dates.

use super::markdown::{count, grouped, line};
use super::people::Person;
use crate::commit::{Commit, Kind, headline, without_addresses};
use crate::instant::Instant;

const SCOPE_CHARS_MAX: usize = 40;
const NAME_CHARS_MAX: usize = 60;
pub(super) const SUBJECT_CHARS_MAX: usize = 160;

/// `**api:** add tags`, or `Add tags` without a scope.
pub(super) fn words(commit: &Commit) -> String {
    let headline = headline(commit);
    let text = line(&without_addresses(headline.text), SUBJECT_CHARS_MAX);
    if text.is_empty() {
        return "(no message)".to_owned();
    }
    // The heading of the group says that it is about dependencies.
    let scope = headline.scope.filter(|scope| !matches!(*scope, "deps" | "deps-dev"));
    match scope.map(|scope| line(scope, SCOPE_CHARS_MAX)) {
        Some(scope) if !scope.is_empty() => format!("**{scope}:** {text}"),
        // The words after a type begin with a small letter; a subject without a type is not changed.
        _ if headline.text.len() < commit.subject().len() => capitalised(&text),
        _ => text,
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// A person's name, made safe; some commits have none.
pub(super) fn name_of(name: &str) -> String {
    let name = line(name, NAME_CHARS_MAX);
    if name.is_empty() { "(no name)".to_owned() } else { name }
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
    let bot = if person.is_bot { " (bot)" } else { "" };
    format!("{name}{bot}: {}", parts.join(", "))
}

/// Kinds whose label is not a countable noun.
pub(super) const ONE_NEEDS_CHANGE: [Kind; 6] =
    [Kind::Performance, Kind::Documentation, Kind::Tests, Kind::Dependencies, Kind::Build, Kind::Other];

/// The label of one change, and the plural.
pub(super) fn nouns(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Feature => ("feature", "features"),
        Kind::Fix => ("fix", "fixes"),
        Kind::Performance => ("performance", "performance changes"),
        Kind::Refactoring => ("refactoring", "refactorings"),
        Kind::Documentation => ("documentation", "documentation changes"),
        Kind::Tests => ("test", "test changes"),
        Kind::Dependencies => ("dependency", "dependency updates"),
        Kind::Build => ("build", "build changes"),
        Kind::Revert => ("revert", "reverts"),
        Kind::Chore => ("chore", "chores"),
        Kind::Other => ("other", "other changes"),
    }
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

/// A number of things in memory, as a count.
pub(super) fn total(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
