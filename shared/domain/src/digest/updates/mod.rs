//! Updates of dependencies: what one commit updates ([`updates`]), and the updates of many in few lines ([`fold`]).
//!
//! Recognised are the subjects that Dependabot, Renovate, pre-commit.ci, Snyk, pyUp, Scala Steward, Depfu and
//! Greenkeeper write by default, and those of people who write alike. Where a message lists the members of a group,
//! these count.

mod body;
mod ecosystem;
mod fold;
mod names;
mod sentence;
mod update;
mod version;

pub use ecosystem::Ecosystem;
pub use fold::{Chain, PackageUpdates, UpdateLine, fold};
pub use update::{UPDATES_MAX, Update, UpdateScope};
pub use version::is_breaking;

use super::subject::{Prefixes, without_numbers};
use crate::commit::{ChangedFile, Commit};
use sentence::Sentence;

/// What a commit updates; empty if it is no update of dependencies.
///
/// `files` are its changed files, empty where they are unknown: they give the ecosystem, and decide where the words
/// alone could be about something else (`Upgrade parser`).
pub fn updates(subject: &str, body: &str, files: &[ChangedFile]) -> Vec<Update> {
    let subject = without_numbers(subject);
    let prefixes = Prefixes::of(subject, sentence::is_start);
    if prefixes.has("revert reverts reland reapply release") {
        return Vec::new();
    }
    let evidence = sentence::Evidence { is_scoped: prefixes.has("deps dep dependencies dependency snyk pyup"), files };
    let Some(sentence) = Sentence::of(prefixes.rest, &evidence) else { return Vec::new() };
    let named = prefixes.all.iter().find_map(|prefix| ecosystem::of_words(prefix)).or(sentence.ecosystem);
    let by_files = ecosystem::of_files(files);
    let mut found = body::members(body);
    if found.is_empty() || sentence.is_complete(found.len()) {
        found = sentence.into_updates();
    }
    found.truncate(UPDATES_MAX);
    for update in &mut found {
        let by_name = ecosystem::of_name(&update.package);
        update.ecosystem = update.ecosystem.or(named).or(by_name).or(by_files);
    }
    found
}

/// [`updates`] of a commit.
pub fn of_commit(commit: &Commit) -> Vec<Update> {
    let body = commit.message.split_once('\n').map_or("", |(_, body)| body);
    updates(commit.subject(), body, &commit.files)
}
