//! Commits that are the same change again.

use super::{commit, line, number};
use domain::commit::Commit;
use domain::digest::repeats::repeats;
use proptest::prelude::*;

/// The subject of each group and the numbers of its commits; the messages are given from the oldest.
fn groups<T: AsRef<str>>(messages: &[T]) -> Vec<(String, Vec<usize>)> {
    let commits = line(messages);
    let commits: Vec<&Commit> = commits.iter().collect();
    let found = repeats(&commits).into_iter();
    found.map(|group| (group.subject.to_owned(), group.commits.into_iter().map(number).collect())).collect()
}

#[test]
fn equal_subjects_are_one_group() {
    for (one, other) in [
        ("Update harbour notes", "Update harbour notes"),
        ("Update harbour notes", "update Harbour notes."),
        ("📝 Update harbour notes", ":memo: Update harbour notes"),
        ("Update harbour notes (#12)", "Update harbour notes (#13) (#14)"),
        ("Update harbour notes (!12)", "Update  harbour notes\n\nWith a body"),
    ] {
        let subject = other.lines().next().unwrap().to_owned();
        assert_eq!(
            groups(&[one, "Other", other]),
            [(subject, vec![2, 0]), ("Other".to_owned(), vec![1])],
            "{one} {other}"
        );
    }
}

#[test]
fn different_subjects_are_apart() {
    for (one, other) in [
        ("Add tags", "Add tag"),
        ("feat: add tags", "feat(api): add tags"),
        ("Add tags", "Revert \"Add tags\""),
        ("Bump x from 1 to 2", "Bump x from 2 to 3"),
        ("", ""),
    ] {
        assert_eq!(groups(&[one, other]).len(), 2, "{one} {other}");
    }
}

#[test]
fn commit_to_be_squashed_joins_the_one_that_it_names() {
    let sha = super::sha(0);
    for mark in ["fixup! Add tags", "squash! Add tags", "amend! Add tags", "fixup! fixup! Add tags", "fixup! Add"] {
        assert_eq!(groups(&["Add tags", mark]), [("Add tags".to_owned(), vec![1, 0])], "{mark}");
    }
    let by_id = format!("fixup! {}", &sha.as_str()[..8]);
    assert_eq!(groups(&["Add tags", &by_id]), [("Add tags".to_owned(), vec![1, 0])]);
}

#[test]
fn commits_to_be_squashed_into_an_absent_one_are_one_group() {
    let found = groups(&["fixup! Add tags", "Other", "squash! Add tags"]);
    assert_eq!(found, [("Add tags".to_owned(), vec![2, 0]), ("Other".to_owned(), vec![1])]);
}

#[test]
fn cherry_picks_join_their_origin_and_each_other() {
    let pick = |sha: &str| format!("Other words\n\n(cherry picked from commit {sha})");
    let inside = pick(super::sha(0).as_str());
    assert_eq!(groups(&["Add tags", &inside]), [("Other words".to_owned(), vec![1, 0])]);
    let outside = "ab".repeat(20);
    let (one, other) = (pick(&outside), pick(&outside).replace("Other", "More"));
    assert_eq!(groups(&[one, other]), [("More words".to_owned(), vec![1, 0])]);
    assert_eq!(groups(&["Add tags", "More\n\n(cherry picked from commit nothing)"]).len(), 2);
}

proptest! {
    #[test]
    fn every_commit_is_in_exactly_one_group(
        messages in prop::collection::vec("(fixup! |squash! |)(Add|Fix|\\PC{0,6}) ?(tags|x|)( \\(#1\\)|\\.|)\
            (\n\n\\(cherry picked from commit [0-9a-f]{7,9}\\)|)", 0..10),
    ) {
        let found = groups(&messages);
        let mut all: Vec<usize> = found.into_iter().flat_map(|(_, commits)| commits).collect();
        all.sort_unstable();
        prop_assert_eq!(all, (0..messages.len()).collect::<Vec<_>>());
    }

    #[test]
    fn any_message_is_grouped(messages in prop::collection::vec("(?s).{0,40}", 0..10)) {
        let commits: Vec<Commit> = messages.iter().map(|message| commit(7, message, &[])).collect();
        prop_assert!(repeats(&commits.iter().collect::<Vec<_>>()).len() <= messages.len());
    }
}
