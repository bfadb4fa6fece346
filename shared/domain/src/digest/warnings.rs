//! What is unusual in a range, as far as its commits prove it, with the numbers.

use super::cut::cut;
use super::people::People;
use super::{Change, reverts};
use crate::commit::{Commit, Kind};
use crate::count::total;
use crate::repository::PathFilter;
use crate::words::words;
use std::collections::{BTreeMap, BTreeSet};

/// Of fewer changes, a share says nothing.
const CHANGES_MIN: usize = 5;

/// By fewer people, that everyone changed a file says nothing.
const PEOPLE_MIN: usize = 3;

/// The most warnings of one kind.
const OF_ONE_KIND_MAX: usize = 3;

const TEXT_CHARS_MAX: usize = 120;

words! {
    /// What is unusual, in one word.
    pub enum WarningKind of Warning {
        MostlyFixes = "mostly_fixes",
        RevertOfRevert = "revert_of_revert",
        ChangedByAll = "changed_by_all",
    }
}

/// Something that is unusual. Texts and paths are from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// Over half of the changes are fixes.
    MostlyFixes { fixes: u64, changes: u64 },
    /// A commit takes a revert back.
    RevertOfRevert { text: String, commit: String },
    /// Each of these people changed the file; they are all of the range.
    ChangedByAll { path: String, people: u64 },
}

/// All warnings of a range: `single` are its commits without merges, and only files in `paths` count.
pub(super) fn warnings(
    changes: &[Change<'_>],
    (single, paths): (&[&Commit], &PathFilter),
    people: &People<'_>,
) -> Vec<Warning> {
    // A fix that breaks something is counted as a breaking change everywhere.
    let is_fix = |change: &&Change<'_>| change.kind == Kind::Fix && change.breaking.is_none();
    let fixes = changes.iter().filter(is_fix).count();
    let is_mostly = changes.len() >= CHANGES_MIN && fixes * 2 > changes.len();
    let mostly = is_mostly.then(|| Warning::MostlyFixes { fixes: total(fixes), changes: total(changes.len()) });
    let reverts = single.iter().filter(|commit| restores(commit)).take(OF_ONE_KIND_MAX);
    let reverts = reverts.map(|commit| Warning::RevertOfRevert {
        text: cut(commit.subject(), TEXT_CHARS_MAX),
        commit: commit.sha.short().to_owned(),
    });
    mostly.into_iter().chain(reverts).chain(changed_by_all((single, paths), people)).collect()
}

/// Whether a commit takes a revert back.
fn restores(commit: &Commit) -> bool {
    let Some(undoing) = reverts::undoing(&commit.message) else { return false };
    undoing.restores || undoing.subject.is_some_and(|subject| reverts::undoing(subject).is_some())
}

/// Files that everyone changed. The files of a commit can be unknown: then fewer files are found.
fn changed_by_all((single, paths): (&[&Commit], &PathFilter), people: &People<'_>) -> Vec<Warning> {
    let humans: BTreeSet<usize> =
        people.busiest_first().into_iter().filter(|person| !person.is_bot).map(|person| person.number).collect();
    if humans.len() < PEOPLE_MIN {
        return Vec::new();
    }
    let mut changed: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for commit in single {
        let Some(author) = people.person(commit).filter(|author| !author.is_bot) else { continue };
        for file in commit.files.iter().filter(|file| paths.matches(&file.path)) {
            changed.entry(&file.path).or_default().insert(author.number);
        }
    }
    let by_all = changed.into_iter().filter(|(_, authors)| *authors == humans).take(OF_ONE_KIND_MAX);
    by_all
        .map(|(path, authors)| Warning::ChangedByAll { path: cut(path, TEXT_CHARS_MAX), people: total(authors.len()) })
        .collect()
}
