//! The exact text of the plain report, at the limits of its counts and cuts.

use super::brief;
use crate::sample::instant;
use domain::commit::{Author, Changes, Commit, Sha};
use domain::instant::Duration;
use domain::report::plain::{GROUP_LINES_MAX, REPORT_BYTES_MAX, plain_report};
use domain::report::{Brief, Style};

const ZERO_WIDTH_SPACE: &str = "\u{200B}";

fn commit(number: usize, author: &str, message: &str) -> Commit {
    Commit {
        sha: Sha::parse(&format!("{number:07x}{}", "0".repeat(33))).unwrap(),
        parents: Vec::new(),
        author: Author { name: author.to_owned(), email: None, login: None, is_bot: false },
        committed_at: instant("2026-05-11T08:00:00Z") - Duration::minutes(i64::try_from(number).unwrap()),
        message: message.to_owned(),
        changes: None,
        files: Vec::new(),
        page: None,
    }
}

fn report(commits: &[Commit], style: Style) -> String {
    plain_report(&brief(commits, style))
}

/// How the standard report words a subject.
fn worded(subject: &str) -> String {
    let report = report(&[commit(0, "Ada", subject)], Style::Standard);
    let line = report.lines().find_map(|line| line.strip_suffix(" (`0000000`)")?.strip_prefix("- "));
    line.unwrap_or_else(|| panic!("{subject:?} is not in {report}")).to_owned()
}

#[test]
fn tickets_are_shown_beside_references_for_those_who_work_on_the_software() {
    let commits = [
        commit(0, "Ada", "[TIDE-7] [2/N] fix(api): return tides (#12)"),
        commit(1, "Ada", "TIDE-8, TIDE-9; show harbours"),
        commit(2, "Ada", "A_B_C-1-2: sort names"),
        commit(3, "Ada", "GH-3 sort dates"),
        commit(5, "Ada", "fix(#31): keep lamps"),
        commit(6, "Ada", "[TIDE-9 #32] keep ropes"),
        commit(7, "Ada", "#33/#34: keep sails"),
        commit(
            4,
            "Ada",
            "[TIDE-1][TIDE-2] fix(TIDE-3): TIDE-1 sort tides (#1)\n\nFixes #2, fixes #3, fixes #4, fixes #5",
        ),
    ];
    let standard = report(&commits, Style::Standard);
    for line in [
        "- **api:** return tides (TIDE-7, #12, `0000000`)",
        "- Show harbours (TIDE-8, TIDE-9, `0000001`)",
        "- Sort names (A_B_C-1-2, `0000002`)",
        "- Sort dates (#3, `0000003`)",
        "- Keep lamps (#31, `0000005`)",
        "- Keep ropes (TIDE-9, #32, `0000006`)",
        "- Keep sails (#33, #34, `0000007`)",
        "- Sort tides (TIDE-1, TIDE-2 and 1 more, #1, #2, #3 and 2 more, `0000004`)",
    ] {
        assert!(standard.contains(line), "{line}: {standard}");
    }
    for style in [Style::ReleaseNotes, Style::Executive] {
        let report = report(&commits, style);
        assert!(!report.contains("TIDE-") && !report.contains("2/N"), "{report}");
    }
    let notes = report(&commits, Style::ReleaseNotes);
    assert!(notes.contains("- Sort tides (#1, #2, #3 and 2 more)\n"), "{notes}");
}

#[test]
fn update_keeps_the_tickets_of_its_commits() {
    let commits = [
        commit(0, "Ada", "chore(deps): TIDE-1 bump quux from 1 to 2"),
        commit(1, "Ada", "TIDE-4: Bump corge from 1.1 to 1.2"),
        commit(2, "Ada", "[TIDE-2][TIDE-3] Bump corge from 1.0 to 1.1"),
        commit(3, "Ada", "Bump grault from 1.0 to 1.1"),
    ];
    let standard = report(&commits, Style::Standard);
    let updates = "quux 1 → 2 (**major**, TIDE-1), corge 1.0 → 1.2 (TIDE-2, TIDE-3 and 1 more) and grault";
    assert!(standard.contains(updates), "{standard}");
    for style in [Style::ReleaseNotes, Style::Executive] {
        assert!(!report(&commits, style).contains("TIDE-"));
    }
}

#[test]
fn markdown_marks_are_shown_without_effect() {
    for (subject, shown) in [
        ("R&D of tides", "R&amp;D of tides"),
        ("a < b > c", "A &lt; b &gt; c"),
        ("show <mailto:a@b.coma!x", "Show &lt;`mailto:a@b.coma!x`"),
        ("show &lt;mailto:a@b.coma!x", "Show `&lt;mailto:a@b.coma!x`"),
        ("show mailto:a@b", "Show `mailto:a@b`"),
        ("show x@.com", "Show `x@.com`"),
        ("snake_case stays", "snake_case stays"),
        ("_emphasis_ does not", r"\_emphasis\_ does not"),
        ("2 _ 2", r"2 \_ 2"),
        ("a_ and _b", r"a\_ and \_b"),
        (r"`*[]~|$\", r"\`\*\[\]\~\|\$\\"),
        ("# no heading", r"\# no heading"),
        ("+ no list", r"\+ no list"),
        ("- no list", r"\- no list"),
        ("= no heading", r"\= no heading"),
        ("a # b + c - d = e", "A # b + c - d = e"),
        ("1. no list", r"1\. no list"),
        ("12) no list", r"12\) no list"),
        ("v1. not one", "v1. not one"),
        (". is a dot", ". is a dot"),
        ("1.2 is a version", "1.2 is a version"),
    ] {
        assert_eq!(worded(subject), shown, "{subject}");
    }
    let broken = |text: &str| text.replace('0', ZERO_WIDTH_SPACE);
    for (subject, shown) in [
        ("thanks @ada", "Thanks @0ada"),
        ("<!channel> <@U1>", "&lt;0!channel&gt; &lt;0@0U1&gt;"),
        ("mail@e.example, `@everyone.com`", "`mail@e.example`, `@0everyone.com`"),
    ] {
        assert_eq!(worded(subject), broken(shown), "{subject}");
    }
}

#[test]
fn words_that_look_like_addresses_are_code() {
    for (subject, shown) in [
        ("see https://e.example", "See `https://e.example`"),
        ("see www.e.example", "See `www.e.example`"),
        ("see WWW.E.example", "See `WWW.E.example`"),
        ("see //e.example/a", "See `//e.example/a`"),
        ("[click](http://e.example)", r"\[click\](`http://e.example`)"),
        ("feat(http): //e.example", "**http:** `//e.example`"),
        ("Rename main.rs, see evil.com.", "Rename `main.rs`, see `evil.com`"),
        ("Use Node.js 1.2.3 or later", "Use Node.js 1.2.3 or later"),
        ("Remove // comments", "Remove // comments"),
    ] {
        assert_eq!(worded(subject), shown, "{subject}");
    }
}

#[test]
fn invisible_characters_are_removed() {
    for (subject, shown) in [
        ("two  spaces\tand a\u{7}bell", "Two spaces and a bell"),
        ("zero\u{200B}width \u{202E}turned\u{2066} and \u{FEFF}marked", "Zerowidth turned and marked"),
        ("\u{200E} after nothing", "After nothing"),
        ("tagged\u{E0041} words", "Tagged words"),
        ("a family 👩\u{200D}👧 stays", "A family 👩\u{200D}👧 stays"),
    ] {
        assert_eq!(worded(subject), shown, "{subject:?}");
    }
}

#[test]
fn long_subject_is_cut() {
    assert_eq!(worded(&"X".repeat(160)), "X".repeat(160));
    assert_eq!(worded(&"X".repeat(161)), format!("{}…", "X".repeat(160)));
    assert_eq!(worded(&format!("{} yz", "X".repeat(159))), format!("{}…", "X".repeat(159)), "no space before the cut");
    assert_eq!(worded(&format!("feat({}): it", "s".repeat(25))), format!("**{}…:** it", "s".repeat(24)));
    let long = report(&[commit(0, &"n".repeat(61), "wip")], Style::Standard);
    assert!(long.contains(&format!(" by {}….\n", "n".repeat(60))), "{long}");
}

#[test]
fn subject_without_its_type_is_capitalised() {
    assert_eq!(worded("fix: a leak"), "A leak");
    assert_eq!(worded("chore(release): 2.4.0"), "2.4.0", "the heading states the kind");
    assert_eq!(worded("fix(docs): a leak"), "A leak");
    assert_eq!(worded("fix(api): A leak"), "**api:** a leak");
    assert_eq!(worded("fix(api): IDs with gaps."), "**api:** IDs with gaps");
    assert_eq!(worded("fix(\u{200B}): a leak"), "A leak", "an invisible scope is omitted");
    assert_eq!(worded("a leak"), "A leak");
    assert_eq!(worded("iPhone frames"), "iPhone frames");
    assert_eq!(worded("Wait…"), "Wait…");
    assert_eq!(worded("Wait..."), "Wait...");
    assert_eq!(worded(""), "(no message)");
}

#[test]
fn first_sentence_counts_people_lines_and_merges() {
    let mut commits: Vec<Commit> = (0..4).map(|number| commit(number, "Ada", "wip")).collect();
    let start = "Branch **main**: ";
    let sentence = |commits: &[Commit]| {
        let report = report(commits, Style::Standard);
        report.lines().find(|line| line.starts_with(start)).unwrap()[start.len()..].to_owned()
    };
    assert_eq!(sentence(&commits), "4 commits by Ada.");
    assert_eq!(sentence(&commits[..1]), "1 commit by Ada.");
    let sized = |additions, deletions| Some(Changes { additions, deletions, files: None });
    commits[0].changes = sized(1_234, 1);
    commits[1].changes = sized(1, 99);
    assert_eq!(sentence(&commits), "4 commits by Ada, +1,235 −100 lines (as far as known: 2 of them).");
    assert_eq!(sentence(&commits[..2]), "2 commits by Ada, +1,235 −100 lines.");
    commits[2].parents = vec![commits[0].sha.clone(); 2];
    assert_eq!(
        sentence(&commits),
        "3 commits by Ada, +1,235 −100 lines (as far as known: 2 of them); 1 merge not counted."
    );
    commits[3].author = Author { name: "helper[bot]".to_owned(), email: None, login: None, is_bot: true };
    assert!(sentence(&commits).starts_with("3 commits by 1 person and 1 bot, "));
    assert_eq!(sentence(&commits[3..]), "1 commit by 1 bot.");
}

#[test]
fn summary_has_six_points_and_counts_the_others() {
    let commits: Vec<Commit> = (0..8).map(|number| commit(number, "Ada", &format!("feat: number {number}"))).collect();
    let points = |count: usize| {
        let report = report(&commits[..count], Style::Summary);
        report.lines().filter(|line| line.starts_with("- ")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(points(6), (0..6).map(|number| format!("- Number {number} (`{number:07x}`)")).collect::<Vec<_>>());
    assert_eq!((points(7).len(), points(7)[6].as_str()), (7, "- … and 1 more change"));
    assert_eq!((points(8).len(), points(8)[6].as_str()), (7, "- … and 2 more changes"));
}

#[test]
fn group_lists_twenty_changes_and_counts_the_others() {
    let commits: Vec<Commit> =
        (0..GROUP_LINES_MAX + 2).map(|number| commit(number, "Ada", &format!("feat: it, part {number}"))).collect();
    let lines = |count: usize| {
        let report = report(&commits[..count], Style::Standard);
        let named = report.lines().filter(|line| line.starts_with("- It")).count();
        (named, report.lines().find(|line| line.starts_with("- …")).map(str::to_owned))
    };
    assert_eq!(lines(GROUP_LINES_MAX), (GROUP_LINES_MAX, None));
    assert_eq!(lines(GROUP_LINES_MAX + 2), (GROUP_LINES_MAX, Some("- … and 2 more features".to_owned())));
}

#[test]
fn commits_beyond_the_limit_are_counted() {
    // Enough days, of enough words each, that not all of them have room.
    let commits: Vec<Commit> = (0..400)
        .map(|number| {
            let mut one = commit(number, "Ada", &format!("{number:03}{}", "&".repeat(157)));
            one.committed_at = instant("2026-05-11T08:00:00Z") - Duration::days(i64::try_from(number / 2).unwrap());
            one
        })
        .collect();
    let report = report(&commits, Style::Changelog);
    let named = report.lines().filter(|line| line.starts_with("- other: ")).count();
    let (mut more, mut days) = (0, 0);
    for line in report.lines() {
        if let Some(rest) = line.strip_prefix("- … and ") {
            more += rest.split(' ').next().unwrap().parse::<usize>().unwrap();
        }
        days += usize::from(line.starts_with("## 20"));
    }
    let note = report.lines().last().unwrap();
    let unlisted: usize = note.split(' ').next().unwrap().parse().unwrap();
    assert!(note.ends_with("older changes are counted above but not listed."), "{note}");
    assert_eq!(named + more + unlisted, commits.len(), "each is named or counted");
    assert_eq!(unlisted, commits.len() - 2 * days, "days without room have no heading");
    assert!(report.len() > 75_000 - 1_500 && report.len() < REPORT_BYTES_MAX, "{}", report.len());
}

#[test]
fn widest_entries_stay_within_the_limit() {
    let wide = "&".repeat(150);
    let kinds = ["feat", "fix", "perf", "docs", "test"];
    let commits: Vec<Commit> = (0..120)
        .map(|number| {
            let subject = format!("{}: {number:03}{wide}", kinds[number % kinds.len()]);
            let breaks = if number < 30 { format!("\n\nBREAKING CHANGE: {wide}") } else { String::new() };
            commit(number, &format!("{number}{wide}"), &format!("{subject}{breaks}"))
        })
        .collect();
    for style in Style::ALL {
        let report = report(&commits, style);
        assert!(report.len() <= REPORT_BYTES_MAX, "{style:?}: {}", report.len());
        if style == Style::Standard {
            let named = report.lines().filter(|line| line.starts_with("- ") && line.contains("`, ")).count();
            let more = |line: &str| line.strip_prefix("- … and ")?.split(' ').next()?.parse::<usize>().ok();
            let (changes, _) = report.split_once("## Authors").unwrap();
            let more: usize = changes.lines().filter_map(more).sum();
            assert!(named > 30 && named + more == commits.len(), "{named} and {more}: each is listed or counted");
        }
    }
}

#[test]
fn twenty_five_people_are_named_and_the_others_counted() {
    let commits: Vec<Commit> =
        (0..27).map(|number| commit(number, &format!("Person {number:02}"), "feat: it")).collect();
    let authors = |count: usize| {
        let report = report(&commits[..count], Style::Standard);
        let (_, authors) = report.split_once("## Authors\n\n").unwrap();
        authors.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(authors(25).len(), 25);
    assert_eq!(authors(25)[24], "- Person 24: 1 commit");
    assert_eq!((authors(26).len(), authors(26)[25].as_str()), (26, "- … and 1 more"));
    assert_eq!(authors(27)[25], "- … and 2 more");
    let sentence = |count: usize| {
        let report = report(&commits[..count], Style::Summary);
        report.lines().find(|line| line.starts_with("By ")).unwrap().to_owned()
    };
    assert_eq!(sentence(2), "By Person 00 (1) and Person 01 (1).");
    assert!(sentence(25).ends_with("Person 23 (1) and Person 24 (1)."), "{}", sentence(25));
    assert!(sentence(26).ends_with("Person 24 (1) and 1 more."), "{}", sentence(26));
    assert!(sentence(27).ends_with("Person 24 (1) and 2 more."), "{}", sentence(27));
}

#[test]
fn people_are_sorted_busiest_first_and_bots_last() {
    let helped = "feat: it\n\nCo-authored-by: Grace <g@x.example>\nCo-authored-by: Bob <b@x.example>";
    let mut commits = vec![
        commit(0, "ci[bot]", "ci: it"),
        commit(1, "ci[bot]", "ci: it"),
        commit(2, "Ada", helped),
        commit(3, "Bob", "fix: it"),
        commit(4, "Cleo", "fix: it"),
        commit(5, "Bert", "fix: it"),
    ];
    commits[0].author.is_bot = true;
    let report = report(&commits, Style::Standard);
    let (_, authors) = report.split_once("## Authors\n\n").unwrap();
    let expected = "- Bob: 1 commit, 1 as co-author\n- Ada: 1 commit\n- Bert: 1 commit\n- Cleo: 1 commit\n\
                    - Grace: 1 as co-author\n- Bots and agents: ci\\[bot\\] (2)\n";
    assert_eq!(authors, expected);
    let nameless = self::report(&[commit(0, " ", "feat: it")], Style::Standard);
    assert!(nameless.contains("- (no name): 1 commit"), "{nameless}");
}

#[test]
fn range_is_written_in_its_shortest_form() {
    for (from, to, written) in [
        ("2026-05-04T08:00:00Z", "2026-05-11T08:00:00Z", "4 – 11 May 2026"),
        ("2026-04-27T08:00:00Z", "2026-05-04T08:00:00Z", "27 April – 4 May 2026"),
        ("2025-12-29T08:00:00Z", "2026-01-05T08:00:00Z", "29 December 2025 – 5 January 2026"),
        ("2025-05-04T08:00:00Z", "2026-05-04T08:00:00Z", "4 May 2025 – 4 May 2026"),
        ("2026-05-04T08:00:00Z", "2026-05-04T20:30:00Z", "4 May 2026, 08:00–20:30 UTC"),
    ] {
        let brief = Brief { from: instant(from), to: instant(to), ..brief(&[], Style::Standard) };
        let title = format!("# tidepool/harbour: {written}");
        assert_eq!(plain_report(&brief).lines().next(), Some(title.as_str()));
    }
}
