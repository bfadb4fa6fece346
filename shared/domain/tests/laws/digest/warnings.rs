//! What is unusual is stated only where the commits prove it.

use super::{commit, line};
use domain::commit::{Author, ChangedFile, Commit, Mailmap};
use domain::digest::{AuthorDisplay, Digest, Range, Warning};
use domain::repository::PathFilter;

fn warnings(commits: &[Commit]) -> Vec<Warning> {
    let range = Range {
        commits,
        mailmap: &Mailmap::default(),
        author_display: AuthorDisplay::Name,
        newcomers: &[],
        paths: PathFilter::whole(),
    };
    Digest::of(&range).warnings
}

#[test]
fn fixes_are_named_from_over_half_of_five_changes() {
    let with = |fixes: usize, others: usize| {
        let fixes = (0..fixes).map(|number| format!("fix: leak {number}"));
        let others = (0..others).map(|number| format!("feat: berth {number}"));
        warnings(&line(&fixes.chain(others).collect::<Vec<_>>()))
    };
    assert_eq!(with(12, 8), [Warning::MostlyFixes { fixes: 12, changes: 20 }]);
    assert_eq!(with(3, 2), [Warning::MostlyFixes { fixes: 3, changes: 5 }]);
    assert_eq!(with(10, 10), [], "half is not over half");
    assert_eq!(with(4, 0), [], "of four changes a share says nothing");
}

#[test]
fn revert_of_a_revert_is_named_and_a_revert_is_not() {
    let restored = ["Revert \"Revert \"Dark mode\"\"", "Reapply \"Dark mode\"", "Reland \"Dark mode\""];
    for subject in restored {
        let commits = line(&["docs: tides", subject]);
        let commit = commits[0].sha.short().to_owned();
        assert_eq!(warnings(&commits), [Warning::RevertOfRevert { text: subject.to_owned(), commit }]);
    }
    for subject in ["Revert \"Dark mode\"", "Reverting is documented", "fix: revert of \"Revert\""] {
        assert_eq!(warnings(&line(&["docs: tides", subject])), [], "{subject}");
    }
}

/// A commit by a person that changes files.
fn by(number: usize, name: &str, files: &[&str]) -> Commit {
    let file = |path: &&str| ChangedFile { path: (*path).to_owned(), additions: Some(1), deletions: None };
    let is_bot = name.ends_with("[bot]");
    Commit {
        author: Author { name: name.to_owned(), email: None, login: None, is_bot },
        files: files.iter().map(file).collect(),
        ..commit(number, &format!("docs: part {number}"), &[])
    }
}

#[test]
fn file_that_all_people_changed_is_named() {
    let all = [
        by(1, "Ada", &["src/lib.rs", "a.rs"]),
        by(2, "Grace", &["src/lib.rs"]),
        by(3, "Alan", &["b.rs", "src/lib.rs"]),
        by(4, "dependabot[bot]", &["Cargo.toml"]),
    ];
    assert_eq!(warnings(&all), [Warning::ChangedByAll { path: "src/lib.rs".to_owned(), people: 3 }]);
    assert_eq!(warnings(&all[..2]), [], "two people are too few");
    let other = [&all[..], &[by(5, "Edsger", &["c.rs"])]].concat();
    assert_eq!(warnings(&other), [], "one of them did not");
    let unknown = [&all[..], &[by(5, "Edsger", &[])]].concat();
    assert_eq!(warnings(&unknown), [], "what one of them changed is unknown");
}
