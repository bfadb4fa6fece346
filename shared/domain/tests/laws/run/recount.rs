//! A counter equals the sums of its runs, and differences are listed.

use crate::sample::{instant, owner, run};
use domain::delivery::Delivery;
use domain::id::RunId;
use domain::instant::Duration;
use domain::money::{Cost, TokenUsage, UsageSource};
use domain::month::Month;
use domain::run::{
    CounterMove, DailyUsage, DayUsage, Drift, ErrorCode, Failure, Findings, Outcome, Payment, Priced, Run, Status,
    Trigger, Window,
};
use domain::usage::{Mark, UsageCounter};
use proptest::prelude::*;

fn window() -> Window {
    Window::of_any_length(instant("2026-03-01T00:00:00Z"), instant("2026-03-02T00:00:00Z"))
}

/// A run that begins and, if there is an outcome, ends; with what both do to the counter.
pub(super) fn lived(test: bool, outcome: Option<Outcome>, tokens: u64) -> (Run, Vec<CounterMove>) {
    let trigger = if test { Trigger::Test(window()) } else { Trigger::Manual(window()) };
    let fresh = run(trigger, !test);
    let begin = CounterMove::Begin { holds_slot: !test, test, at: fresh.started_at };
    let amounts = Priced {
        tokens: TokenUsage::new(tokens, tokens / 2, tokens / 3, 0),
        cost: Cost::from_micros(tokens),
        source: if tokens.is_multiple_of(3) { UsageSource::Api } else { UsageSource::None },
        model: None,
        rates: None,
    };
    let payment = Payment { attempt: 1, priced: amounts };
    let now = fresh.started_at + Duration::minutes(1);
    if let Some(outcome) = outcome {
        let (ended, end) = fresh.finish(outcome, &[payment], Delivery::none(), now).expect("it runs");
        (ended, vec![begin, end])
    } else {
        let (paid, sum) = fresh.with_payments(&[payment], now);
        (paid, vec![begin, CounterMove::Pay { tokens: sum.tokens, cost: sum.cost, unpriced: sum.unpriced }])
    }
}

pub(super) fn outcome() -> impl Strategy<Value = Option<Outcome>> {
    let success = |commits, degraded| Outcome::Success(Findings { commits, degraded, ..Findings::default() });
    prop_oneof![
        Just(None),
        (0_u64..3, any::<bool>()).prop_map(move |(commits, degraded)| Some(success(commits, degraded))),
        Just(Some(Outcome::Failed(Failure::new(ErrorCode::Internal, "it did not work")))),
        Just(Some(Outcome::Cancelled)),
    ]
}

fn march() -> UsageCounter {
    let counter = UsageCounter::empty(crate::sample::user(), Month::parse("2026-03").expect("a month"));
    let alerted = [Mark { percent: 80, limit: 50 }].into_iter().collect();
    UsageCounter {
        blocked_runs: 3,
        alerted,
        last_run_at: Some(instant("2026-03-31T00:00:00Z")),
        revision: 9,
        ..counter
    }
}

proptest! {
    #[test]
    fn counter_of_moves_equals_counter_of_runs(
        lives in prop::collection::vec((any::<bool>(), outcome(), 0_u64..5_000), 0..30)
    ) {
        let (runs, moves): (Vec<Run>, Vec<Vec<CounterMove>>) =
            lives.into_iter().map(|(test, outcome, tokens)| lived(test, outcome, tokens)).unzip();
        let kept = moves.iter().flatten().fold(march(), |counter, step| counter.after(step));
        let recounted = kept.of_runs(&runs);
        prop_assert_eq!(&recounted, &kept);
        prop_assert!(kept.drift(&recounted).is_empty());
    }

    #[test]
    fn days_add_up_to_the_month(
        lives in prop::collection::vec((any::<bool>(), outcome(), 0_u64..5_000, -2_i64..33), 0..30)
    ) {
        let month = Month::parse("2026-03").expect("a month");
        let runs: Vec<Run> = lives.into_iter().map(|(test, outcome, tokens, day)| {
            let began = month.first_instant() + Duration::days(day);
            Run { id: RunId::at(began, [0; 10]), ..lived(test, outcome, tokens).0 }
        }).collect();
        let mut daily = DailyUsage::empty(month);
        prop_assert!(daily.days.iter().map(|day| day.date).eq(month.days()));
        for run in &runs {
            daily.add(run);
        }
        for day in &daily.days {
            let of_day: Vec<&Run> = runs.iter().filter(|run| run.id.instant().date_naive() == day.date).collect();
            let is = |status| count(&of_day, |run| run.status() == status);
            let expected = DayUsage {
                date: day.date,
                total_runs: count(&of_day, |_| true),
                counted_runs: count(&of_day, |run| run.end().is_some_and(|end| end.counted)),
                successful_runs: is(Status::Success),
                failed_runs: is(Status::Failed),
                cancelled_runs: is(Status::Cancelled),
                unpriced_runs: count(&of_day, |run| run.figures.unpriced),
                tokens: of_day.iter().map(|run| run.figures.tokens).sum(),
                cost: of_day.iter().map(|run| run.figures.cost).sum(),
            };
            prop_assert_eq!(day, &expected);
        }
        let counter = UsageCounter::empty(crate::sample::user(), month).of_runs(&runs);
        let sum = |figure: fn(&DayUsage) -> u64| daily.days.iter().map(figure).sum::<u64>();
        prop_assert_eq!(sum(|day| day.total_runs), counter.total_runs);
        prop_assert_eq!(sum(|day| day.counted_runs), counter.counted_runs);
        prop_assert_eq!(sum(|day| day.unpriced_runs), counter.unpriced_runs);
        prop_assert_eq!(daily.days.iter().map(|day| day.cost).sum::<Cost>(), counter.cost);
    }
}

fn count(runs: &[&Run], matching: impl Fn(&Run) -> bool) -> u64 {
    u64::try_from(runs.iter().filter(|run| matching(run)).count()).expect("a count")
}

#[test]
fn drift_has_both_figures() {
    let findings = Findings { commits: 2, ..Findings::default() };
    let (run, moves) = lived(false, Some(Outcome::Success(findings)), 90);
    let kept = moves.iter().fold(march(), |counter, step| counter.after(step));
    let wrong = UsageCounter { slots_used: 4, cost: Cost::from_micros(1), ..kept.clone() };
    let recounted = wrong.of_runs(std::slice::from_ref(&run));
    assert_eq!(recounted, kept);
    assert_eq!(
        wrong.drift(&recounted),
        [
            Drift { figure: "slots_used", counted: Some(4), runs: 1 },
            Drift { figure: "cost_micros", counted: Some(1), runs: 90 },
        ]
    );
}

#[test]
fn unreadable_figure_is_drift_and_is_recounted() {
    let (run, moves) = lived(false, Some(Outcome::Cancelled), 90);
    let kept = moves.iter().fold(march(), |counter, step| counter.after(step));
    let unreadable = [("slots_used", None), ("blocked_runs", Some("-3".to_owned())), ("last_run_at", None)];
    let wrong = UsageCounter {
        blocked_runs: 0,
        last_run_at: None,
        unreadable: unreadable.into_iter().collect(),
        ..kept.clone()
    };
    let recounted = wrong.of_runs(std::slice::from_ref(&run));
    let began = run.started_at;
    assert_eq!(recounted, UsageCounter { blocked_runs: 0, last_run_at: Some(began), ..kept });
    let began = u64::try_from(began.timestamp_millis()).expect("an instant");
    assert_eq!(
        wrong.drift(&recounted),
        [
            Drift { figure: "slots_used", counted: None, runs: 0 },
            Drift { figure: "blocked_runs", counted: None, runs: 0 },
            Drift { figure: "last_run_at", counted: None, runs: began },
        ]
    );
}

#[test]
fn counter_that_outlives_its_runs_is_not_changed() {
    let kept = UsageCounter { counted_runs: 3, outlives_runs: true, ..march() };
    assert_eq!(kept.of_runs(&[]), kept);
    assert_eq!(UsageCounter { outlives_runs: false, ..kept }.of_runs(&[]), march());
}

#[test]
fn run_of_another_month_is_skipped() {
    let (mut run, _) = lived(false, None, 5);
    run.id = RunId::at(instant("2026-04-01T00:00:00Z"), [0; 10]);
    run.phase = domain::run::Phase::Running(domain::run::Lease { owner: Some(owner(1)), until: run.started_at });
    assert_eq!(march().of_runs(&[run]), march());
}
