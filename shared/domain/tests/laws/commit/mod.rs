//! Ids of commits, breaking changes and co-authors.

mod files;
mod habits;
mod kinds;
mod subjects;

use domain::commit::{Author, ChangedFile, Commit, Kind, Sha, Subject, breaks, co_authors};

fn commit(message: &str) -> Commit {
    Commit {
        sha: Sha::parse(&"ab".repeat(20)).unwrap(),
        parents: Vec::new(),
        author: Author { name: "Ada Lovelace".to_owned(), email: None, login: None, is_bot: false },
        committed_at: domain::instant::parse("2026-05-04T09:00:00Z").unwrap(),
        message: message.to_owned(),
        changes: None,
        files: Vec::new(),
        page: None,
    }
}

fn kind_of(commit: &Commit) -> Kind {
    Subject::of(commit).kind
}

/// A commit that changes these files.
fn commit_of(message: &str, paths: &[&str]) -> Commit {
    let file = |path: &&str| ChangedFile { path: (*path).to_owned(), additions: Some(1), deletions: None };
    Commit { files: paths.iter().map(file).collect(), ..commit(message) }
}

#[test]
fn commit_id_is_whole_and_hexadecimal() {
    for (text, whole) in [("aB", 20), ("0f", 32)] {
        let sha = Sha::parse(&text.repeat(whole)).unwrap();
        assert_eq!(sha.as_str(), text.to_lowercase().repeat(whole));
        assert_eq!(sha.to_string(), sha.as_str());
        assert_eq!(sha.short(), &sha.as_str()[..7]);
    }
    for bad in [String::new(), "a".repeat(7), "a".repeat(39), "a".repeat(41), "a".repeat(63), "g".repeat(40)] {
        assert!(Sha::parse(&bad).unwrap_err().to_string().contains(&bad), "{bad}");
    }
}

#[test]
fn breaking_change_is_marked_or_in_a_footer() {
    assert!(breaks(&commit("feat: x")).is_none());
    assert!(breaks(&commit("It mentions BREAKING CHANGE: here")).is_none());
    assert_eq!(breaks(&commit("feat!: x")).unwrap().what, None);
    for subject in [
        "Feat! : x",
        "feat!(api): x",
        "FEAT(api)!: x",
        "[ABC-1] feat!: x",
        "ABC-1: fix(a, b)!: x",
        "api!: x",
        "refactor!：x",
        "💥 Remove v1",
        ":boom: Remove v1",
        "BREAKING: remove v1",
        "ABC-1!: remove v1",
        "ABC-1(api)!: remove v1",
        "[Breaking] remove v1",
        "fixup! feat!: x",
    ] {
        assert_eq!(breaks(&commit(subject)).map(|breaking| breaking.what), Some(None), "{subject}");
    }
    for subject in ["Wow! a: b", "feat: it works!", "fix: say hello!: twice", "fixup! feat: x", "a! b: c", "!: x"] {
        assert!(breaks(&commit(subject)).is_none(), "{subject}");
    }
}

#[test]
fn footers_of_a_breaking_change_are_whole() {
    for (footers, what) in [
        ("BREAKING CHANGE: v1 is removed\n", Some("v1 is removed")),
        ("BREAKING-CHANGE: v1 is removed", Some("v1 is removed")),
        ("BREAKING CHANGE:", None),
        ("BREAKING CHANGE: clients of v1\nmust move to v2.\n\nMore.", Some("clients of v1 must move to v2.")),
        ("BREAKING CHANGE: clients of v1\n  must move\nRefs: #1", Some("clients of v1 must move")),
        ("BREAKING CHANGE: v1 is removed\r\nReviewed-by: Ada\r\n", Some("v1 is removed")),
        ("BREAKING CHANGE: v1 is removed\nCloses #12", Some("v1 is removed")),
        ("BREAKING CHANGE: v1 is removed\nSigned-off-by: Ada <a@b.c>", Some("v1 is removed")),
        ("BREAKING CHANGE: v1 is removed.\nMigration: use v2", Some("v1 is removed. Migration: use v2")),
        ("BREAKING CHANGE: v1\nBREAKING CHANGE: v2", Some("v1; v2")),
        ("BREAKING CHANGE: v1 is\nremoved\n\nBREAKING CHANGE: none", Some("v1 is removed")),
        ("BREAKING CHANGE: v1\n\nBREAKING CHANGE: v1", Some("v1")),
        ("BREAKING CHANGE:\n- v1 is removed\n- v2 is\n  renamed", Some("v1 is removed; v2 is renamed")),
        ("BREAKING CHANGE: removed:\n* v1\n* v2", Some("removed:; v1; v2")),
        ("BREAKING CHANGE:\n\nv1 is removed\n\nMore.", Some("v1 is removed")),
        ("BREAKING CHANGE:\n\nReviewed-by: Ada", None),
    ] {
        let commit = commit(&format!("Drop it\n\n{footers}"));
        let found = breaks(&commit).unwrap_or_else(|| panic!("{footers}"));
        assert_eq!(found.what.as_deref(), what, "{footers}");
    }
    for denial in ["none", "None.", "N/A", "n/a", "NA", "no", "No", "-", "nothing", "no breaking changes"] {
        assert_eq!(breaks(&commit(&format!("Drop it\n\nBREAKING CHANGE: {denial}\n"))), None, "{denial}");
        let marked = commit(&format!("feat!: drop it\n\nBREAKING CHANGE: {denial}"));
        assert_eq!(breaks(&marked).map(|breaking| breaking.what), Some(None), "{denial}");
    }
    assert!(breaks(&commit("Drop it\n\nBREAKING CHANGE: no support of v1")).is_some());
    for part in ["BREAKING CHANGE: a\n", "BREAKING CHANGE:\n", "BREAKING CHANGE: b c\nd\n"] {
        let long = commit(&format!("Drop it\n\n{}{}", part.repeat(50_000), "word ".repeat(100_000)));
        let what = breaks(&long).unwrap().what.unwrap_or_default();
        assert!(what.len() <= 2_000, "{part}");
    }
}

#[test]
fn co_authors_are_parsed_from_any_spelling_of_the_trailer() {
    for (trailer, people) in [
        ("Co-authored-by: Grace Hopper <G@Navy.example>", vec![("Grace Hopper", Some("g@navy.example"))]),
        ("co-authored-by:Grace Hopper<g@navy.example>", vec![("Grace Hopper", Some("g@navy.example"))]),
        ("Co-Authored by: Grace Hopper", vec![("Grace Hopper", None)]),
        ("Co-authored-by: grace@navy.example", vec![("grace", Some("grace@navy.example"))]),
        ("Co-authored-by: <grace@navy.example>", vec![("grace", Some("grace@navy.example"))]),
        ("Co-authored-by: Grace grace@navy.example", vec![("Grace", Some("grace@navy.example"))]),
        ("Co-authored-by: Grace (grace@navy.example)", vec![("Grace", Some("grace@navy.example"))]),
        ("Co-authored-by: Grace <grace@navy.example", vec![("Grace", Some("grace@navy.example"))]),
        ("Co-authored-by: \"Grace\" <grace@navy.example>", vec![("Grace", Some("grace@navy.example"))]),
        ("Co-authored-by: 7+grace@users.noreply.github.com", vec![("grace", Some("7+grace@users.noreply.github.com"))]),
        ("Co-authored-by: Ada <a@x.io>, Grace <g@y.io>", vec![("Ada", Some("a@x.io")), ("Grace", Some("g@y.io"))]),
        ("Co-authored-by: ", vec![]),
        ("Co-authored-by: <>", vec![]),
    ] {
        let found = co_authors(&commit(&format!("Add tags\n\n{trailer}")));
        let found: Vec<_> = found.iter().map(|one| (one.name.as_str(), one.email.as_deref())).collect();
        assert_eq!(found, people, "{trailer}");
    }
    assert!(co_authors(&commit("Co-authored-by: In The Subject <x>")).is_empty());
    let many: Vec<_> = (0..40).map(|number| format!("Co-authored-by: P{number} <p{number}@x.io>")).collect();
    let many = many.join("\n");
    assert_eq!(co_authors(&commit(&format!("Add tags\n\n{many}"))).len(), 20);
}
