//! Reports on a history that can't be read to its end.

use super::{STYLES, brief, history, prompt};
use domain::report::Brief;
use domain::report::plain::plain_report;

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
