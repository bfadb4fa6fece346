//! Ids and numbers in a model's text.

use super::{brief, commit, with};
use domain::commit::Commit;
use domain::digest::Digest;
use domain::report::answer::{AnswerEnd, report_of};
use domain::report::filter::filtered;
use domain::report::{Brief, Report, Style};
use proptest::prelude::*;

fn commits() -> Vec<Commit> {
    let author = ("Maya Okafor", Some("maya-o"));
    vec![
        commit(0, author, "feat(berths): show free berths (#412)", None),
        commit(1, author, "fix: round half up (!7)\n\nCloses #9", None),
    ]
}

/// The report of an answer that begins with a sentence, which is followed by the text.
fn report(text: &str, brief: &Brief<'_>) -> Report {
    let answer = format!("# Harbour\n\nBerths are on the map.\n\n{text}");
    report_of(&answer, AnswerEnd::Whole, brief, &Digest::of(&brief.range())).unwrap()
}

/// What becomes of a text.
fn resolved(text: &str, links: bool) -> String {
    let commits = commits();
    let brief = with(brief(&commits, Style::Standard), |writing| writing.link_to_commits = links);
    let report = report(text, &brief).text;
    let (_, rest) = report.split_once(" by Maya Okafor.\n").unwrap();
    rest.trim().to_owned()
}

#[test]
fn foreign_ids_are_removed_with_what_is_around_them() {
    let own = commits()[0].sha.short().to_owned();
    for (text, shown) in [
        ("Berths are free (`abc1234`).", "Berths are free."),
        ("Berths are free (abc1234).", "Berths are free."),
        ("Berths are free [abc1234].", "Berths are free."),
        ("Berths are free (commit `abc1234`).", "Berths are free."),
        ("Berths are free (`abc1234`, `OWN`).", "Berths are free (`OWN`)."),
        ("Berths are free (`OWN`, `abc1234`).", "Berths are free (`OWN`)."),
        ("Berths are free (`OWN` and `abc1234`).", "Berths are free (`OWN`)."),
        ("Berths are free (`abc1234` and `OWN`).", "Berths are free (`OWN`)."),
        ("Berths are free (`abc1234`, `def5678`).", "Berths are free."),
        ("Berths are free (`abc1234`, Maya).", "Berths are free (Maya)."),
        ("Berths (**`abc1234`**) are free.", "Berths are free."),
        ("Berths are free ([`abc1234`](https://e.example/abc1234)).", "Berths are free."),
        ("Berths are free ([abc1234](https://e.example/(a))).", "Berths are free."),
        ("- `abc1234`: berths are free", "- berths are free"),
        ("- abc1234 berths are free", "- berths are free"),
        ("1. **abc1234** – berths are free", "1. berths are free"),
        ("See abc1234.", "See."),
        // What is no citation.
        (
            "1234567 berths, defaced, v1-abc1234, abc1234.txt, \\#abc1234",
            "1234567 berths, defaced, v1-abc1234, abc1234.txt, \\#abc1234",
        ),
        ("`git show abc1234` shows it", "`git show abc1234` shows it"),
        ("```\nabc1234 `abc1234`\n```", "```\nabc1234 `abc1234`\n```"),
    ] {
        assert_eq!(resolved(&text.replace("OWN", &own), false), shown.replace("OWN", &own), "{text}");
    }
}

#[test]
fn known_ids_and_numbers_become_links_if_wanted() {
    let commits = commits();
    let (id, page) = (commits[0].sha.short(), commits[0].page.clone().unwrap());
    let home = "https://github.com/tidepool/harbour";
    let link = format!("[`{id}`]({page})");
    for (text, shown) in [
        ("`ID`", link.clone()),
        ("Berths (`ID`, #412).", format!("Berths ({link}, [#412]({home}/pull/412)).")),
        ("| a |\n| --- |\n| `ID` |", format!("| a |\n| --- |\n| {link} |")),
        ("- **It**: `ID`", format!("- **It**: {link}")),
        // Neither in code, in links, in words, nor where the number is unknown.
        ("```\n`ID` #412\n```", format!("```\n`{id}` #412\n```")),
        ("``a `ID` b``", format!("``a `{id}` b``")),
        ("`see ID`", format!("`see {id}`")),
        (&format!("[`ID` #412]({home}/pull/412)"), format!("[`{id}` #412]({home}/pull/412)")),
        ("a#412, #412a, #41 and \\#412", "a#412, #412a, #41 and \\#412".to_owned()),
    ] {
        let text = text.replace("ID", id);
        assert_eq!(resolved(&text, true), shown, "{text}");
        assert!(!resolved(&text.replace(home, ""), false).contains("://"), "{text}");
    }
    let executive = with(brief(&commits, Style::Executive), |writing| writing.link_to_commits = true);
    assert!(!report(&format!("`{id}`"), &executive).text.contains("/commit/"));
}

#[test]
fn local_repository_has_no_pages_of_numbers() {
    let commits = commits();
    let brief = Brief { provider: None, repository_url: "file:///srv/harbour", ..brief(&commits, Style::Standard) };
    let brief = with(brief, |writing| writing.link_to_commits = true);
    assert!(report("See #412.", &brief).text.contains("See #412."));
}

#[test]
fn first_sentence_is_the_headline() {
    let commits = commits();
    let brief = brief(&commits, Style::Standard);
    let of = |answer: &str| report_of(answer, AnswerEnd::Whole, &brief, &Digest::of(&brief.range())).unwrap();
    let ours = "1 person made 2 changes in berths; 1 feature, 1 fix.";
    let long = format!("Berths {}.", "are free and ".repeat(20));
    for (answer, headline) in [
        ("# A\n\n**Berths** are on the `map`, e.g. at night. More.", "Berths are on the map, e.g. at night."),
        ("# A\n\nBerths are free\nat night! And so on.", "Berths are free at night!"),
        ("# A\n\n泊位现在显示在地图上，夜间也可见。更多内容。", "泊位现在显示在地图上，夜间也可见。"),
        ("# A\n\n- Berths are on the map, also at night.", ours),
        ("# A\n\n## B\n\nBerths are on the map, also at night.", ours),
        ("# A\n\nShort.", ours),
        (&format!("# A\n\n{long}"), ours),
    ] {
        let report = of(answer);
        assert_eq!(report.headline, headline, "{answer}");
        let below = report.text.lines().nth(2).unwrap();
        assert!(headline != ours || below == ours, "{}", report.text);
    }
}

#[test]
fn title_and_figures_are_ours() {
    let commits = commits();
    let brief = brief(&commits, Style::Standard);
    for answer in [
        "# Other: 1 May 1999\n\nBerths are on the map.\n\n# Again\n\nBranch **main**: 1 commit by 2 people.",
        "Other\n===\n\nBerths are on the map.\n\n> # Quoted\n\n[x]: https://e.example\n\n[x]",
        "<h1>Other</h1>\n\n# A\n\nBerths are on the map. [x](https://e.example) ![y](https://e.example/y.png)",
    ] {
        let report = report_of(answer, AnswerEnd::Whole, &brief, &Digest::of(&brief.range())).unwrap();
        let lines: Vec<&str> = report.text.lines().collect();
        assert_eq!(lines[0], "# tidepool/harbour: 4 – 11 May 2026");
        assert_eq!(report.text.lines().filter(|line| line.starts_with("# ")).count(), 1, "{}", report.text);
        assert_eq!(lines[4], "Branch **main**: 2 commits by Maya Okafor.", "{}", report.text);
        assert!(!report.text.contains("](https://e.example"), "{}", report.text);
    }
}

#[test]
fn notes_are_kept_below_the_longest_report() {
    let commits = commits();
    let brief = Brief { omitted: 3, ..brief(&commits, Style::Standard) };
    let long = report(&"- tides and tides\n".repeat(9_000), &brief);
    let noted = long.with_notes(["5 changes were not shown to the model: 5 fixes.".into()], &brief).text;
    assert!(noted.len() <= domain::report::plain::REPORT_BYTES_MAX, "{}", noted.len());
    let wanted =
        "5 changes were not shown to the model: 5 fixes.\n\n3 further commits in this range are not covered.\n";
    assert!(noted.ends_with(wanted), "{}", &noted[noted.len() - 300..]);
}

const PIECES: [&str; 22] = [
    "abc1234",
    "`abc1234`",
    "OWN",
    "`OWN`",
    "#412",
    "!7",
    "`",
    "``",
    "(",
    ")",
    "[",
    "](",
    "**",
    "_",
    ", ",
    " and ",
    "\n",
    "\n\n",
    "- ",
    "# ",
    "```\n",
    "words ",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn report_of_any_text_is_a_fixed_point_of_the_filter(
        pieces in proptest::collection::vec(prop::sample::select(&PIECES[..]), 0..30),
        links: bool,
    ) {
        let commits = commits();
        let brief = with(brief(&commits, Style::Standard), |writing| writing.link_to_commits = links);
        let text = pieces.concat().replace("OWN", commits[0].sha.short());
        let report = report(&text, &brief).text;
        prop_assert!(report.starts_with("# tidepool/harbour: 4 – 11 May 2026\n\n"));
        prop_assert!(report.contains("\n\nBranch **main**: 2 commits by Maya Okafor.\n"), "{report}");
        prop_assert_eq!(filtered(&report, &brief), report);
    }
}
