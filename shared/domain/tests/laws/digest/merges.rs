//! Which commits each merge brings, and what it is called.

use super::{commit, number};
use domain::commit::Commit;
use domain::digest::merges::{brought, headed, merges, title};
use proptest::prelude::*;

/// The numbers of each merge with a title, and of the commits that it heads. Commits are given with their parents,
/// oldest first.
fn heads(history: &[(&str, &[usize])]) -> Vec<(usize, Vec<usize>)> {
    let commits = history.iter().enumerate().map(|(place, (message, parents))| commit(place, message, parents));
    let mut commits: Vec<Commit> = commits.collect();
    commits.reverse();
    let commits: Vec<&Commit> = commits.iter().collect();
    let merges = merges(&commits);
    let found = headed(&merges, &commits).into_iter();
    found.map(|(place, own)| (number(merges[place].merge), own.into_iter().map(number).collect())).collect()
}

const PULL: &str = "Merge pull request #1 from a/b\n\nAdd tags";
const UPDATE: &str = "Merge branch 'main' into feature";

#[test]
fn merge_brings_what_its_first_parent_does_not_have() {
    let history: [(&str, &[usize]); 6] =
        [("base", &[]), ("one", &[0]), ("two", &[1]), ("direct", &[0]), (PULL, &[3, 2]), ("after", &[4])];
    assert_eq!(heads(&history), [(4, vec![2, 1])]);
}

#[test]
fn pull_request_within_another_one_heads_its_own_commits() {
    let history: [(&str, &[usize]); 5] =
        [("base", &[]), ("feature", &[0]), ("nested", &[0]), (PULL, &[1, 2]), (PULL, &[0, 3])];
    assert_eq!(heads(&history), [(4, vec![1]), (3, vec![2])]);
    // A merge that no host made is a part of the pull request, whatever its message.
    let history: [(&str, &[usize]); 5] =
        [("base", &[]), ("feature", &[0]), ("nested", &[0]), ("try again", &[1, 2]), (PULL, &[0, 3])];
    assert_eq!(heads(&history), [(4, vec![2, 1])]);
}

#[test]
fn merge_of_a_branch_that_many_share_heads_nothing() {
    for title in
        ["Deploy to production", "Develop", "Dev to main", "develop -> main", "v1.2.0", "Staging", "🚀 Release 1.2"]
    {
        let merge = format!("Merge pull request #9 from a/develop\n\n{title}");
        let history: [(&str, &[usize]); 6] =
            [("base", &[]), ("one", &[0]), (PULL, &[0, 1]), ("direct", &[2]), (&merge, &[0, 3]), ("after", &[4])];
        assert_eq!(heads(&history), [(2, vec![1])], "{title}");
        let all: Vec<Commit> = history
            .iter()
            .enumerate()
            .map(|(place, (message, parents))| commit(place, message, parents))
            .rev()
            .collect();
        let all: Vec<&Commit> = all.iter().collect();
        let found = merges(&all);
        let within: Vec<usize> = brought(&found, &[&all[1].sha]).into_iter().map(number).collect();
        assert_eq!(within, [3, 1], "what it brings, though it heads nothing");
    }
}

#[test]
fn update_of_a_branch_from_its_base_takes_nothing_from_the_base() {
    let history: [(&str, &[usize]); 5] =
        [("base", &[]), ("feature", &[0]), ("direct", &[0]), (UPDATE, &[1, 2]), (PULL, &[2, 3])];
    assert_eq!(heads(&history), [(4, vec![1])]);
}

#[test]
fn merges_below_a_plain_merge_are_found() {
    let history: [(&str, &[usize]); 5] = [
        ("base", &[]),
        ("local", &[0]),
        ("feature", &[0]),
        (PULL, &[0, 2]),
        ("Merge branch 'main' of example.org:x", &[1, 3]),
    ];
    assert_eq!(heads(&history), [(3, vec![2])]);
}

#[test]
fn octopus_brings_the_commits_of_all_parents() {
    let history: [(&str, &[usize]); 5] = [("base", &[]), ("a", &[0]), ("b", &[0]), ("c", &[0]), (PULL, &[1, 2, 3])];
    assert_eq!(heads(&history), [(4, vec![3, 2])]);
}

#[test]
fn merge_of_commits_outside_of_the_range_brings_nothing() {
    let commits = [commit(9, PULL, &[1, 2])];
    let found = merges(&commits.iter().collect::<Vec<_>>());
    assert_eq!((found.len(), found[0].commits.len()), (1, 0));
    assert_eq!(merges(&[]), []);
}

#[test]
fn title_is_what_the_host_writes() {
    for (message, expected) in [
        ("Merge pull request #1 from a/b\n\nAdd tags", Some("Add tags")),
        ("Merge pull request #1 from a/b\r\n\r\nAdd tags\r\n", Some("Add tags")),
        ("Merge pull request #1 from a/b", None),
        ("Merge pull request 'Add 'quoted' tags' (#12) from a/b into main", Some("Add 'quoted' tags")),
        ("Merge pull request 'Add tags' from b into main", Some("Add tags")),
        ("Merged PR 12: Add tags", Some("Add tags")),
        ("Merged in tags (pull request #12)\n\nAdd tags\n\nApproved-by: Ada", Some("Add tags")),
        ("Merge branch 'tags' into 'main'\n\nAdd tags\n\nSee merge request group/shop!12", Some("Add tags")),
        ("Merge branch 'tags' into 'main'\n\nSee merge request group/shop!12", None),
        ("Merge #12\n\n12: Add tags r=ada a=grace\n\nText", Some("Add tags")),
        ("Auto merge of #12 - ada:tags, r=grace\n\nAdd tags\n", Some("Add tags")),
        ("Add tags (#12)", Some("Add tags")),
        ("build(deps): bump x from 1 to 2 (#12)", Some("build(deps): bump x from 1 to 2")),
        ("Merge the two parsers (#12)", Some("Merge the two parsers")),
        ("Merge branch 'main' into feature", None),
        ("Merge branch 'main' into feature\n\n# Conflicts:\n#\tx.rs", None),
        ("Merge remote-tracking branch 'origin/main'", None),
        ("Merge tag 'v1.2'", None),
        ("Merge main into feature", None),
        ("merge 4.7", None),
        ("Daily merge back into develop (#12)", None),
        ("Merge pull request #1 from a/main\n\nMerge main into develop", None),
        ("merge", None),
        ("", None),
    ] {
        assert_eq!(title(&commit(1, message, &[])), expected, "{message}");
    }
}

#[test]
fn thousands_of_merges_are_read_in_one_pass() {
    let history: Vec<Commit> = (0..30_000)
        .map(|place| match place {
            0 => commit(0, "base", &[]),
            _ if place % 3 == 0 => commit(place, PULL, &[place - 3, place - 1]),
            _ if place % 3 == 1 => commit(place, "a", &[place - 1]),
            _ => commit(place, "b", &[place - 1]),
        })
        .rev()
        .collect();
    let found = merges(&history.iter().collect::<Vec<_>>());
    assert!(found.len() > 9_990 && found.iter().all(|merged| merged.commits.len() == 2));
}

proptest! {
    #[test]
    fn each_commit_has_at_most_one_head(
        parents in prop::collection::vec(prop::collection::vec(0_usize..40, 0..4), 1..40),
    ) {
        let below = |(place, parents): (usize, &Vec<usize>)| -> Vec<usize> {
            parents.iter().filter(|_| place > 0).map(|parent| parent % place.max(1)).collect()
        };
        let history = parents.iter().enumerate().map(|(place, parents)| {
            commit(place, if parents.len() % 2 == 0 { PULL } else { UPDATE }, &below((place, parents)))
        });
        let mut commits: Vec<Commit> = history.collect();
        commits.reverse();
        let found = merges(&commits.iter().collect::<Vec<_>>());
        let brought = found.iter().flat_map(|merged| &merged.commits);
        let mut all: Vec<usize> = brought.map(|commit| number(commit)).collect();
        let heads: Vec<usize> = found.iter().map(|merged| number(merged.merge)).collect();
        prop_assert!(heads.iter().all(|head| !all.contains(head)));
        all.sort_unstable();
        let count = all.len();
        all.dedup();
        prop_assert_eq!(all.len(), count);
    }
}
