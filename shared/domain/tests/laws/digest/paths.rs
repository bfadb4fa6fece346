//! Which commits a report about some paths has.

use super::{commit, number};
use crate::configuration::paths::filter;
use domain::commit::{ChangedFile, Changes, Commit};
use domain::digest::merges::merges;
use domain::digest::{changes_in_paths, commits_of_paths};
use domain::repository::PathFilter;
use proptest::prelude::*;
use std::collections::BTreeSet;

const PULL: &str = "Merge pull request #1 from a/b\n\nAdd tags";
const UPDATE: &str = "Merge branch 'main' into feature";

/// The numbers of what is kept. Commits are given with their parents, oldest first.
fn kept(history: &[(&str, &[usize])], touching: &[usize]) -> Vec<usize> {
    let commits = history.iter().enumerate().map(|(place, (message, parents))| commit(place, message, parents));
    let mut commits: Vec<Commit> = commits.collect();
    let touching: BTreeSet<_> = touching.iter().map(|place| commits[*place].sha.clone()).collect();
    commits.reverse();
    commits_of_paths(&commits, &touching).iter().map(number).collect()
}

#[test]
fn merge_is_kept_for_what_it_brings() {
    let history: [(&str, &[usize]); 6] =
        [("base", &[]), ("one", &[0]), ("two", &[1]), ("direct", &[0]), (PULL, &[3, 2]), ("after", &[4])];
    assert_eq!(kept(&history, &[1]), [4, 1]);
    assert_eq!(kept(&history, &[3, 5]), [5, 3], "the merge brings neither");
    assert!(kept(&history, &[4]).is_empty(), "a merge changes nothing by itself");
    assert!(kept(&history, &[]).is_empty());
}

#[test]
fn plain_merge_is_kept_if_it_joins_what_is_kept() {
    let history: [(&str, &[usize]); 4] = [("base", &[]), ("one", &[0]), ("direct", &[0]), (UPDATE, &[2, 1])];
    assert_eq!(kept(&history, &[1, 2]), [3, 2, 1]);
    assert_eq!(kept(&history, &[2]), [2]);
}

/// What the merges of some commits bring, without merges among it; only of those that bring something.
fn brought(commits: &[Commit], is_kept: impl Fn(usize) -> bool) -> Vec<(usize, Vec<usize>)> {
    let all: Vec<&Commit> = commits.iter().collect();
    let found = merges(&all).into_iter().map(|merged| {
        let changes = merged.commits.iter().filter(|commit| !commit.is_merge()).map(|commit| number(commit));
        (number(merged.merge), changes.filter(|change| is_kept(*change)).collect::<Vec<_>>())
    });
    found.filter(|(_, changes)| !changes.is_empty()).collect()
}

/// A history in which every commit is reachable from the newest: parents by number, oldest first.
fn histories() -> impl Strategy<Value = Vec<(bool, Vec<usize>)>> {
    let shape = proptest::collection::vec((0..3_usize, 0..4_usize, 0..6_usize, any::<bool>()), 2..24);
    shape.prop_map(|shape| {
        let mut tips: Vec<usize> = Vec::new();
        let mut history = Vec::new();
        for (place, (kind, at, other, is_titled)) in shape.into_iter().enumerate() {
            let mut parents: Vec<usize> = Vec::new();
            if kind == 0 && place > 0 {
                // A branch from any earlier commit.
                parents.push((at * 7 + other) % place);
            } else if !tips.is_empty() {
                parents.push(tips.remove(at % tips.len()));
            }
            if kind == 2 && !tips.is_empty() {
                parents.push(tips.remove(other % tips.len()));
            }
            tips.push(place);
            history.push((is_titled, parents));
        }
        while tips.len() > 1 {
            let parents = vec![tips.remove(0), tips.remove(0)];
            tips.insert(0, history.len());
            history.push((history.len() % 2 == 0, parents));
        }
        history
    })
}

proptest! {
    #[test]
    fn every_commit_of_the_paths_is_kept_in_its_merge_and_no_other(
        history in histories(), touching in proptest::collection::vec(any::<bool>(), 64),
    ) {
        let commits = history.iter().enumerate().map(|(place, (is_titled, parents))| {
            let merge = if *is_titled { PULL } else { UPDATE };
            commit(place, if parents.len() > 1 { merge } else { "fix: it" }, parents)
        });
        let mut commits: Vec<Commit> = commits.collect();
        commits.reverse();
        let touches = |number: usize| touching[number];
        let ids = commits.iter().filter(|commit| touches(number(commit))).map(|commit| commit.sha.clone()).collect();
        let kept = commits_of_paths(&commits, &ids);
        let changes = |commits: &[Commit]| {
            commits.iter().filter(|commit| !commit.is_merge()).map(number).collect::<Vec<_>>()
        };
        let wanted: Vec<usize> = changes(&commits).into_iter().filter(|number| touches(*number)).collect();
        prop_assert_eq!(changes(&kept), wanted, "in the same order");
        prop_assert_eq!(brought(&kept, |_| true), brought(&commits, touches), "{:?}", history);
    }
}

#[test]
fn size_is_that_of_the_files_in_the_paths() {
    let file = |path: &str, additions, deletions| ChangedFile { path: path.to_owned(), additions, deletions };
    let files = [file("api/a", Some(3), Some(1)), file("web/b", Some(70), Some(9)), file("api/c.png", None, None)];
    let whole = Changes { additions: 73, deletions: 10, files: Some(3) };
    let api = filter(&["api"], &[]);
    let inside = Changes { additions: 3, deletions: 1, files: Some(2) };
    assert_eq!(changes_in_paths(whole, &files, &api), Some(inside));
    assert_eq!(changes_in_paths(whole, &files, PathFilter::whole()), Some(whole));
    assert_eq!(changes_in_paths(whole, &files[..2], &api), None, "a file is unknown");
    assert_eq!(changes_in_paths(Changes { files: None, ..whole }, &files, &api), None);
}
