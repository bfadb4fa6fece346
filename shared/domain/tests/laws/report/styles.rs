//! The styles of the plain report, over histories in different habits.

use super::habits::{bumps, gitmoji, merges, monorepo, other_scripts, paths};
use super::{brief, commit, history, prompt, with};
use crate::digest::line;
use domain::commit::{Author, Changes, Commit, Mailmap};
use domain::report::plain::{GROUP_LINES_MAX, plain_report};
use domain::report::{AuthorDisplay, Brief, Style};

#[test]
fn each_habit_matches_its_snapshot() {
    for (name, history, style) in [
        ("gitmoji", gitmoji(), Style::Summary),
        ("paths", paths(), Style::Changelog),
        ("merges", merges(), Style::Standard),
        ("bumps", bumps(), Style::ReleaseNotes),
        ("other_scripts", other_scripts(), Style::Standup),
        ("monorepo", monorepo(), Style::Standard),
        ("merges_executive", merges(), Style::Executive),
    ] {
        insta::assert_snapshot!(name, plain_report(&brief(&history, style)));
    }
}

#[test]
fn every_style_of_every_habit_is_well_formed() {
    for history in [history(), gitmoji(), paths(), merges(), bumps(), other_scripts(), monorepo()] {
        for style in Style::ALL {
            let report = plain_report(&brief(&history, style));
            for wrong in ["..", " ,", " .", ";.", ",.", ";;", "; …", "  -  ", "()", "(,", "** **", "0 changes", ": ;"]
            {
                assert!(!report.replace("...", "").contains(wrong), "{style:?}: {wrong:?} in {report}");
            }
            assert_eq!(report.lines().filter(|line| line.starts_with("# ")).count(), 1);
            assert!(!report.contains("\n\n\n") && report.ends_with('\n'), "{report}");
            let headings: Vec<&str> = report.lines().filter(|line| line.starts_with("## ")).collect();
            let mut once = headings.clone();
            once.dedup();
            assert_eq!(headings, once, "{report}");
        }
    }
}

#[test]
fn executive_report_has_no_ids_and_no_scopes() {
    for history in [history(), paths(), merges(), monorepo()] {
        let report = plain_report(&brief(&history, Style::Executive));
        let has_id = history.iter().any(|commit| report.contains(commit.sha.short()));
        assert!(!has_id && !report.contains(":** "), "{report}");
    }
}

#[test]
fn executive_report_names_what_is_unfinished_and_what_was_taken_back() {
    let author = ("Maya Okafor", Some("maya-o"));
    let dark = commit(1, author, "feat: dark mode (#409)", None);
    let revert =
        commit(2, author, &format!("Revert \"feat: dark mode (#409)\"\n\nThis reverts commit {}.", dark.sha), None);
    let history = [
        commit(6, author, "[draft] feat: tide tables", None),
        commit(5, author, "WIP: berths on a map", None),
        commit(4, author, "🚧 invoices", None),
        commit(3, author, "feat: pilots", None),
        revert,
        dark,
    ];
    let report = plain_report(&brief(&history, Style::Executive));
    let (_, unfinished) = report.split_once("**Unfinished**").expect(&report);
    for words in ["Tide tables", "Berths on a map", "Invoices"] {
        assert_eq!(unfinished.matches(&format!("- {words}\n")).count(), 1, "{words} in {report}");
    }
    assert!(
        !unfinished.contains("Pilots") && report.contains("- 1 change was taken back.\n  - Dark mode\n"),
        "{report}"
    );
}

/// Subjects of unfinished work.
const UNFINISHED: &[&str] = &[
    "wip",
    "wip maps",
    "WIP: maps",
    "WIP - maps",
    "wip(api): maps",
    "ABC-1 WIP maps",
    "[ABC-1] [wip] maps",
    "feat: wip maps",
    "feat: WIP: maps",
    "WIP, maps",
    "feat: wip",
    "feat(api): 🚧 maps",
    "feat: :construction: maps",
    "Draft: maps",
    "(draft) maps",
    "Work in progress: maps",
    "feat: maps (WIP)",
    "feat: maps [wip] (#12)",
    "feat: maps - WIP",
    "fixup! wip: maps",
    "feat: offline maps (part 1)",
    "feat: offline maps, part 1 of 3",
    "feat: part 2 of 3: maps",
    "feat: offline maps (part 1/3)",
    "feat: offline maps (Part 2/3) (#12)",
];

/// Subjects with the same words, of work that is done.
const FINISHED: &[&str] = &[
    "feat: offline maps, part 3 of 3",
    "feat: offline maps (part 3/3)",
    "feat: part 1 offline",
    "docs: document part 1 of 3",
    "Fix the layout of part 2 of 5",
    "feat: part 12 of the form",
    "feat: part 1 of 1",
    "feat: offline maps (part 2)",
    "docs: guide for the first steps",
    "docs: first steps to install",
    "docs: document the first step to a berth",
    "feat: the first step of the wizard",
    "feat: a first step towards offline maps",
    "refactor: prepare for offline maps",
    "prepare forms",
    "Prepare for next development iteration",
    "Prepare for release 1.2",
    "Hide work in progress banner",
    "fix: remove work in progress banner",
    "draft invoices by hand",
    "feat: drafts of invoices",
    "feat: a todo list for pilots",
    "[1/3] maps",
];

#[test]
fn unfinished_work_is_recognised_by_its_marks_and_counts() {
    let finished = FINISHED.iter().map(|subject| (subject, false));
    for (subject, is_unfinished) in UNFINISHED.iter().map(|subject| (subject, true)).chain(finished) {
        let history = [commit(1, ("Maya Okafor", None), subject, None)];
        let report = plain_report(&brief(&history, Style::Executive));
        assert_eq!(report.contains("**Unfinished**"), is_unfinished, "{subject}: {report}");
        let prompt = prompt(&brief(&history, Style::Executive), 100_000).user;
        assert_eq!(prompt.contains(" [unfinished]\n"), is_unfinished, "{subject}: {prompt}");
    }
}

#[test]
fn unfinished_change_is_in_no_other_section_of_outcomes() {
    let author = ("Maya Okafor", None);
    let history = [commit(2, author, "fix: WIP leaks", None), commit(1, author, "wip: add berths", None)];
    let report = plain_report(&brief(&history, Style::Executive));
    assert!(!report.contains("**Delivered**") && !report.contains("**Repaired**"), "{report}");
    for words in ["- Leaks\n", "- Add berths\n"] {
        assert_eq!(report.matches(words).count(), 1, "{report}");
    }
    assert!(!report.contains("keeps the software") && !report.contains("keep the software"), "{report}");
}

#[test]
fn standup_names_each_person_once() {
    let report = plain_report(&brief(&history(), Style::Standup));
    for name in ["Maya Okafor", "Tom Lind", "Priya Nair"] {
        assert_eq!(report.matches(&format!("- **{name}:** ")).count(), 1, "{report}");
    }
    let hidden = plain_report(&with(brief(&history(), Style::Standup), |writing| {
        writing.author_display = AuthorDisplay::Hidden;
    }));
    assert!(!hidden.contains("Who did what") && hidden.contains("## Features (2)"), "{hidden}");
}

#[test]
fn quiet_period_names_the_last_commit() {
    let last = commit(3, ("Maya Okafor", Some("maya-o")), "fix: a bolt", None);
    let mailmap = Mailmap::parse("Maya O. <maya@acme.example>\n");
    let addressed =
        Commit { author: Author { name: "maya@acme.example".to_owned(), ..last.author.clone() }, ..last.clone() };
    let quiet = |last, display| {
        let brief = Brief { last_commit: Some(last), ..brief(&[], Style::Standard) };
        plain_report(&with(brief, |writing| writing.author_display = display))
    };
    let nothing = "No commits in this range. The last commit was made on 10 May 2026";
    assert!(quiet(&last, AuthorDisplay::Name).ends_with(&format!("{nothing} by Maya Okafor.\n")));
    assert!(quiet(&last, AuthorDisplay::Login).ends_with(&format!("{nothing} by maya-o.\n")));
    assert!(quiet(&last, AuthorDisplay::Hidden).ends_with(&format!("{nothing}.\n")));
    assert!(!quiet(&addressed, AuthorDisplay::Name).contains("acme.example"), "no address is shown");
    let mapped = Commit {
        author: Author { email: Some("maya@acme.example".to_owned()), ..last.author.clone() },
        ..last.clone()
    };
    let brief = Brief { last_commit: Some(&mapped), mailmap: &mailmap, ..brief(&[], Style::Standard) };
    assert!(plain_report(&brief).contains(&format!("{nothing} by Maya O.")), "the mailmap names people");
}

#[test]
fn group_that_is_cut_keeps_what_matters() {
    let mut messages: Vec<String> = (0..60).map(|number| format!("fix: bolt {number}")).collect();
    messages[3] = "fix: a large gate".to_owned();
    messages[5] = "fix: a known leak (#44)".to_owned();
    let mut commits = line(&messages);
    let place = commits.iter().position(|commit| commit.message.contains("large")).unwrap();
    commits[place].changes = Some(Changes { additions: 5_000, deletions: 0, files: None });
    for style in [Style::Standard, Style::ReleaseNotes, Style::Changelog] {
        let report = plain_report(&brief(&commits, style));
        assert!(report.contains("large gate") && report.contains("known leak"), "{report}");
        let listed = report.lines().filter(|line| line.starts_with("- ") && line.contains("olt ")).count();
        assert_eq!(listed, GROUP_LINES_MAX - 2, "{style:?}");
        assert!(report.contains("- … and 40 more "), "{report}");
    }
}

#[test]
fn security_is_first_after_what_breaks() {
    let commits = line(&["fix: close CVE-2026-1234", "feat!: metres", "feat: lamps"]);
    let report = plain_report(&brief(&commits, Style::Standard));
    let headings: Vec<&str> = report.lines().filter(|line| line.starts_with("## ")).collect();
    assert_eq!(headings, ["## Breaking changes (1)", "## Security (1)", "## Features (1)"]);
}

#[test]
fn reference_has_a_page_only_with_links_and_a_provider() {
    let commits = line(&["fix: a bolt (#44)", "fix: a nut, see other/place#7"]);
    let linked = |provider| {
        let brief = Brief { provider, ..brief(&commits, Style::Standard) };
        plain_report(&with(brief, |writing| writing.link_to_commits = true))
    };
    let page = "[#44](https://github.com/tidepool/harbour/pull/44)";
    let with_page = linked(Some(domain::repository::Provider::GitHub));
    assert!(with_page.contains(page) && !with_page.contains("github.com/other"), "{with_page}");
    assert!(!linked(None).contains("](https"));
}

#[test]
fn code_in_a_subject_is_code_without_effect() {
    for (subject, shown) in [
        ("feat: add `--dry-run`", "Add `--dry-run`"),
        ("feat: read `<b>` and `@everyone`", "Read `<b>` and `@\u{200B}everyone`"),
        ("feat: call `a`b`c`", "Call `a`b`c`"),
        ("feat: one ` alone", "One \\` alone"),
        ("feat: ``double`` marks", "\\`\\`double\\`\\` marks"),
        ("feat: see `[x](https://e.example)`", "See `[x](https://e.example)`"),
    ] {
        let commits = [commit(1, ("Ada", None), subject, None)];
        let report = plain_report(&brief(&commits, Style::Standard));
        assert!(report.contains(&format!("- {shown} (")), "{subject}: {report}");
    }
}
