//! Changes with the commits that revert and restore them.

use super::{line, number, sha};
use domain::commit::Commit;
use domain::digest::reverts::{Change, reverts, undoing};
use proptest::prelude::*;

/// Each change with its steps, as numbers, and whether it is in effect; the messages are given from the oldest.
fn found<T: AsRef<str>>(messages: &[T]) -> Vec<String> {
    let commits = line(messages);
    let commits: Vec<&Commit> = commits.iter().collect();
    let numbers =
        |commits: &[&Commit]| commits.iter().map(|commit| number(commit).to_string()).collect::<Vec<_>>().join("+");
    let shown = |entry: &domain::digest::reverts::Reverted<'_>| {
        let change = match &entry.change {
            Change::InRange(commits) => numbers(commits),
            Change::Outside { sha, subject } => format!("({} {})", sha.unwrap_or("?"), subject.unwrap_or("?")),
        };
        format!("{change} {}{}", numbers(&entry.steps), if entry.is_in_effect() { " back" } else { "" })
    };
    reverts(&commits).iter().map(shown).collect()
}

#[test]
fn revert_is_paired_with_the_change_in_the_range() {
    let by_id = format!("Revert \"Other words\"\n\nThis reverts commit {}.", sha(0));
    let short = format!("Revert it\n\nThis reverts commit {}.", &sha(0).as_str()[..8]);
    let merge = format!("Revert \"x\"\n\nThis reverts commit {}, reversing\nchanges made to {}.", sha(0), sha(1));
    for revert in [
        by_id.as_str(),
        &short,
        &merge,
        "Revert \"Add tags (#12)\"",
        "Revert \"Add tags (#12)\" (#14)",
        "Revert \"Add tags\" (#14)\n\nReverts owner/shop#12",
        "Revert \"Merged words\"\n\nReverts !12",
        "Revert \"Merged words\"\n\nThis reverts merge request !12",
        "Revert 'Add tags'",
        "Revert “Add tags”",
        "revert: add tags",
        "revert: \"Add tags\"",
        "[ABC-1] Revert \"Add tags\"",
        "ABC-1 Revert \"Add tags\"",
        "ABC-1, ABC-2: Revert \"Add tags\"",
        "Back out \"Add tags\"",
    ] {
        assert_eq!(found(&["Add tags (#12)", "Other (#13)", revert]), ["0 2"], "{revert}");
    }
}

#[test]
fn subject_that_a_host_shortened_is_found_by_its_beginning() {
    let messages = [
        "fix: support more than one currency in the basket (#12)",
        "Revert \"fix: support more than one curr…\" (#13)",
    ];
    assert_eq!(found(&messages), ["0 1"]);
    assert_eq!(found(&["fix: all", "Revert \"fix…\""]), ["(? fix…) 1"]);
}

#[test]
fn chains_of_any_length_end_in_effect_or_not() {
    let messages = [
        "Add tags",
        "Revert \"Add tags\"",
        "Revert \"Revert \"Add tags\"\"",
        "Revert \"Revert \"Revert \"Add tags\"\"\"",
        "Reland \"Add tags\"",
        "Revert \"Reland \"Add tags\"\"",
        "Reapply \"Add tags\"",
    ];
    for count in 2..=messages.len() {
        let steps: Vec<String> = (1..count).map(|step| step.to_string()).collect();
        let back = if count % 2 == 1 { " back" } else { "" };
        assert_eq!(found(&messages[..count]), [format!("0 {}{back}", steps.join("+"))], "{count}");
    }
    let reapplied = format!("Reapply \"Add tags\"\n\nThis reverts commit {}.", sha(1));
    assert_eq!(found(&["Add tags", "Revert \"Add tags\"", &reapplied]), ["0 1+2 back"]);
}

#[test]
fn change_outside_of_the_range_stays_a_revert_that_names_it() {
    let sha = "ab".repeat(20);
    let revert = format!("Revert \"Add tags\"\n\nThis reverts commit {sha}.");
    assert_eq!(found(&["Other", &revert]), [format!("({sha} Add tags) 1")]);
    assert_eq!(found(&["Revert \"Add tags\""]), ["(? Add tags) 0"]);
    assert_eq!(found(&["Revert \"Add tags\"", "Reland \"Add tags\""]), ["(? Add tags) 0"]);
    // The same words, but another commit.
    assert_eq!(found(&["Add tags", &revert]), [format!("({sha} Add tags) 1")]);
}

#[test]
fn newest_change_in_effect_is_the_one_that_a_subject_means() {
    assert_eq!(found(&["Add tags", "Add tags", "Revert \"Add tags\""]), ["1 2"]);
    assert_eq!(found(&["Add tags", "Revert \"Add tags\"", "Add tags", "Revert \"Add tags\""]), ["2 3", "0 1"]);
    assert_eq!(found(&["Revert \"Add tags\"", "Add tags"]), ["(? Add tags) 0"]);
}

#[test]
fn one_commit_can_revert_several() {
    let both = format!("Revert two changes\n\nThis reverts commits {} and {}.", sha(0), sha(1));
    assert_eq!(found(&["Add tags", "Add more", &both]), ["1+0 2"]);
}

#[test]
fn other_messages_revert_nothing() {
    for message in
        ["", "Add tags", "Revert", "Reverting is easy", "Reversible tags", "Fix revert of tags", "Add \"Revert\""]
    {
        assert_eq!(undoing(message), None, "{message}");
    }
}

proptest! {
    #[test]
    fn every_commit_is_in_one_entry_at_most(
        messages in prop::collection::vec("(Revert \"|Reland \"|Reapply \"|revert: |){0,3}(Add|Fix)\"{0,2}\
            ( \\(#[12]\\))?(\n\nReverts #[12])?", 0..10),
    ) {
        let commits = line(&messages);
        let commits: Vec<&Commit> = commits.iter().collect();
        let mut all: Vec<usize> = Vec::new();
        for entry in reverts(&commits) {
            prop_assert!(!entry.steps.is_empty());
            all.extend(entry.steps.iter().map(|commit| number(commit)));
            if let Change::InRange(changes) = entry.change {
                prop_assert!(!changes.is_empty());
                all.extend(changes.into_iter().map(number));
            }
        }
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        prop_assert_eq!(all.len(), count);
    }

    #[test]
    fn any_message_can_be_read(message in "(?s)(Revert |revert: |Reland )?.{0,80}") {
        let _ = undoing(&message);
    }
}
