//! What kind of change a commit is, by Conventional Commits where it follows them and by its first words where not.

use super::Commit;
use crate::words::words;

words! {
    /// A kind of change, with the heading of its group. The order is the order of a report.
    #[derive(PartialOrd, Ord)]
    pub enum Kind {
        Feature = "Features",
        Fix = "Fixes",
        Performance = "Performance",
        Refactoring = "Refactoring",
        Documentation = "Documentation",
        Tests = "Tests",
        Dependencies = "Dependencies",
        Build = "Build and CI",
        Revert = "Reverts",
        Chore = "Chores",
        Other = "Other changes",
    }
}

/// A subject in its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Headline<'a> {
    /// What part of the product it is about: `api` in `feat(api): add tags`.
    pub scope: Option<&'a str>,
    /// The words: `add tags`. The whole subject, where it names no kind.
    pub text: &'a str,
}

/// The kind of a commit, by its subject.
///
/// A Conventional Commits type decides; the scope `deps` means dependencies whatever the type. Without a known type the
/// first words are read (`Fix …`, `Add …`, `Bump …`, also after a path as in `net/http: fix …`). What says nothing is
/// [`Kind::Other`]: nothing is dropped.
pub fn kind(commit: &Commit) -> Kind {
    let subject = whole_subject(commit);
    if let Ok(parsed) = git_conventional::Commit::parse(subject) {
        if parsed.scope().is_some_and(|scope| scope.as_str().to_ascii_lowercase().starts_with("deps")) {
            return Kind::Dependencies;
        }
        return match by_type(parsed.type_().as_str()) {
            Some(Kind::Chore | Kind::Build) if updates_dependency(&words(parsed.description())) => Kind::Dependencies,
            Some(kind) => kind,
            None => by_words(parsed.description()),
        };
    }
    match subject.split_once(": ") {
        Some((_, rest)) if by_words(subject) == Kind::Other => by_words(rest),
        _ => by_words(subject),
    }
}

/// Splits a subject. A known Conventional Commits type is omitted, since [`kind`] gives it.
pub fn headline(commit: &Commit) -> Headline<'_> {
    let subject = whole_subject(commit);
    match git_conventional::Commit::parse(subject) {
        Ok(parsed) if by_type(parsed.type_().as_str()).is_some() => {
            Headline { scope: parsed.scope().map(|scope| scope.as_str()), text: parsed.description().trim() }
        }
        _ => Headline { scope: None, text: subject },
    }
}

/// The subject without the marks of a commit that waits to be squashed.
fn whole_subject(commit: &Commit) -> &str {
    let subject = commit.subject();
    ["fixup! ", "squash! ", "amend! "].iter().find_map(|mark| subject.strip_prefix(mark)).unwrap_or(subject)
}

fn by_type(text: &str) -> Option<Kind> {
    Some(match text.to_ascii_lowercase().as_str() {
        "feat" | "feature" => Kind::Feature,
        "fix" | "bugfix" | "hotfix" | "security" => Kind::Fix,
        "perf" => Kind::Performance,
        "refactor" | "style" => Kind::Refactoring,
        "docs" | "doc" => Kind::Documentation,
        "test" | "tests" => Kind::Tests,
        "deps" | "dep" => Kind::Dependencies,
        "build" | "ci" => Kind::Build,
        "revert" => Kind::Revert,
        "chore" | "release" => Kind::Chore,
        _ => return None,
    })
}

fn words(text: &str) -> Vec<String> {
    text.split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(12)
        .map(str::to_lowercase)
        .collect()
}

/// First words of a subject, words of which one follows (none: any), and the kind. The first row that matches decides.
const BY_FIRST_WORD: [(&str, &str, Kind); 13] = [
    ("revert reverts reverted", "", Kind::Revert),
    ("document documents documented docs doc readme changelog", "", Kind::Documentation),
    (
        "add adds added update improve fix fixes fixed correct rewrite clarify",
        "readme typo typos docs documentation changelog comment comments",
        Kind::Documentation,
    ),
    ("test tests", "", Kind::Tests),
    ("add adds added update improve extend", "test tests coverage", Kind::Tests),
    ("fix fixes fixed fixing bugfix hotfix correct repair resolve resolves prevent avoid", "", Kind::Fix),
    ("optimise optimize speed cache", "", Kind::Performance),
    ("improve reduce", "performance speed latency allocations memory", Kind::Performance),
    ("add adds added implement implements introduce support allow enable create", "", Kind::Feature),
    (
        "refactor rename extract simplify clean cleanup move inline restructure reorganise reorganize deduplicate",
        "",
        Kind::Refactoring,
    ),
    ("remove delete drop", "unused dead obsolete", Kind::Refactoring),
    ("ci build", "", Kind::Build),
    ("release prepare chore", "", Kind::Chore),
];

fn by_words(text: &str) -> Kind {
    let words = words(text);
    if updates_dependency(&words) {
        return Kind::Dependencies;
    }
    let first = words.get(..1).unwrap_or_default();
    let row = BY_FIRST_WORD
        .iter()
        .find(|(firsts, others, _)| has_any(first, firsts) && (others.is_empty() || has_any(&words, others)));
    row.map_or(Kind::Other, |(.., kind)| *kind)
}

/// Whether one of the words is among the wanted ones, which are separated by spaces.
fn has_any(words: &[String], wanted: &str) -> bool {
    wanted.split(' ').any(|wanted| words.iter().any(|word| word == wanted))
}

/// What people and the usual machines write: `Bump x from 1 to 2`, `Update dependency x to v2`, `Update rust crate x`.
fn updates_dependency(words: &[String]) -> bool {
    match words.first().map(String::as_str) {
        Some("bump" | "bumps" | "upgrade") => !has_any(words, "version") || has_any(words, "from"),
        Some("update" | "updates" | "pin") => has_any(words, "dependency dependencies deps crate crates lockfile"),
        _ => false,
    }
}
