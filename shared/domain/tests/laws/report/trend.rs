//! What a report says of the periods before.

use super::{STYLES, brief, history, prompt};
use crate::sample::instant;
use domain::digest::{Digest, Period, Trend};
use domain::instant::Duration;
use domain::report::answer::{AnswerEnd, Fault, fault, report_of};
use domain::report::plain::plain_report;
use domain::report::several::{Section, several_reports};
use domain::report::{Brief, Style};

/// Weeks with these numbers of commits, from the oldest.
fn weeks(commits: &[u64]) -> Trend {
    let week = |(number, commits): (i64, &u64)| Period {
        from: instant("2026-01-05T08:00:00Z") + Duration::weeks(number),
        to: instant("2026-01-05T08:00:00Z") + Duration::weeks(number + 1),
        commits: *commits,
        people: (*commits).min(6),
        bots: u64::from(*commits > 40),
        lines: (*commits > 40).then_some((4_000, 120)),
    };
    let mut weeks = (0..).zip(commits).map(week);
    let first = Trend::beginning(weeks.next().expect("a week"));
    weeks.fold(first, Trend::followed_by)
}

fn unknown(quiet: usize, commits: u64) -> Trend {
    let mut trend = Trend::quiet_after_unknown(weeks(&[0]).period);
    for _ in 1..quiet {
        trend = trend.followed_by(weeks(&[0]).period);
    }
    trend.followed_by(weeks(&[commits]).period)
}

fn said(trend: &Trend, style: Style) -> String {
    let commits = if trend.period.commits == 0 { Vec::new() } else { history() };
    let brief = Brief { trend: Some(trend), ..brief(&commits, style) };
    let without = plain_report(&Brief { trend: None, ..brief.clone() });
    let report = plain_report(&brief);
    let same = report.bytes().zip(without.bytes()).take_while(|(a, b)| a == b).count();
    let rest = without.len() - same;
    report[same..report.len() - rest].trim().to_owned()
}

#[test]
fn period_is_compared_with_the_one_before_and_with_the_mean() {
    for (commits, sentence) in [
        (&[18][..], ""),
        (&[31, 18], "The period before had 31 commits by 6 people."),
        (&[1, 18], "The period before had 1 commit by 1 person."),
        (
            &[25, 41, 18],
            "The period before had 41 commits by 6 people and 1 bot, +4,000 −120 lines. The mean of the 2 periods \
             before is 33 commits.",
        ),
        (&[0, 18], "These are the first commits after a quiet period."),
        (&[5, 0, 0, 0, 18], "These are the first commits after 3 quiet periods."),
        (&[5, 0], ""),
        (&[5, 0, 0], "This is the 2nd quiet period in a row."),
        (&[0, 0, 0, 0], "This is the 4th quiet period in a row."),
        (&[0; 11], "This is the 11th quiet period in a row."),
        (&[0; 21], "This is the 21st quiet period in a row."),
    ] {
        for style in STYLES.into_iter().filter(|style| *style != Style::ReleaseNotes) {
            assert_eq!(said(&weeks(commits), style), sentence, "{commits:?} {style:?}");
        }
    }
}

#[test]
fn streak_that_may_be_longer_is_a_minimum() {
    assert_eq!(said(&unknown(5, 0), Style::Standard), "This is at least the 6th quiet period in a row.");
    let first = "These are the first commits after at least";
    assert_eq!(said(&unknown(5, 2), Style::Standard), format!("{first} 5 quiet periods."));
    assert_eq!(said(&unknown(1, 2), Style::Standard), format!("{first} 1 quiet period."));
}

#[test]
fn release_notes_compare_nothing() {
    assert_eq!(said(&weeks(&[31, 18]), Style::ReleaseNotes), "");
}

#[test]
fn model_gets_the_periods_as_data_and_the_report_states_them() {
    let (commits, trend) = (history(), weeks(&[25, 41, 18]));
    let brief = Brief { trend: Some(&trend), ..brief(&commits, Style::Standard) };
    let asked = prompt(&brief, 100_000);
    let data = "Period before: 41 commits by 6 people and 1 bot, +4,000 −120 lines\nMean of the 2 periods before: 33 \
                commits\n";
    assert!(asked.user.contains(data) && !asked.system.contains("41"), "{}", asked.user);
    let digest = Digest::of(&brief.range());
    let answer = "# Harbour\n\nBerths are on the map now, in a week with fewer changes than before.";
    let report = report_of(answer, AnswerEnd::Whole, &brief, &digest).expect("a report");
    assert!(report.text.contains("The period before had 41 commits"), "{}", report.text);
    let quiet = weeks(&[4, 0, 0, 18]);
    let asked = prompt(&Brief { trend: Some(&quiet), ..brief }, 100_000).user;
    assert!(asked.contains("Periods without commits directly before: 2\n"), "{asked}");
}

#[test]
fn figure_of_the_period_before_is_no_fault() {
    let (commits, trend) = (history(), weeks(&[41, 18]));
    let brief = Brief { trend: Some(&trend), ..brief(&commits, Style::Standard) };
    let digest = Digest::of(&brief.range());
    let found = |text: &str| fault(&format!("# Harbour\n\n{text}"), AnswerEnd::Whole, &brief, &digest);
    assert_eq!(found("Fewer than the 41 commits by 7 people of the week before."), None);
    assert_eq!(found("There were 42 commits."), Some(Fault::Figure("42 commits".to_owned())));
    assert_eq!(found("There were 8 people."), Some(Fault::Figure("8 people".to_owned())));
}

#[test]
fn report_about_several_branches_states_the_figures_of_all() {
    let (commits, trend) = (history(), weeks(&[31, 18]));
    let brief = brief(&commits, Style::Standard);
    let section = plain_report(&brief);
    let sections = [Section { brief: &brief, report: &section }];
    let of = |trend: Option<&Trend>| several_reports("Harbour", ("Much.", trend), &sections, (&[], true));
    let together = "18 commits by 6 people in all. The period before had 31 commits by 6 people.";
    assert!(of(Some(&trend)).contains(&format!("\nMuch.\n\n{together}\n\n## tidepool/harbour\n")));
    assert!(!of(None).contains("in all") && !of(Some(&weeks(&[18]))).contains("in all"));
    assert!(of(Some(&weeks(&[0, 0]))).contains("\n\nThis is the 2nd quiet period in a row.\n"));
}
