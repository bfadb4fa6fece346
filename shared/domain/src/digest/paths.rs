//! The commits of a range that a report about some paths has.

use crate::commit::{ChangedFile, Changes, Commit, Sha};
use crate::count::total;
use crate::repository::PathFilter;
use std::collections::{BTreeMap, BTreeSet};

/// Those of the commits, newest first, that are among `touching`, and the merges of sides that have one of them. A
/// merge by itself changes nothing.
///
/// In place of a parent that is skipped, a commit has the nearest ancestor that is kept, so that the merges of what is
/// returned bring the same commits as before.
#[must_use]
pub fn commits_of_paths(commits: &[Commit], touching: &BTreeSet<Sha>) -> Vec<Commit> {
    let is_change = |commit: &&Commit| !commit.is_merge() && touching.contains(&commit.sha);
    let first = commits.iter().filter_map(|commit| Some((&commit.sha, commit.parents.first()?))).collect();
    let kept = commits.iter().filter(is_change).map(|commit| &commit.sha).collect();
    let mut history = History { first, kept };
    // Oldest first: a side can have merges that are kept.
    for merge in commits.iter().rev().filter(|commit| commit.is_merge()) {
        if merge.parents.iter().skip(1).any(|parent| history.kept.contains(history.nearest(parent))) {
            history.kept.insert(&merge.sha);
        }
    }
    let with_parents = |commit: &Commit| {
        let parents = commit.parents.iter().map(|parent| history.nearest(parent).clone()).collect();
        Commit { parents, ..commit.clone() }
    };
    commits.iter().filter(|commit| history.kept.contains(&commit.sha)).map(with_parents).collect()
}

/// The first parents of the commits of a range, and those that are kept.
struct History<'a> {
    first: BTreeMap<&'a Sha, &'a Sha>,
    kept: BTreeSet<&'a Sha>,
}

impl<'a> History<'a> {
    /// The commit itself if it is kept or not in the range; else the nearest such one on the line of first parents.
    fn nearest(&self, sha: &'a Sha) -> &'a Sha {
        let mut sha = sha;
        while let Some(parent) = self.first.get(sha).filter(|_| !self.kept.contains(sha)) {
            sha = parent;
        }
        sha
    }
}

/// The size of a change within the paths; `None` if not all of its files are known.
#[must_use]
pub fn changes_in_paths(changes: Changes, files: &[ChangedFile], paths: &PathFilter) -> Option<Changes> {
    if paths.is_whole() {
        return Some(changes);
    }
    changes.files.filter(|count| *count == total(files.len()))?;
    let inside = || files.iter().filter(|file| paths.matches(&file.path));
    Some(Changes {
        additions: inside().filter_map(|file| file.additions).sum(),
        deletions: inside().filter_map(|file| file.deletions).sum(),
        files: Some(total(inside().count())),
    })
}
