//! Printed results, errors of standard output, and the parsing of the command line.

use crate::once::json_of;
use crate::program::Place;
use std::process::{Output, Stdio};

/// Runs a shell command in which `"$PROGRAM"` is the program.
fn shell(place: &Place, line: &str) -> Output {
    let mut command = place.shell(line);
    command.stdout(Stdio::null());
    command.output().unwrap()
}

fn fails(place: &Place, line: &str, says: &str) {
    let output = shell(place, line);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{line}: {said}");
    assert!(said.contains("error:") && said.contains(says) && !said.contains("panicked"), "{line}: {said}");
}

#[test]
fn unprintable_result_is_an_error() {
    let place = Place::with_repository();
    for line in ["report .", "report . --json", "--help", "report --help", "--version"] {
        fails(&place, &format!("\"$PROGRAM\" {line} > /dev/full"), "standard output");
    }
    fails(&place, "\"$PROGRAM\" report . >&-", "standard output is closed");
    let output = shell(&place, "\"$PROGRAM\" report . > /dev/null");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn closed_reader_is_an_error() {
    let place = Place::with_repository();
    fails(
        &place,
        "{ \"$PROGRAM\" report .; echo $? >&3; } 3>code | true; exit \"$(cat code)\"",
        "standard output was closed",
    );
}

#[test]
fn detached_head_reports_the_checked_out_commit() {
    let place = Place::with_repository();
    let repository = git2::Repository::open(place.path()).unwrap();
    let head = repository.head().unwrap().peel_to_commit().unwrap();
    let before = head.parent(0).unwrap();
    repository.set_head_detached(before.id()).unwrap();
    let output = place.run(&["report", ".", "--since", "1y", "--json"], &[]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let answer = json_of(&output);
    assert_eq!(answer["run"]["commits_processed"], 2, "the commit after it is not reported");
    assert_eq!(answer["run"]["commit_range_to"], before.id().to_string());
    assert!(said.contains(&format!("HEAD is detached at {}", &before.id().to_string()[..7])), "{said}");
    let named = json_of(&place.run(&["report", ".", "--since", "1y", "--branch", "main", "--json"], &[]));
    assert_eq!(named["run"]["commits_processed"], 3);
}

#[test]
fn ranges_are_parsed_as_people_write_them() {
    let place = Place::with_repository();
    for since in ["yesterday", "today", "last week", "2 weeks ago", "1y", "last year", "6mo"] {
        let output = place.run(&["report", ".", "--since", since, "--json"], &[]);
        assert_eq!(output.status.code(), Some(0), "{since}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn one_commit_is_singular() {
    let place = Place::with_repository();
    let output = place.run(&["report", ".", "--since", "2026-05-11T12:00:00Z"], &[]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.lines().any(|line| line.starts_with("1 commit; ")), "{said}");
}

#[test]
fn help_wraps_at_the_width_of_the_terminal() {
    let place = Place::with_repository();
    for arguments in [&["--help"][..], &["serve", "--help"], &["report", "--help"], &["recount", "--help"]] {
        for columns in ["60", "80"] {
            let output = place.run(arguments, &[("COLUMNS", columns)]);
            let printed = String::from_utf8(output.stdout).unwrap();
            let width: usize = columns.parse().unwrap();
            for line in printed.lines().filter(|line| line.chars().count() > width) {
                // A word that is longer than the line can't be wrapped.
                let longest = line.split(' ').map(|word| word.chars().count()).max().unwrap();
                assert!(longest + 10 > width, "{arguments:?} at {columns}: {line}");
            }
        }
    }
}
