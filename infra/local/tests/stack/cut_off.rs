//! `git-report report` on a folder whose history is damaged, cut off or wrongly dated.

use crate::once::json_of;
use crate::program::{Place, commit};
use std::fs;
use std::process::Output;

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn damaged_commit_is_reported_with_a_warning() {
    let place = Place::with_repository();
    let repository = git2::Repository::open(place.path()).unwrap();
    let middle = repository.head().unwrap().peel_to_commit().unwrap().parent_id(0).unwrap().to_string();
    let object = place.path().join(".git/objects").join(&middle[..2]).join(&middle[2..]);
    fs::remove_file(&object).unwrap();
    fs::write(&object, "damaged").unwrap();

    let output = place.run(&["report", ".", "--json"], &[]);
    let answer = json_of(&output);
    assert_eq!((&answer["run"]["commits_processed"], &answer["run"]["commits_at_least"]), (&1.into(), &true.into()));
    let report = answer["report"].as_str().unwrap();
    assert!(report.contains(": at least 1 commit by ") && report.contains("Commits before `"), "{report}");
    assert!(report.contains("could not be read and are not covered"), "{report}");
    let said = said(&output);
    assert!(said.contains("at least 1 commit;") && said.contains("warning: ") && said.contains("git fsck"), "{said}");
}

#[test]
fn whole_history_is_reported_without_a_warning() {
    let place = Place::with_repository();
    let output = place.run(&["report", ".", "--json"], &[]);
    assert_eq!(json_of(&output)["run"]["commits_at_least"], false);
    assert!(!said(&output).contains("warning"), "{}", said(&output));
}

#[test]
fn wrong_clock_of_the_last_commit_does_not_move_the_range() {
    // The years 2100 and 1970.
    for seconds in [4_102_444_800, 86_400] {
        let place = Place::with_repository();
        let repository = git2::Repository::open(place.path()).unwrap();
        commit(&repository, "Ada", seconds, "chore: with a wrong clock");
        let answer = json_of(&place.run(&["report", ".", "--json"], &[]));
        let report = answer["report"].as_str().unwrap();
        assert!(report.contains("Round half up") && report.contains("Say what counts"), "{seconds}: {report}");
        assert_eq!(report.contains("With a wrong clock"), seconds > 86_400, "{report}");
    }
}
