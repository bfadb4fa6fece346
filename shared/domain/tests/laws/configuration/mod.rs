//! Where the next report begins, and when it is due.

mod edit;
pub(crate) mod paths;

use crate::sample::{configuration, instant};
use domain::commit::Sha;
use domain::configuration::{BranchName, Configuration, Coverage, LastRunStatus, RangePlan, Webhook, Writer};
use domain::delivery::WebhookFormat;
use domain::id::ConfigurationId;
use domain::instant::Duration;
use domain::repository::URL_BYTES_MAX;
use domain::run::{ErrorCode, Failure, Findings, Outcome};
use proptest::prelude::*;
use std::collections::BTreeSet;
use uuid::Uuid;

fn sha(digit: char) -> Sha {
    Sha::parse(&digit.to_string().repeat(40)).expect("a commit id")
}

#[test]
fn range_plan_depends_on_the_last_head() {
    let now = instant("2026-03-10T09:00:00Z");
    let first = Duration::days(1);
    let mut coverage = Coverage::default();
    assert_eq!(coverage.plan(&sha('a'), now, first), RangePlan::ByTime { since: now - first });
    coverage.covered_until = Some(instant("2026-03-09T09:00:00Z"));
    coverage.last_head = Some(sha('a'));
    assert_eq!(coverage.plan(&sha('a'), now, first), RangePlan::Nothing);
    assert_eq!(coverage.plan(&sha('b'), now, first), RangePlan::Compare { base: sha('a') });
    let overlapped = RangePlan::ByTime { since: instant("2026-03-02T09:00:00Z") };
    assert_eq!(coverage.by_time(now, first), overlapped, "seven days before what is covered");
    let restarted = coverage.restarted(&configuration("0 9 * * *").settings.schedule, now);
    let since = Some(instant("2026-03-10T09:00:00Z"));
    assert_eq!(restarted, Coverage { generation: 1, since, covered_until: None, last_head: None, reset_at: None });
}

#[test]
fn reports_are_searched_for_commits_from_before_a_force_push() {
    let reset_at = instant("2026-03-10T09:00:00Z");
    let covered = instant("2026-03-20T09:00:00Z");
    let since = |coverage: &Coverage, dates: &[&str]| coverage.returned_since(dates.iter().map(|date| instant(date)));
    let (old, new) = ("2026-03-09T09:00:00Z", "2026-03-11T09:00:00Z");
    let never = Coverage { covered_until: Some(covered), ..Coverage::default() };
    assert_eq!(since(&never, &[old]), None, "no force-push");
    let coverage = Coverage { reset_at: Some(reset_at), ..never };
    assert_eq!(since(&coverage, &[new]), None);
    assert_eq!(since(&coverage, &[]), None);
    assert_eq!(since(&coverage, &[new, old]), Some(instant(old)));
    assert_eq!(since(&coverage, &["2026-03-10T09:00:00Z"]), Some(reset_at), "in the same millisecond");
    let bound = covered - Duration::days(31);
    assert_eq!(since(&coverage, &[new, "2020-01-01T00:00:00Z"]), Some(bound), "reads are bounded");
    // However late the next run is: what the last one knew counts.
    let later = Coverage { covered_until: Some(reset_at + Duration::days(31)), ..coverage };
    assert_eq!(since(&later, &[old]), None);
}

#[test]
fn first_report_covers_one_period_of_at_most_a_week() {
    let fire = instant("2026-03-10T09:00:00Z");
    assert_eq!(configuration("0 9 * * *").first_period(fire), Duration::days(1));
    assert_eq!(configuration("0 9 1 * *").first_period(fire), Duration::days(7));
}

#[test]
fn failed_first_fire_loses_no_commit() {
    let made = instant("2026-03-10T12:00:00Z");
    let coverage = Coverage::beginning(0, &configuration("0 9 * * *").settings.schedule, made);
    let first = instant("2026-03-11T09:00:00Z");
    for days_late in 0..20 {
        let plan = coverage.plan(&sha('a'), first + Duration::days(days_late), Duration::days(1));
        assert_eq!(plan, RangePlan::ByTime { since: first - Duration::days(1) });
    }
}

#[test]
fn missed_fires_coalesce() {
    let hourly = configuration("0 * * * *");
    let fire = instant("2026-03-10T09:00:00Z");
    assert_eq!(hourly.fire_after(fire, instant("2026-03-10T13:30:00Z")), Some(instant("2026-03-10T14:00:00Z")));
    let early = instant("2026-03-10T08:59:59Z");
    assert_eq!(hourly.fire_after(fire, early), Some(instant("2026-03-10T10:00:00Z")), "never the same fire again");
}

#[test]
fn blocked_fire_moves_to_the_next_fire_or_the_1st() {
    let fire = instant("2026-03-10T09:00:00Z");
    let now = instant("2026-03-10T09:00:30Z");
    assert_eq!(configuration("0 9 * * *").fire_after_block(fire, now), instant("2026-03-11T09:00:00Z"));
    let wake = configuration("0 9 10 * *").fire_after_block(fire, now);
    let reset = instant("2026-04-01T00:00:00Z");
    assert!(wake >= reset && wake < reset + Duration::hours(1), "{wake}");
}

#[test]
fn blocked_configurations_are_due_within_the_first_hour_of_the_month() {
    let fire = instant("2026-03-10T09:00:00Z");
    let reset = instant("2026-04-01T00:00:00Z");
    let wakes: BTreeSet<_> = (1..40)
        .map(|number| {
            let monthly = Configuration {
                id: ConfigurationId::from_uuid(Uuid::from_u128(number)),
                ..configuration("0 9 10 * *")
            };
            let wake = monthly.fire_after_block(fire, fire);
            assert_eq!(monthly.fire_after_block(fire, fire), wake, "an id has its second");
            assert!(wake >= reset && wake < reset + Duration::hours(1), "{wake}");
            // The instant of its wake may itself be where it is blocked again.
            let again = monthly.fire_after_block(fire, wake);
            assert_eq!(again, instant("2026-04-10T09:00:00Z"), "what is not after now is no wake");
            wake
        })
        .collect();
    assert!(wakes.len() > 30, "{wakes:?}");
}

#[test]
fn only_the_next_fire_is_awaited() {
    let fire = instant("2026-03-10T09:00:00Z");
    let mut daily = configuration("0 9 * * *");
    assert!(!daily.awaits(fire));
    daily.progress.next_run_at = Some(fire);
    assert!(daily.awaits(fire));
    assert!(!daily.awaits(fire + Duration::days(1)));
    daily.deleted_at = Some(fire);
    assert!(!daily.awaits(fire), "a deleted one waits for nothing");
}

proptest! {
    #[test]
    fn blocked_fire_always_moves_forward(
        fire in 1_767_225_600_i64..1_800_000_000,
        late in 0_i64..100_000_000,
        cron in prop::sample::select(vec!["* * * * *", "0 * * * *", "0 9 * * 1", "0 0 1 * *", "0 0 29 2 *"]),
    ) {
        let fire = chrono::DateTime::from_timestamp(fire, 0).expect("an instant");
        let now = fire + Duration::seconds(late);
        let next = configuration(cron).fire_after_block(fire, now);
        prop_assert!(next > now);
        let own = configuration(cron).fire_after(fire, now).expect("a fire");
        prop_assert!(next <= own || next <= domain::month::Month::of(now).resets_at() + Duration::hours(1));
    }

    #[test]
    fn branch_names_never_panic(text in ".{0,300}") {
        let _ = BranchName::parse(&text);
    }
}

#[test]
fn writer_is_plain_or_a_model() {
    for (writer, text) in [(Writer::Plain, "plain"), (Writer::Model("gpt-4o-mini".into()), "gpt-4o-mini")] {
        assert_eq!((writer.as_str(), Writer::parse(text)), (text, writer.clone()));
    }
}

#[test]
fn branch_names_follow_the_rules_of_git() {
    for good in ["main", "release/1.2", "feature/ünïcode", "a", "x@y"] {
        let branch = BranchName::parse(good).unwrap();
        assert_eq!((branch.as_str(), branch.to_string()), (good, good.to_owned()));
    }
    for bad in [
        "", " ", "a b", "-x", "/x", "x/", "a..b", "a//b", "x.lock", "a/.b", "x~1", "x^", "a:b", "x?", "[x", "a\\b",
        "@", "a@{b", "x.", "a\nb",
    ] {
        assert!(BranchName::parse(bad).is_err(), "{bad:?}");
    }
    assert!(BranchName::parse(&"x".repeat(BranchName::BYTES_MAX)).is_ok());
    assert!(BranchName::parse(&"x".repeat(BranchName::BYTES_MAX + 1)).is_err());
}

#[test]
fn webhook_is_https_or_loopback_if_allowed() {
    let parse = |text: &str, loopback| Webhook::parse(text, WebhookFormat::Auto, loopback);
    assert!(parse("https://hooks.example.com/x?y=1", false).is_ok());
    assert!(parse("http://127.0.0.1:4001/hook", true).is_ok());
    assert!(parse("http://[::1]:4001/hook", true).is_ok());
    for bad in
        ["http://127.0.0.1/x", "ftp://example.com", "https://", "not an address", "https://user:secret@example.com"]
    {
        assert!(parse(bad, false).is_err(), "{bad}");
    }
    assert!(parse("http://example.com/x", true).is_err());
    assert!(parse(&format!("https://example.com/{}", "x".repeat(URL_BYTES_MAX)), false).is_err());
    let shown = format!("{:?}", parse("https://hooks.example.com/T000/SECRET", false).unwrap());
    assert!(!shown.contains("SECRET") && shown.contains("hooks.example.com"), "{shown}");
    for credentials in ["https://user@example.com/x", "https://:secret@example.com/x"] {
        assert!(parse(credentials, false).is_err(), "{credentials}");
    }
}

#[test]
fn last_run_status_has_the_word_of_the_run_that_ended() {
    let words = LastRunStatus::ALL.map(LastRunStatus::as_str);
    assert_eq!(words, ["success", "failed", "cancelled", "limit_reached"]);
    assert_eq!(words.map(LastRunStatus::parse), LastRunStatus::ALL.map(Some));
    let failed = Outcome::Failed(Failure::new(ErrorCode::Internal, "x"));
    for outcome in [Outcome::Success(Findings::default()), failed, Outcome::Cancelled] {
        assert_eq!(outcome.last_run_status().as_str(), outcome.status().as_str());
    }
}
