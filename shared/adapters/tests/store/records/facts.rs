//! Facts with every member.

use domain::activity::{ActivityFacts, FactWaiting};
use domain::commit::{Kind, Rule};
use domain::digest::{Area, FactChange, FactPerson, Facts, Period, Trend, Warning};
use domain::instant::Duration;
use testkit::builders;

pub(super) fn facts() -> Facts {
    let quiet = Period::quiet(builders::epoch(), builders::epoch() + Duration::days(1));
    let busy = Period { commits: 60, people: 9, bots: 1, lines: Some((7, 0)), ..quiet.clone() };
    Facts {
        commits: 60,
        merges: 4,
        changes: 42,
        people: 9,
        bots: 1,
        additions: Some(1_234),
        deletions: Some(56),
        dependency_updates: 12,
        reverted: 1,
        breaking: 2,
        kinds: vec![(Kind::Security, 1), (Kind::Other, 3)],
        areas: vec![Area { name: "shared/日本".to_owned(), changes: 5, files: 7, additions: 8, deletions: 9 }],
        most_significant: vec![FactChange {
            kind: Kind::Feature,
            rule: Rule::OtherLanguage,
            breaking: true,
            scope: Some("api".to_owned()),
            text: "新增标签".to_owned(),
            commits: vec!["0c0ffee".to_owned()],
            commits_total: 3,
            references: vec![12],
        }],
        authors: vec![FactPerson { name: "Ada".to_owned(), is_bot: false, is_new: true, authored: 4, helped: 1 }],
        trend: Some(Trend::quiet_after_unknown(quiet).followed_by(busy)),
        warnings: vec![
            Warning::MostlyFixes { fixes: 30, changes: 42 },
            Warning::RevertOfRevert { text: "Revert \"Revert \"x\"\"".to_owned(), commit: "0c0ffee".to_owned() },
            Warning::ChangedByAll { path: "src/日本.rs".to_owned(), people: 9 },
        ],
        activity: Some(ActivityFacts {
            merged_pull_requests: 3,
            closed_issues: 2,
            opened_issues: 1,
            releases: 1,
            waiting: vec![FactWaiting {
                number: 7,
                title: "待機".to_owned(),
                opened_at: builders::epoch(),
                is_reviewed: Some(false),
            }],
        }),
    }
}
