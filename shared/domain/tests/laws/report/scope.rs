//! Reports on a part of a history: one that can't be read to its end, and one of some paths.

use super::{STYLES, brief, history, prompt};
use crate::configuration::paths::filter;
use domain::report::plain::plain_report;
use domain::report::several::{Section, several_reports};
use domain::report::{Brief, Style};

#[test]
fn commits_that_can_not_be_read_are_reported() {
    let history = history();
    let last = history.last().map(|commit| &commit.sha);
    for style in STYLES {
        let brief = Brief { at_least: true, unread_before: last, ..brief(&history, style) };
        let (report, asked) = (plain_report(&brief), prompt(&brief, 100_000).user);
        let short = last.unwrap().short();
        let stated = format!("Commits before `{short}` could not be read and are not covered.");
        assert!(report.contains("**main**: at least 18 commits by ") && report.contains(&stated), "{report}");
        assert!(!report.contains("Further commits"), "{report}");
        assert!(asked.contains("Commits: at least "), "{asked}");
        let none = plain_report(&Brief { commits: &[], ..brief });
        assert!(none.contains("No commits in this range.") && none.contains(&stated), "{none}");
    }
}

#[test]
fn sections_about_one_repository_have_headings_that_differ() {
    let commits = history();
    let (api, others) = (filter(&["packages/api"], &[]), filter(&[], &["packages/api"]));
    let brief = brief(&commits, Style::Standard);
    let briefs = [
        Brief { paths: &api, ..brief.clone() },
        Brief { paths: &others, branch: "release/2", ..brief.clone() },
        Brief { repository: "tidepool/buoys", ..brief },
    ];
    let texts: Vec<String> = briefs.iter().map(plain_report).collect();
    let sections: Vec<Section<'_>> =
        briefs.iter().zip(&texts).map(|(brief, report)| Section { brief, report }).collect();
    let report = several_reports("Harbour", ("Much.", None), &sections, (&[], true));
    let headings: Vec<&str> = report.lines().filter(|line| line.starts_with("## ")).collect();
    let expected = [
        "## tidepool/harbour (packages/api), branch main",
        "## tidepool/harbour (without packages/api), branch release/2",
        "## tidepool/buoys",
    ];
    assert_eq!(headings, expected);
}

#[test]
fn report_names_the_paths_that_it_is_about() {
    let commits = history();
    let of = |include: &[&str], exclude: &[&str]| {
        let paths = filter(include, exclude);
        let brief = Brief { paths: &paths, ..brief(&commits, Style::Standard) };
        let quiet = plain_report(&Brief { commits: &[], ..brief.clone() });
        (plain_report(&brief), quiet, prompt(&brief, 100_000).user)
    };
    let (text, quiet, asked) = of(&["packages/api", "docs"], &["docs/old"]);
    assert!(text.starts_with("# tidepool/harbour (packages/api and docs, without docs/old): "), "{text}");
    assert!(quiet.starts_with("# tidepool/harbour (packages/api and docs, without docs/old): "), "{quiet}");
    let words = " in `packages/api` and `docs`, without `docs/old`";
    assert!(text.contains(&format!("Branch **main**{words}: ")), "{text}");
    assert!(quiet.contains(&format!("No commits in this range{words}.")), "{quiet}");
    assert!(asked.contains("Only changes in packages/api and docs, without docs/old\n"), "{asked}");
    let (text, ..) = of(&["a", "b", "c", "d", "e"], &[]);
    assert!(text.starts_with("# tidepool/harbour (a, b and 3 more): "), "{text}");
    assert!(text.contains(" in `a`, `b`, `c` and 2 more: "), "{text}");
    let (text, ..) = of(&[], &["docs"]);
    assert!(text.starts_with("# tidepool/harbour (without docs): "), "{text}");
    assert!(text.contains("Branch **main** without `docs`: "), "{text}");
    let (text, quiet, asked) = of(&[], &[]);
    assert!(text.contains("Branch **main**: ") && quiet.contains("No commits in this range."), "{text}");
    assert!(!asked.contains("Only changes"), "{asked}");
    // A path is a text of the user, and nothing of it has an effect.
    let (text, quiet, _) = of(&["[x](evil.example)/<!channel>", "@everyone/`b`"], &[]);
    for text in [text, quiet] {
        let shown = text.replace('\u{200B}', "|");
        let code = "in `[x](evil.example)/<|!channel>` and `@|everyone/'b'`";
        assert!(shown.contains(code), "{shown}");
        let title = r"# tidepool/harbour (\[x\](evil.example)/&lt;|!channel&gt; and @|everyone/\`b\`): ";
        assert!(shown.starts_with(title), "{shown}");
    }
}
