//! Kinds by the changed files.

use super::commit_of;
use domain::commit::{Kind, Rule, Subject};

#[test]
fn files_of_one_sort_decide_if_the_words_say_nothing() {
    for (paths, expected) in [
        (&["README.md", "docs/guide/index.html"][..], Kind::Documentation),
        (&["tests/a.rs", "src/b_test.go", "web/c.spec.ts", "tests/snapshots/a.md"], Kind::Tests),
        (&[".github/workflows/a.yml", "Makefile", "deploy/Dockerfile.web"], Kind::Build),
        (&["Cargo.lock", "web/package-lock.json", "web/package.json"], Kind::Dependencies),
        (&["web/locales/de.json", "po/fr.po"], Kind::Translation),
        (&[".gitignore", "LICENSE"], Kind::Chore),
    ] {
        let commit = commit_of("Zzz", paths);
        let subject = Subject::of(&commit);
        assert_eq!((subject.kind, subject.rule), (expected, Rule::ChangedFiles), "{paths:?}");
        let mixed = commit_of("Zzz", &[paths, &["src/main.rs"]].concat());
        assert_eq!(super::kind_of(&mixed), Kind::Other, "{paths:?}");
    }
    for paths in [&["package.json"][..], &["Cargo.toml", "src/lib.rs"], &["README.md", "tests/a.rs"], &["", "/"]] {
        assert_eq!(super::kind_of(&commit_of("Zzz", paths)), Kind::Other, "{paths:?}");
    }
}

#[test]
fn files_say_more_than_a_verb_and_less_than_a_type() {
    for (message, paths, expected) in [
        ("Fix a race", &["tests/a.rs"][..], Kind::Tests),
        ("Fix a link", &["README.md"], Kind::Documentation),
        ("Add a badge", &["README.md"], Kind::Documentation),
        ("Use two runners", &[".github/workflows/ci.yml"], Kind::Build),
        ("web: add German", &["web/locales/de.json"], Kind::Translation),
        ("fix: a race", &["tests/a.rs"], Kind::Fix),
        ("🐛 A race", &["tests/a.rs"], Kind::Fix),
        ("Fix the build of zzz", &["Cargo.lock"], Kind::Fix),
        ("Revert \"Add a badge\"", &["README.md"], Kind::Revert),
        ("Document zzz", &["tests/a.rs"], Kind::Documentation),
        ("Bump zzz from 1 to 2", &["docs/requirements.txt"], Kind::Dependencies),
    ] {
        assert_eq!(super::kind_of(&commit_of(message, paths)), expected, "{message}");
    }
}
