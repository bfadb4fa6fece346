//! The commits of a range that a report about some paths has.

use super::merges::merges;
use crate::commit::{Commit, Sha};
use std::collections::BTreeSet;

/// Those of the commits, newest first, that are among `touching`, and the merges of changes that bring one of them:
/// their titles head it. A merge by itself changes nothing.
#[must_use]
pub fn within(commits: Vec<Commit>, touching: &BTreeSet<Sha>) -> Vec<Commit> {
    let is_kept = |commit: &Commit| !commit.is_merge() && touching.contains(&commit.sha);
    let all: Vec<&Commit> = commits.iter().collect();
    let heads: BTreeSet<Sha> = merges(&all)
        .into_iter()
        .filter(|merged| merged.commits.iter().any(|commit| is_kept(commit)))
        .map(|merged| merged.merge.sha.clone())
        .collect();
    commits.into_iter().filter(|commit| is_kept(commit) || heads.contains(&commit.sha)).collect()
}
