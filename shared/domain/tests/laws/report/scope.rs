//! Reports on a part of a history: one that can't be read to its end, and one of some paths.

use super::{STYLES, brief, history, prompt};
use crate::configuration::paths::filter;
use domain::report::plain::plain_report;
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
fn report_names_the_paths_that_it_is_about() {
    let commits = history();
    let of = |include: &[&str], exclude: &[&str]| {
        let paths = filter(include, exclude);
        let brief = Brief { paths: &paths, ..brief(&commits, Style::Standard) };
        let quiet = plain_report(&Brief { commits: &[], ..brief.clone() });
        (plain_report(&brief), quiet, prompt(&brief, 100_000).user)
    };
    let (text, quiet, asked) = of(&["packages/api", "docs"], &["docs/old"]);
    assert!(text.starts_with("# tidepool/harbour (packages/api and docs): "), "{text}");
    assert!(quiet.starts_with("# tidepool/harbour (packages/api and docs): "), "{quiet}");
    let words = " in `packages/api` and `docs`, without `docs/old`";
    assert!(text.contains(&format!("Branch **main**{words}: ")), "{text}");
    assert!(quiet.contains(&format!("No commits in this range{words}.")), "{quiet}");
    assert!(asked.contains("Only changes in packages/api and docs, without docs/old\n"), "{asked}");
    let (text, ..) = of(&["a", "b", "c", "d", "e"], &[]);
    assert!(text.starts_with("# tidepool/harbour (a, b and 3 more): "), "{text}");
    assert!(text.contains(" in `a`, `b`, `c` and 2 more: "), "{text}");
    let (text, ..) = of(&[], &["docs"]);
    assert!(text.starts_with("# tidepool/harbour: "), "{text}");
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
