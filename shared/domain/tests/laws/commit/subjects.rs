//! The parts of a subject.

use super::{commit, commit_of, kind_of};
use domain::commit::Subject;
use proptest::prelude::*;

/// Subject, scope, ticket, text.
type Parts = (&'static str, Option<&'static str>, Option<&'static str>, &'static str);

const PARTS: &[Parts] = &[
    ("Add tags", None, None, "Add tags"),
    ("feat(api)!: add tags", Some("api"), None, "add tags"),
    ("Feat : add tags", None, None, "add tags"),
    ("[ABC-1] fix(api): add tags", Some("api"), Some("ABC-1"), "add tags"),
    ("ABC-123: add tags", None, Some("ABC-123"), "add tags"),
    ("ABC-123 add tags", None, Some("ABC-123"), "add tags"),
    ("ABC-123 - add tags", None, Some("ABC-123"), "add tags"),
    ("(ABC-123): add tags", None, Some("ABC-123"), "add tags"),
    ("fix: [ABC-1] add tags", None, Some("ABC-1"), "add tags"),
    ("ABC-123. Add tags", None, Some("ABC-123"), "Add tags"),
    ("ABC-123; add tags", None, Some("ABC-123"), "add tags"),
    ("ABC-123, ABC-124; add tags", None, Some("ABC-123, ABC-124"), "add tags"),
    ("ABC-123, add tags", None, Some("ABC-123"), "add tags"),
    ("#1, #2 add tags", None, Some("#1, #2"), "add tags"),
    ("UTC-5 zone", None, None, "UTC-5 zone"),
    ("ABC-123-2: add tags", None, Some("ABC-123-2"), "add tags"),
    ("[ABC-123] [3/N] add tags", None, Some("ABC-123"), "add tags"),
    ("ABC-123 (1/2): add tags", None, Some("ABC-123"), "add tags"),
    ("4/5: add tags", None, None, "add tags"),
    ("a/b: add tags", Some("a/b"), None, "add tags"),
    ("1/2 of the tags", None, None, "1/2 of the tags"),
    ("MINOR: add tags", None, None, "add tags"),
    ("MINOR add tags", None, None, "add tags"),
    ("Minor tags", None, None, "Minor tags"),
    ("CVE-2024-12345: add tags", None, None, "CVE-2024-12345: add tags"),
    ("#12 add tags", None, Some("#12"), "add tags"),
    ("[#12] add tags", None, Some("#12"), "add tags"),
    ("Merged PR 12: feat: add tags", None, None, "add tags"),
    ("Merged PR: add tags", None, None, "Merged PR: add tags"),
    ("(api) add tags", Some("api"), None, "add tags"),
    ("[api][web] add tags", Some("api"), None, "add tags"),
    ("[ABC-1][api] add tags", Some("api"), Some("ABC-1"), "add tags"),
    ("net/http: add tags", Some("net/http"), None, "add tags"),
    ("a/b, c: add tags", Some("a/b, c"), None, "add tags"),
    ("tool - add tags", Some("tool"), None, "add tags"),
    ("web: fix: add tags", Some("web"), None, "add tags"),
    ("web[lint]: add tags", Some("lint"), None, "add tags"),
    ("feat(a, b): add tags", Some("a, b"), None, "add tags"),
    ("feat(): add tags", None, None, "add tags"),
    ("feat（api）：add tags", None, None, "feat（api）：add tags"),
    ("修复：添加", Some("修复"), None, "添加"),
    ("✨ feat(api): :sparkles: add tags", Some("api"), None, "add tags"),
    ("🧑‍💻 add tags", None, None, "add tags"),
    ("fixup! squash! fix: add tags", None, None, "add tags"),
    ("[WIP] [ABC-1] add tags", None, Some("ABC-1"), "add tags"),
    ("the parser: add tags", None, None, "the parser: add tags"),
    ("UTF-8 names", None, None, "UTF-8 names"),
    ("(a, b) => c", None, None, "(a, b) => c"),
    ("[docs](https://x.example) move", None, None, "[docs](https://x.example) move"),
    ("std::fmt is used", None, None, "std::fmt is used"),
    ("https://x.example is read", None, None, "https://x.example is read"),
    ("12:30 is the time", None, None, "12:30 is the time"),
    ("[ABC-1]", None, None, "[ABC-1]"),
    ("fix:", None, None, "fix:"),
    ("✨", None, None, "✨"),
    ("  ", None, None, ""),
];

#[test]
fn prefixes_are_parts_and_the_rest_is_the_text() {
    for (whole, scope, ticket, text) in PARTS.iter().copied() {
        let commit = commit(whole);
        let subject = Subject::of(&commit);
        assert_eq!((subject.scope, subject.ticket, subject.text), (scope, ticket, text), "{whole}");
    }
}

#[test]
fn long_subject_takes_no_longer_than_its_length() {
    for part in ["[a] ", "(a)", "✨", "fixup! ", "a: ", "ABC-1 ", ":a: ", "[", "a/", "zzz ", "修", "!"] {
        let long = part.repeat(200_000);
        let commit = commit(&long);
        assert!(Subject::of(&commit).text.len() <= long.len());
    }
}

/// Subjects in which prefixes, words and odd letters meet.
fn subjects() -> impl Strategy<Value = String> {
    let parts = prop::sample::select(vec![
        "feat",
        "fix",
        "(api)",
        "[web]",
        "!",
        ":",
        "：",
        " ",
        "-",
        "ABC-1",
        "#12",
        "✨",
        ":bug:",
        "fixup! ",
        "net/http",
        "add",
        "tests",
        "1.2.3",
        "bump",
        "from",
        "修复",
        "é",
        "\u{fe0f}",
        "`",
        "CVE-2024-12345",
        "Merged PR 1:",
        "@",
        "ﬁ",
        "İ",
    ]);
    prop_oneof![prop::collection::vec(parts, 0..12).prop_map(|parts| parts.concat()), "[^\r\n]{0,80}",]
}

proptest! {
    #[test]
    fn parts_are_of_the_subject(message in subjects(), body in ".{0,80}", path in "[a-z./]{0,30}") {
        let commit = commit_of(&format!("{message}\n\n{body}"), &[&path]);
        let subject = Subject::of(&commit);
        prop_assert!(commit.subject().contains(subject.text));
        prop_assert_eq!(subject.text.is_empty(), commit.subject().is_empty());
        for part in [subject.scope, subject.ticket].into_iter().flatten() {
            prop_assert!(commit.subject().contains(part) && !part.is_empty());
        }
    }

    #[test]
    fn ticket_and_marks_before_a_subject_change_no_kind(message in subjects()) {
        let text = message.trim();
        prop_assume!(!text.is_empty() && !text.starts_with(['-', '–', '|', '*', ':', '：']));
        let expected = kind_of(&commit(&message));
        for mark in ["[ABC-1] ", "fixup! ", "Merged PR 12: ", "ABC-1: "] {
            prop_assert_eq!(kind_of(&commit(&format!("{mark}{message}"))), expected, "{}", mark);
        }
    }

    #[test]
    fn any_message_is_classified(message in any::<String>()) {
        let commit = commit(&message);
        prop_assert!(commit.subject().contains(Subject::of(&commit).text));
    }
}
