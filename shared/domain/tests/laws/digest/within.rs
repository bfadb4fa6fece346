//! Which commits a report about some paths has.

use super::{commit, number};
use domain::commit::Commit;
use domain::digest::within;
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
    within(commits, &touching).iter().map(number).collect()
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
fn plain_merge_is_skipped_and_its_commits_are_kept() {
    let history: [(&str, &[usize]); 4] = [("base", &[]), ("one", &[0]), ("direct", &[0]), (UPDATE, &[2, 1])];
    assert_eq!(kept(&history, &[1, 2]), [2, 1]);
}

proptest! {
    #[test]
    fn every_touching_commit_is_kept_and_no_other(
        shape in proptest::collection::vec((0..4_usize, 0..6_usize, 0..6_usize, any::<bool>()), 1..24),
    ) {
        let mut touching = Vec::new();
        let mut lists: Vec<(&str, Vec<usize>)> = Vec::new();
        for (place, (kind, back, other, touches)) in shape.iter().enumerate() {
            let parent = |back: usize| place.checked_sub(back + 1);
            let parents: Vec<usize> = match kind {
                0 => parent(*back).into_iter().chain(parent(*other)).collect::<BTreeSet<_>>().into_iter().collect(),
                _ => parent(*back).into_iter().collect(),
            };
            let subject = ["fix: it", PULL, UPDATE][(back + other) % 3];
            lists.push((if parents.len() > 1 { subject } else { "fix: it" }, parents));
            touching.extend(touches.then_some(place));
        }
        let history: Vec<(&str, &[usize])> = lists.iter().map(|(message, parents)| (*message, &parents[..])).collect();
        let kept = kept(&history, &touching);
        let is_merge = |place: &usize| lists[*place].1.len() > 1;
        let changes = |list: &[usize]| list.iter().copied().filter(|one| !is_merge(one)).collect::<BTreeSet<_>>();
        prop_assert_eq!(changes(&kept), changes(&touching));
        prop_assert!(kept.is_sorted_by(|one, next| one > next), "the order stays");
        if touching.is_empty() {
            prop_assert!(kept.is_empty());
        }
    }
}
