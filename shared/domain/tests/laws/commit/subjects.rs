//! The parts of a subject.

use super::{commit, commit_of, kind_of};
use domain::commit::Subject;
use proptest::prelude::*;

/// Subject, scope, tickets, text.
type Parts = (&'static str, Option<&'static str>, &'static [&'static str], &'static str);

const PARTS: &[Parts] = &[
    ("Add tags", None, &[], "Add tags"),
    ("feat(api)!: add tags", Some("api"), &[], "add tags"),
    ("Feat : add tags", None, &[], "add tags"),
    ("[ABC-1] fix(api): add tags", Some("api"), &["ABC-1"], "add tags"),
    ("ABC-123: add tags", None, &["ABC-123"], "add tags"),
    ("ABC-123 add tags", None, &["ABC-123"], "add tags"),
    ("ABC-123 - add tags", None, &["ABC-123"], "add tags"),
    ("(ABC-123): add tags", None, &["ABC-123"], "add tags"),
    ("fix: [ABC-1] add tags", None, &["ABC-1"], "add tags"),
    ("ABC-123. Add tags", None, &["ABC-123"], "Add tags"),
    ("ABC-123; add tags", None, &["ABC-123"], "add tags"),
    ("ABC-123, ABC-124; add tags", None, &["ABC-123", "ABC-124"], "add tags"),
    ("ABC-123, add tags", None, &["ABC-123"], "add tags"),
    ("#1, #2 add tags", None, &["#1", "#2"], "add tags"),
    ("UTC-5 zone", None, &[], "UTC-5 zone"),
    ("ABC-123-2: add tags", None, &["ABC-123-2"], "add tags"),
    ("[ABC-123] [3/N] add tags", None, &["ABC-123"], "[3/N] add tags"),
    ("ABC-123 (1/2): add tags", None, &["ABC-123"], "(1/2): add tags"),
    ("4/5: add tags", None, &[], "4/5: add tags"),
    ("[1/3] Add tags", None, &[], "[1/3] Add tags"),
    ("[1/3] - Add tags", None, &[], "[1/3] - Add tags"),
    ("[PATCH 1/3] Add tags", None, &[], "Add tags"),
    ("[RFC PATCH v2 net-next 01/12] net: Add tags", Some("net"), &[], "Add tags"),
    ("[PATCHY] Add tags", Some("PATCHY"), &[], "Add tags"),
    ("[skip ci] Add tags", None, &[], "Add tags"),
    ("[skip-ci][api] Add tags", Some("api"), &[], "Add tags"),
    ("Add tags [skip ci]", None, &[], "Add tags"),
    ("Add tags [ci skip] [skip netlify]", None, &[], "Add tags"),
    ("Add tags [skip this]", None, &[], "Add tags [skip this]"),
    ("[skip ci]", None, &[], "[skip ci]"),
    ("a/b: add tags", Some("a/b"), &[], "add tags"),
    ("1/2 of the tags", None, &[], "1/2 of the tags"),
    ("MINOR: add tags", None, &[], "add tags"),
    ("MINOR add tags", None, &[], "add tags"),
    ("MINOR Fix tags", None, &[], "Fix tags"),
    ("MINOR - tags", None, &[], "tags"),
    ("[MINOR] tags", None, &[], "tags"),
    ("MINOR planet list", None, &[], "MINOR planet list"),
    ("MINOR Planet list", None, &[], "MINOR Planet list"),
    ("MINOR release notes", None, &[], "MINOR release notes"),
    ("MINOR fix", None, &[], "MINOR fix"),
    ("MINOR Fixup tags", None, &[], "Fixup tags"),
    ("NIT remove a tag", None, &[], "remove a tag"),
    ("TRIVIAL PURSUIT rules", None, &[], "TRIVIAL PURSUIT rules"),
    ("Minor tags", None, &[], "Minor tags"),
    ("CVE-2024-12345: add tags", None, &[], "CVE-2024-12345: add tags"),
    ("#12 add tags", None, &["#12"], "add tags"),
    ("[#12] add tags", None, &["#12"], "add tags"),
    ("Merged PR 12: feat: add tags", None, &[], "add tags"),
    ("Pull request #7: ABC-1 Add tags", None, &["ABC-1"], "Add tags"),
    ("Pull request #7 was lost", None, &[], "Pull request #7 was lost"),
    ("Merged PR: add tags", None, &[], "Merged PR: add tags"),
    ("(api) add tags", Some("api"), &[], "add tags"),
    ("[api][web] add tags", Some("api, web"), &[], "add tags"),
    ("[clang][Sema] Fix crash", Some("clang, Sema"), &[], "Fix crash"),
    ("[core][api][cli] Add timeout", Some("core, api, cli"), &[], "Add timeout"),
    ("[iOS][Android] Fix rotation", Some("iOS, Android"), &[], "Fix rotation"),
    ("[X86] combine - add foo", Some("X86, combine"), &[], "add foo"),
    ("[release-branch.go1.22] cmd/go: fix x", Some("release-branch.go1.22, cmd/go"), &[], "fix x"),
    ("[web] fix(api): add tags", Some("web, api"), &[], "add tags"),
    ("[api] api: add tags", Some("api"), &[], "add tags"),
    ("[a][b][c][d][e][f] add tags", Some("a, b, c, d, e"), &[], "[f] add tags"),
    ("[fix][api][ABC-1] add tags", Some("api"), &["ABC-1"], "add tags"),
    ("[one two three four][api] add tags", None, &[], "[one two three four][api] add tags"),
    ("[ABC-1][api] add tags", Some("api"), &["ABC-1"], "add tags"),
    ("net/http: add tags", Some("net/http"), &[], "add tags"),
    ("a/b, c: add tags", Some("a/b, c"), &[], "add tags"),
    ("tool - add tags", Some("tool"), &[], "add tags"),
    ("web: fix: add tags", Some("web"), &[], "add tags"),
    ("web[lint]: add tags", Some("web, lint"), &[], "add tags"),
    ("ui(button): add tags", Some("ui, button"), &[], "add tags"),
    ("feat(a, b): add tags", Some("a, b"), &[], "add tags"),
    ("feat(): add tags", None, &[], "add tags"),
    ("feat（api）：add tags", Some("api"), &[], "add tags"),
    ("修复（登录）：添加", Some("登录"), &[], "添加"),
    ("添加标签（新）", None, &[], "添加标签（新）"),
    ("修复：添加", None, &[], "添加"),
    ("【修复】登录错误", None, &[], "登录错误"),
    ("修复(登录)：添加", Some("登录"), &[], "添加"),
    ("登录：添加", Some("登录"), &[], "添加"),
    ("✨ feat(api): :sparkles: add tags", Some("api"), &[], "add tags"),
    ("🧑‍💻 add tags", None, &[], "add tags"),
    ("fixup! squash! fix: add tags", None, &[], "add tags"),
    ("[WIP] [ABC-1] add tags", None, &["ABC-1"], "add tags"),
    ("the parser: add tags", None, &[], "the parser: add tags"),
    ("UTF-8 names", None, &[], "UTF-8 names"),
    ("(a, b) => c", None, &[], "(a, b) => c"),
    ("[docs](https://x.example) move", None, &[], "[docs](https://x.example) move"),
    ("std::fmt is used", None, &[], "std::fmt is used"),
    ("https://x.example is read", None, &[], "https://x.example is read"),
    ("12:30 is the time", None, &[], "12:30 is the time"),
    ("[ABC-1]", None, &[], "[ABC-1]"),
    ("fix:", None, &[], "fix:"),
    ("✨", None, &[], "✨"),
    ("  ", None, &[], ""),
];

/// Keys of tickets, and names with the same form.
const TICKETS: &[Parts] = &[
    ("[ABC-1][ABC-2] add tags", None, &["ABC-1", "ABC-2"], "add tags"),
    ("ABC-1: ABC-2: add tags", None, &["ABC-1", "ABC-2"], "add tags"),
    ("ABC-1 ABC-2 add tags", None, &["ABC-1", "ABC-2"], "add tags"),
    ("[ABC-1, ABC-2] add tags", None, &["ABC-1", "ABC-2"], "add tags"),
    ("(ABC-1 and ABC-2) add tags", None, &["ABC-1", "ABC-2"], "add tags"),
    ("[ABC-1/ABC-2]: add tags", None, &["ABC-1", "ABC-2"], "add tags"),
    ("[ABC-1 #2] add tags", None, &["ABC-1", "#2"], "add tags"),
    ("ABC-1,ABC-2: add tags", None, &["ABC-1", "ABC-2"], "add tags"),
    ("ABC-1/ABC-2 add tags", None, &["ABC-1", "ABC-2"], "add tags"),
    ("ABC-1 and ABC-2: add tags", None, &["ABC-1", "ABC-2"], "add tags"),
    ("ABC-1 & ABC-2 add tags", None, &["ABC-1", "ABC-2"], "add tags"),
    ("ABC-1 + ABC-2 - add tags", None, &["ABC-1", "ABC-2"], "add tags"),
    ("ABC-1, ABC-2 and ABC-3: add tags", None, &["ABC-1", "ABC-2", "ABC-3"], "add tags"),
    ("ABC-1, ABC-2, and ABC-3: add tags", None, &["ABC-1", "ABC-2", "ABC-3"], "add tags"),
    ("ABC-1 and tags", None, &["ABC-1"], "and tags"),
    ("ABC-2: ABC-1: ABC-2: add tags", None, &["ABC-2", "ABC-1"], "add tags"),
    ("fix(ABC-12): add tags", None, &["ABC-12"], "add tags"),
    ("feat(ABC-12, ABC-13)!: add tags", None, &["ABC-12", "ABC-13"], "add tags"),
    ("[ABC-1] feat(ABC-2): ABC-3 add tags", None, &["ABC-1", "ABC-2", "ABC-3"], "add tags"),
    ("feat(api, ABC-12): add tags", Some("api"), &["ABC-12"], "add tags"),
    ("fix(ABC-12, api, web): add tags", Some("api, web"), &["ABC-12"], "add tags"),
    ("fix(api/ABC-12): add tags", Some("api/ABC-12"), &[], "add tags"),
    ("feat: ABC-12 add tags", None, &["ABC-12"], "add tags"),
    ("feat(api): ABC-12: add tags", Some("api"), &["ABC-12"], "add tags"),
    ("ABC-1(api): add tags", Some("api"), &["ABC-1"], "add tags"),
    ("ABC-1!: add tags", None, &["ABC-1"], "add tags"),
    ("ABC-1(api)!: add tags", Some("api"), &["ABC-1"], "add tags"),
    ("[ABC-1] — add tags", None, &["ABC-1"], "add tags"),
    ("SHA3-256: add tags", Some("SHA3-256"), &[], "add tags"),
    ("ERC-20 transfers", None, &[], "ERC-20 transfers"),
    ("ABC-1[fix]: add tags", None, &["ABC-1"], "add tags"),
    ("ABC-1:add tags", None, &["ABC-1"], "add tags"),
    ("ABC-1：添加", None, &["ABC-1"], "添加"),
    ("ABC-1:30 is late", None, &[], "ABC-1:30 is late"),
    ("ABC-1/2: add tags", Some("ABC-1/2"), &[], "add tags"),
    ("ABC-1/ is empty", None, &[], "ABC-1/ is empty"),
    ("A2C-1: add tags", None, &["A2C-1"], "add tags"),
    ("A2C-1 is a name", None, &[], "A2C-1 is a name"),
    ("ABC-007 is a name", None, &[], "ABC-007 is a name"),
    ("[ABC-007] add tags", None, &["ABC-007"], "add tags"),
    ("ABC-007: add tags", None, &["ABC-007"], "add tags"),
    ("fix(#12): add tags", None, &["#12"], "add tags"),
    ("[UTF-8] add tags", Some("UTF-8"), &[], "add tags"),
    ("UTF-8: add tags", Some("UTF-8"), &[], "add tags"),
    ("fix(UTF-8): add tags", Some("UTF-8"), &[], "add tags"),
    ("[ABC-1, UTF-8] add tags", Some("UTF-8"), &["ABC-1"], "add tags"),
    ("ABC-1, UTF-8 names", None, &["ABC-1"], "UTF-8 names"),
    ("[CVE-2024-1] add tags", Some("CVE-2024-1"), &[], "add tags"),
    ("[RUSTSEC-2024-1] add tags", Some("RUSTSEC-2024-1"), &[], "add tags"),
    ("[RUSTSEC-2024-1]", None, &[], "[RUSTSEC-2024-1]"),
    ("CWE-79: add tags", None, &[], "CWE-79: add tags"),
    ("X86-64 builds", None, &[], "X86-64 builds"),
    ("MP-3 files", None, &[], "MP-3 files"),
    ("WIN-10 fonts", None, &[], "WIN-10 fonts"),
    ("DEC-2024 figures", None, &[], "DEC-2024 figures"),
    ("A11Y-2 labels", None, &[], "A11Y-2 labels"),
    ("24/7: support", None, &[], "24/7: support"),
    ("16/9: crop", None, &[], "16/9: crop"),
    ("0/5: add tags", None, &[], "0/5: add tags"),
    ("1/1: add tags", None, &[], "1/1: add tags"),
    ("1/100: add tags", None, &[], "1/100: add tags"),
    ("99/99: add tags", None, &[], "99/99: add tags"),
    ("[4/3] fix crop", None, &[], "[4/3] fix crop"),
    ("[16/9]", None, &[], "[16/9]"),
    ("[16/9] [ABC-1] crop", None, &[], "[16/9] [ABC-1] crop"),
    ("(3/5) add tags", None, &[], "(3/5) add tags"),
    ("[5/5] add tags", None, &[], "[5/5] add tags"),
    ("[1.2] add tags", Some("1.2"), &[], "add tags"),
];

#[test]
fn prefixes_are_parts_and_the_rest_is_the_text() {
    for (whole, scope, tickets, text) in PARTS.iter().chain(TICKETS).copied() {
        let commit = commit(whole);
        let subject = Subject::of(&commit);
        let found = (subject.scope.as_deref(), subject.tickets.as_slice(), subject.text);
        assert_eq!(found, (scope, tickets, text), "{whole}");
    }
}

#[test]
fn wrapped_subject_is_whole() {
    for (message, text) in [
        ("Add a login that\nkeeps people signed in\n\nMore.", "Add a login that keeps people signed in"),
        ("fix(api): return tags\r\nof all notes\r\n\r\nMore.", "return tags of all notes"),
        ("Add tags\nand notes\nand lists", "Add tags and notes and lists"),
        ("Add tags to\n`notes`", "Add tags to `notes`"),
        ("Add tags\n- of notes", "Add tags"),
        ("Add tags\n* of notes", "Add tags"),
        ("Add tags\n1. of notes", "Add tags"),
        ("Add tags\n# Conflicts", "Add tags"),
        ("Add tags\nReviewed-by: Ada", "Add tags"),
        ("Add tags\nCloses #12", "Add tags"),
        ("Add tags\nBREAKING CHANGE: no more notes", "Add tags"),
        ("Add tags\nTest Plan: none", "Add tags"),
        ("Add tags\n(cherry picked from commit abc1234)", "Add tags"),
        ("Add tags.\nThey are of notes", "Add tags."),
        ("Add tags:\nof notes", "Add tags:"),
        ("Add tags\na\nb\nc\nd", "Add tags"),
        ("Add tags\n\nof notes", "Add tags"),
    ] {
        let commit = commit(message);
        let words: Vec<&str> = Subject::of(&commit).text.split_whitespace().collect();
        assert_eq!(words.join(" "), text, "{message}");
    }
    let long = commit(&format!("Add tags\n{}", "of notes ".repeat(40)));
    assert_eq!(Subject::of(&long).text, "Add tags");
}

#[test]
fn list_of_very_many_tickets_loses_no_words() {
    let keys: Vec<String> = (1..=300).map(|number| format!("ABC-{number}")).collect();
    for separator in [", ", ": ", "/", " "] {
        let whole = format!("{}: add tags", keys.join(separator));
        let commit = commit(&whole);
        let subject = Subject::of(&commit);
        assert!(subject.text.ends_with("add tags"), "{separator:?}");
        let lost = keys.iter().find(|key| {
            let is_in_text = subject.text.split([',', ':', '/', ' ']).any(|word| word == key.as_str());
            let is_scope = subject.scope.iter().any(|scope| scope.split(", ").any(|one| one == *key));
            !is_in_text && !is_scope && !subject.tickets.contains(&key.as_str())
        });
        assert_eq!(lost, None, "{separator:?}");
    }
}

#[test]
fn long_subject_takes_no_longer_than_its_length() {
    for part in [
        "[a] ",
        "(a)",
        "✨",
        "fixup! ",
        "a: ",
        "ABC-1 ",
        "ABC-1, ",
        "ABC-1/",
        "[ABC-1]",
        "ABC-1 and ",
        "MINOR ",
        "WIP ",
        "part 1 of 2 ",
        ":a: ",
        "[",
        "a/",
        "zzz ",
        "修",
        "!",
    ] {
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
        let scopes = subject.scope.iter().flat_map(|scope| scope.split(", "));
        for part in scopes.chain(subject.tickets.iter().copied()) {
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
        prop_assert!(commit.message.contains(Subject::of(&commit).text));
    }
}
