//! Kinds of commits, breaking changes and co-authors.

use domain::commit::{Author, Commit, Kind, Sha, breaks, co_authors, headline, kind};

fn commit(message: &str) -> Commit {
    Commit {
        sha: Sha::parse(&"ab".repeat(20)).unwrap(),
        parents: 1,
        first_parent: None,
        author: Author { name: "Ada Lovelace".to_owned(), email: None, login: None, is_bot: false },
        committed_at: domain::instant::parse("2026-05-04T09:00:00Z").unwrap(),
        message: message.to_owned(),
        changes: None,
        page: None,
    }
}

#[test]
fn kinds_follow_the_type_and_else_the_words() {
    for (subject, expected) in [
        ("feat(api): add tags", Kind::Feature),
        ("FEAT: shout", Kind::Feature),
        ("fix!: close the door", Kind::Fix),
        ("perf: cache the tree", Kind::Performance),
        ("style: run the formatter", Kind::Refactoring),
        ("docs: say why", Kind::Documentation),
        ("ci: use two runners", Kind::Build),
        ("build(deps): bump serde from 1.0.1 to 1.0.2", Kind::Dependencies),
        ("chore: bump tokio from 1.1 to 1.2", Kind::Dependencies),
        ("chore(release): 1.2.0", Kind::Chore),
        ("Bump actions/checkout from 4 to 5", Kind::Dependencies),
        ("Update rust crate serde to v1.0.2", Kind::Dependencies),
        ("Bump serde to 1.0.3", Kind::Dependencies),
        ("parser: add a strict mode", Kind::Feature),
        ("Fix crash on empty input", Kind::Fix),
        ("Fix typo in README", Kind::Documentation),
        ("Add tests for the parser", Kind::Tests),
        ("Add dark mode", Kind::Feature),
        ("net/http: fix a data race", Kind::Fix),
        ("the parser: fix a data race", Kind::Fix),
        ("Fix the parser of tides: a sum was lost", Kind::Fix),
        ("[core] something", Kind::Other),
        ("Revert \"Add dark mode\"", Kind::Revert),
        ("fixup! fix: close the door", Kind::Fix),
        ("Remove unused imports", Kind::Refactoring),
        ("wip", Kind::Other),
        ("", Kind::Other),
        ("Füge Tags hinzu", Kind::Other),
    ] {
        assert_eq!(kind(&commit(subject)), expected, "{subject}");
    }
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
fn every_type_has_its_kind() {
    for (kinds, expected) in [
        ("feat feature", Kind::Feature),
        ("fix bugfix hotfix security", Kind::Fix),
        ("perf", Kind::Performance),
        ("refactor style", Kind::Refactoring),
        ("docs doc", Kind::Documentation),
        ("test tests", Kind::Tests),
        ("deps dep", Kind::Dependencies),
        ("build ci", Kind::Build),
        ("revert", Kind::Revert),
        ("chore release", Kind::Chore),
    ] {
        for word in kinds.split(' ') {
            assert_eq!(kind(&commit(&format!("{word}: something"))), expected, "{word}");
        }
    }
}

#[test]
fn first_words_decide_the_kind_without_a_type() {
    for (subjects, expected) in [
        (&["Reverts the last one", "Reverted a step"][..], Kind::Revert),
        (&["Bump serde", "Upgrade to tokio 2", "Bump version from 1 to 2", "Pin dependencies"], Kind::Dependencies),
        (&["Update the lockfile", "Updates crates"], Kind::Dependencies),
        (&["Document the cache", "Changelog for 2.0", "Clarify a comment", "Update the docs"], Kind::Documentation),
        (&["Test a leap day", "Extend coverage of dues", "Improve the tests"], Kind::Tests),
        (&["Resolves a deadlock", "Prevent a loop", "Correct the sum"], Kind::Fix),
        (&["Cache the tree", "Reduce memory", "Improve latency"], Kind::Performance),
        (&["Implement tides", "Support dark mode"], Kind::Feature),
        (&["Rename a field", "Move it", "Drop dead code", "Delete an obsolete flag"], Kind::Refactoring),
        (&["CI on two runners", "Build on stable"], Kind::Build),
        (&["Release 2.0", "Prepare the next one"], Kind::Chore),
        (&["Bump version to 2", "Update the colours", "Improve the map", "Drop the harbour", "…"], Kind::Other),
    ] {
        for subject in subjects {
            assert_eq!(kind(&commit(subject)), expected, "{subject}");
        }
    }
}

#[test]
fn headline_omits_only_the_type() {
    let split = |subject: &str| {
        let commit = commit(subject);
        let headline = headline(&commit);
        (headline.scope.map(str::to_owned), headline.text.to_owned())
    };
    assert_eq!(split("feat(api)!: add tags"), (Some("api".to_owned()), "add tags".to_owned()));
    assert_eq!(split("net/http: fix a data race"), (None, "net/http: fix a data race".to_owned()));
    assert_eq!(split("Add tags"), (None, "Add tags".to_owned()));
}

#[test]
fn breaking_change_is_marked_or_in_a_footer() {
    assert!(breaks(&commit("feat: x")).is_none());
    assert!(breaks(&commit("It mentions BREAKING CHANGE: here")).is_none());
    assert_eq!(breaks(&commit("feat!: x")).unwrap().what, None);
    assert_eq!(breaks(&commit("Drop it\n\nBREAKING CHANGE: v1 is removed\n")).unwrap().what, Some("v1 is removed"));
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
