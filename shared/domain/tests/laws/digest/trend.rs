//! A period beside those before it.

use super::line;
use crate::sample::instant;
use domain::commit::{Changes, Mailmap};
use domain::digest::{AuthorDisplay, Digest, Period, Range, TREND_PERIODS_MAX, Trend};
use domain::instant::{Duration, Instant};
use domain::repository::PathFilter;

fn start() -> Instant {
    instant("2026-05-04T09:00:00Z")
}

/// A period of some hours after the start.
fn period(from: i64, to: i64, commits: u64) -> Period {
    let at = |hours| start() + Duration::hours(hours);
    Period { from: at(from), to: at(to), commits, people: commits.min(3), bots: 0, lines: None }
}

/// Days with these numbers of commits, from the oldest.
fn days(commits: &[u64]) -> Trend {
    let mut days = (0..).zip(commits).map(|(day, commits)| period(24 * day, 24 * (day + 1), *commits));
    let first = Trend::beginning(days.next().expect("a day"));
    days.fold(first, Trend::followed_by)
}

fn comparable(trend: &Trend) -> Vec<u64> {
    trend.comparable().iter().map(|period| period.commits).collect()
}

#[test]
fn periods_before_are_kept_newest_first_up_to_their_limit() {
    let trend = days(&[1, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!((trend.period.commits, comparable(&trend)), (8, vec![7, 6, 5, 4, 3]));
    assert_eq!(trend.before.len(), TREND_PERIODS_MAX);
    assert_eq!(trend.mean_commits(), Some(5));
}

#[test]
fn first_period_is_compared_with_nothing() {
    let trend = days(&[4]);
    assert_eq!((comparable(&trend), trend.mean_commits(), trend.quiet_before), (vec![], None, 0));
}

#[test]
fn mean_needs_two_periods_and_is_rounded_to_the_nearest_number() {
    assert_eq!(days(&[9, 1]).mean_commits(), None);
    assert_eq!(days(&[2, 3, 0]).mean_commits(), Some(3), "half is rounded up");
    assert_eq!(days(&[1, 1, 2, 0]).mean_commits(), Some(1));
    let huge = days(&[u64::MAX, u64::MAX, 0]);
    assert!(huge.mean_commits().is_some(), "a sum that is too large is no panic");
}

#[test]
fn period_of_another_length_ends_the_comparison() {
    let weekend = Trend::beginning(period(0, 24, 4)).followed_by(period(24, 96, 1));
    assert_eq!(comparable(&weekend), [0; 0], "three days are not compared with one");
    let monday = weekend.followed_by(period(96, 120, 5));
    assert_eq!(comparable(&monday), [0; 0], "nor one with three");
    let tuesday = monday.followed_by(period(120, 144, 6));
    assert_eq!(comparable(&tuesday), vec![5], "the day before the weekend is not reached");
    let february = Trend::beginning(period(0, 31 * 24, 40)).followed_by(period(31 * 24, 59 * 24, 30));
    assert_eq!(comparable(&february), vec![40], "months are about as long");
    let short = Trend::beginning(period(0, 24, 4)).followed_by(period(24, 42, 4));
    assert_eq!(comparable(&short), vec![4], "a quarter shorter is about as long");
    let shorter = Trend::beginning(period(0, 24, 4)).followed_by(period(24, 41, 4));
    assert_eq!(comparable(&shorter), [0; 0]);
}

#[test]
fn quiet_periods_directly_before_are_counted() {
    for (commits, quiet) in
        [(&[3, 0, 0, 0, 2][..], 3), (&[3, 0, 2, 0, 0], 1), (&[0, 0, 3, 1], 0), (&[0; 9], 8), (&[1, 0], 0)]
    {
        let trend = days(commits);
        assert_eq!((trend.quiet_before, trend.quiet_at_least), (quiet, false), "{commits:?}");
    }
}

#[test]
fn streak_whose_beginning_is_unknown_is_a_minimum_until_something_is_committed() {
    let unknown = Trend::quiet_after_unknown(Period::quiet(start(), start() + Duration::hours(24)));
    let next = unknown.followed_by(period(24, 48, 0)).followed_by(period(48, 72, 2));
    assert_eq!((next.quiet_before, next.quiet_at_least), (2, true));
    let later = next.followed_by(period(72, 96, 1));
    assert_eq!((later.quiet_before, later.quiet_at_least), (0, false));
}

#[test]
fn lines_of_a_period_are_known_if_the_size_of_every_commit_is() {
    let mut commits = line(&["fix: a bolt", "feat: lamps"]);
    let mailmap = Mailmap::default();
    let size = Some(Changes { additions: 7, deletions: 5, files: None });
    commits[0].changes = size;
    let lines = |commits: &[_]| {
        let range = Range {
            commits,
            mailmap: &mailmap,
            author_display: AuthorDisplay::Hidden,
            newcomers: &[],
            paths: PathFilter::whole(),
        };
        let period = Period::of(&Digest::of(&range), start(), start());
        assert_eq!((period.commits, period.people, period.bots), (2, 1, 0));
        period.lines
    };
    assert_eq!(lines(&commits), None);
    commits[1].changes = size;
    assert_eq!(lines(&commits), Some((14, 10)));
}
