//! The counter keeps its sums, the quota admits exactly the limit, and each threshold is reported once.

mod forecast;

use crate::sample::{instant, user};
use domain::account::{Account, Overrides, Plan, Standing};
use domain::money::{Cost, TokenUsage};
use domain::month::Month;
use domain::run::{CounterMove, Status};
use domain::usage::{
    Admission, BlockedReason, Mark, UsageCounter, Warning, admission, crossed_by_next, next_unmarked, percentage,
    reached, remaining, startable, warning,
};
use proptest::prelude::*;

fn counter() -> UsageCounter {
    UsageCounter::empty(user(), Month::parse("2026-03").expect("a month"))
}

fn limited(monthly_runs: u64) -> Account {
    let overrides = Overrides { monthly_runs: Some(monthly_runs), ..Overrides::default() };
    Account { overrides, ..Account::free(user()) }
}

/// What a month may see: a start is admitted or not; an end picks one of the running runs.
#[derive(Clone, Debug)]
enum Step {
    Start { test: bool, tests_count: bool },
    End { which: usize, status: usize, with_commits: bool, degraded: bool, tokens: u64 },
    Pay { tokens: u64 },
    Block,
}

fn step() -> impl Strategy<Value = Step> {
    let ends = (any::<usize>(), 0_usize..3, any::<(bool, bool)>(), 0_u64..10_000);
    prop_oneof![
        4 => any::<(bool, bool)>().prop_map(|(test, tests_count)| Step::Start { test, tests_count }),
        4 => ends.prop_map(|(which, status, (with_commits, degraded), tokens)| {
            Step::End { which, status, with_commits, degraded, tokens }
        }),
        1 => (0_u64..10_000).prop_map(|tokens| Step::Pay { tokens }),
        1 => Just(Step::Block),
    ]
}

/// A run of the plain model: whether it holds a slot, whether it ended, and whether it counts.
#[derive(Clone, Debug)]
struct Modelled {
    holds_slot: bool,
    test: bool,
    ended: Option<(Status, bool)>,
}

impl Modelled {
    fn counts(&self) -> bool {
        self.ended.is_some_and(|(_, counted)| counted)
    }

    fn ended_as(&self, status: Status) -> bool {
        self.ended.is_some_and(|(ended, _)| ended == status)
    }
}

/// The plain model of a month: all of its runs, and what was paid and blocked.
#[derive(Default)]
struct MonthModel {
    runs: Vec<Modelled>,
    tokens: u64,
    blocked: u64,
}

impl MonthModel {
    /// What the step does to the counter; `None` if it can't be taken.
    fn take(&mut self, step: &Step, account: &Account, counter: &UsageCounter) -> Option<CounterMove> {
        match *step {
            Step::Start { test, tests_count } => {
                let holds_slot = !test || tests_count;
                if admission(account, counter, holds_slot) != Admission::Admitted {
                    return None;
                }
                self.runs.push(Modelled { holds_slot, test, ended: None });
                Some(CounterMove::Begin { holds_slot, test, at: instant("2026-03-01T00:00:00Z") })
            }
            Step::End { which, status, with_commits, degraded, tokens } => {
                let mut running: Vec<&mut Modelled> = self.runs.iter_mut().filter(|run| run.ended.is_none()).collect();
                let which = which.checked_rem(running.len())?;
                let run = &mut *running[which];
                let held_slot = run.holds_slot;
                let status = [Status::Success, Status::Failed, Status::Cancelled][status];
                let counts = status == Status::Success && held_slot && with_commits && !degraded;
                run.ended = Some((status, counts));
                self.tokens += tokens;
                let degraded = degraded && status == Status::Success;
                let (tokens, cost) = spent(tokens);
                Some(CounterMove::End { status, counted: counts, degraded, held_slot, tokens, cost, unpriced: false })
            }
            Step::Pay { tokens } => {
                self.tokens += tokens;
                let (tokens, cost) = spent(tokens);
                Some(CounterMove::Pay { tokens, cost, unpriced: false })
            }
            Step::Block => {
                self.blocked += 1;
                Some(CounterMove::Block)
            }
        }
    }

    fn count(&self, matching: impl Fn(&Modelled) -> bool) -> u64 {
        u64::try_from(self.runs.iter().filter(|run| matching(run)).count()).unwrap()
    }

    /// The counter that the sums of the runs give.
    fn sums(&self) -> UsageCounter {
        let counted = self.count(Modelled::counts);
        let (tokens, cost) = spent(self.tokens);
        UsageCounter {
            counted_runs: counted,
            slots_used: counted + self.count(|run| run.holds_slot && run.ended.is_none()),
            total_runs: self.count(|_| true),
            uncounted_runs: self.count(|run| !run.counts()),
            test_runs: self.count(|run| run.test),
            successful_runs: self.count(|run| run.ended_as(Status::Success)),
            failed_runs: self.count(|run| run.ended_as(Status::Failed)),
            cancelled_runs: self.count(|run| run.ended_as(Status::Cancelled)),
            blocked_runs: self.blocked,
            tokens,
            cost,
            ..counter()
        }
    }
}

/// Tokens of a prompt, each of which costs a millionth of a dollar.
fn spent(tokens: u64) -> (TokenUsage, Cost) {
    (TokenUsage::new(tokens, 0, 0, 0), Cost::from_micros(tokens))
}

proptest! {
    #[test]
    fn counter_equals_the_sums_of_its_runs(limit in 0_u64..8, steps in prop::collection::vec(step(), 0..120)) {
        let account = limited(limit);
        let mut counter = counter();
        let mut model = MonthModel::default();
        for step in steps {
            let startable = startable(&account, &counter);
            let admitted = admission(&account, &counter, true) == Admission::Admitted;
            prop_assert_eq!(admitted, startable > 0);
            prop_assert!(startable <= remaining(&account, &counter));
            if let Some(change) = model.take(&step, &account, &counter) {
                counter = counter.after(&change);
            }
            let sums = model.sums();
            prop_assert!(counter.counted_runs <= limit);
            let (degraded_runs, last_run_at, revision) = (counter.degraded_runs, counter.last_run_at, counter.revision);
            prop_assert_eq!(&counter, &UsageCounter { degraded_runs, last_run_at, revision, ..sums });
            prop_assert!(counter.uncounted_runs <= account.limits().uncounted_runs());
        }
    }

    #[test]
    fn threshold_is_reported_once_when_it_is_reached(limit in 1_u64..200) {
        let mut counter = counter();
        let mut reported = Vec::new();
        while counter.counted_runs < limit {
            let crossed = crossed_by_next(&counter, limit);
            match next_unmarked(&counter, limit) {
                Some(at) => prop_assert_eq!(crossed.is_empty(), counter.counted_runs < at - 1),
                None => prop_assert!(crossed.is_empty()),
            }
            counter.counted_runs += 1;
            reported.extend(crossed.iter().map(|mark| (mark.percent, counter.counted_runs)));
            counter.alerted.extend(crossed);
        }
        prop_assert_eq!(reported, vec![(80, (limit * 80).div_ceil(100)), (100, limit)]);
        let raised = limit * 2;
        prop_assert!(next_unmarked(&counter, raised).is_some(), "another limit has thresholds of its own");
    }

    #[test]
    fn marks_are_parsed_from_their_text(percent in any::<u64>(), limit in any::<u64>()) {
        let mark = Mark { percent, limit };
        prop_assert_eq!(Mark::parse(&mark.to_string()), Ok(mark));
    }

    #[test]
    fn warning_agrees_with_the_percentage(counted in 0_u64..10_000, limit in 1_u64..10_000) {
        let percent = percentage(counted, limit);
        let expected = match percent {
            100.. => Warning::Reached,
            80.. => Warning::Approaching,
            _ => Warning::None,
        };
        prop_assert_eq!(warning(counted, limit), expected);
    }
}

#[test]
fn refused_run_has_its_reason() {
    let with = |slots, counted, uncounted| UsageCounter {
        slots_used: slots,
        counted_runs: counted,
        uncounted_runs: uncounted,
        ..counter()
    };
    let free = limited(50);
    assert_eq!(admission(&free, &with(49, 49, 0), true), Admission::Admitted);
    assert_eq!(admission(&free, &with(50, 49, 1), true), Admission::SlotsInUse);
    assert_eq!(admission(&free, &with(50, 50, 0), true), Admission::LimitReached);
    assert_eq!(admission(&free, &with(50, 50, 0), false), Admission::Admitted, "a test holds no slot");
    assert_eq!(admission(&free, &with(0, 0, 1_000), true), Admission::UncountedReached);
    assert_eq!(admission(&free, &with(0, 0, 1_000), false), Admission::UncountedReached);
    assert_eq!(admission(&limited(0), &with(0, 0, 0), true), Admission::LimitReached);
    assert_eq!(admission(&limited(0), &with(0, 0, 0), false), Admission::LimitReached);
    let since = instant("2026-03-01T00:00:00Z");
    let closed = Account { standing: Standing::Closing { since }, ..free.clone() };
    assert_eq!(admission(&closed, &with(0, 0, 0), true), Admission::AccountClosed);
    assert_eq!((startable(&closed, &with(0, 0, 0)), remaining(&closed, &with(0, 0, 0))), (0, 0));
    assert_eq!((startable(&free, &with(10, 4, 996)), remaining(&free, &with(10, 4, 996))), (4, 46));
    assert_eq!((startable(&free, &with(0, 0, 1_000)), remaining(&free, &with(0, 0, 1_000))), (0, 0));
}

#[test]
fn warnings_and_reasons_are_parsed_from_their_words() {
    let warnings = Warning::ALL.map(Warning::as_str);
    assert_eq!((warnings, warnings.map(Warning::parse)), (["none", "approaching", "reached"], Warning::ALL.map(Some)));
    let reasons = BlockedReason::ALL.map(BlockedReason::as_str);
    assert_eq!(reasons, ["slots_in_use", "limit_reached", "uncounted_runs_reached", "account_closed"]);
    assert_eq!(reasons.map(BlockedReason::parse), BlockedReason::ALL.map(Some));
    assert_eq!(Admission::Admitted.blocked_reason(), None);
    assert_eq!(Admission::UncountedReached.blocked_reason(), Some(BlockedReason::UncountedReached));
}

#[test]
fn override_replaces_the_limit_of_the_plan() {
    let mut account = Account::free(user());
    assert_eq!(account.limits(), Plan::Free.limits());
    account.overrides.monthly_runs = Some(7);
    assert_eq!(account.limits().monthly_runs, 7);
    assert_eq!(account.limits().repositories, 5);
}

#[test]
fn limit_of_zero_has_no_thresholds() {
    assert_eq!(next_unmarked(&counter(), 0), None);
    assert!(crossed_by_next(&counter(), 0).is_empty());
    assert_eq!(percentage(0, 0), 100);
    assert_eq!(warning(0, 0), Warning::Reached);
}

#[test]
fn degraded_success_releases_its_slot() {
    let end = CounterMove::End {
        status: Status::Success,
        counted: false,
        degraded: true,
        held_slot: true,
        tokens: TokenUsage::ZERO,
        cost: Cost::ZERO,
        unpriced: false,
    };
    let delta = end.delta();
    assert_eq!(counter().after(&end).degraded_runs, 1);
    assert_eq!((delta.degraded_runs, delta.successful_runs, delta.counted_runs, delta.slots_used), (1, 1, 0, -1));
}

#[test]
fn every_move_increments_the_revision() {
    let (first, second) = (instant("2026-03-01T00:00:00Z"), instant("2026-03-02T00:00:00Z"));
    let begin = |at| CounterMove::Begin { holds_slot: true, test: false, at };
    let twice = counter().after(&begin(first)).after(&begin(second));
    let blocked = twice.after(&CounterMove::Block);
    assert_eq!((twice.revision, twice.last_run_at), (2, Some(second)));
    assert_eq!((blocked.revision, blocked.last_run_at), (3, Some(second)), "a blocked report began nothing");
}

#[test]
fn slots_are_free_held_or_used() {
    let some = UsageCounter { slots_used: 5, counted_runs: 3, ..counter() };
    assert_eq!((some.in_flight(), some.remaining(10), some.remaining(2)), (2, 7, 0));
}

#[test]
fn changed_limit_reaches_passed_thresholds() {
    let mark = |percent| Mark { percent, limit: 10 };
    let used = |counted_runs| UsageCounter { counted_runs, ..counter() };
    assert_eq!(reached(&used(7), 10), []);
    assert_eq!(reached(&used(8), 10), [mark(80)]);
    assert_eq!(reached(&used(10), 10), [mark(80), mark(100)]);
    let alerted = UsageCounter { alerted: [mark(80)].into_iter().collect(), ..used(10) };
    assert_eq!(reached(&alerted, 10), [mark(100)]);
}

#[test]
fn warning_begins_at_eighty_percent_and_at_the_limit() {
    for (counted, expected, word) in [
        (0, Warning::None, "none"),
        (39, Warning::None, "none"),
        (40, Warning::Approaching, "approaching"),
        (49, Warning::Approaching, "approaching"),
        (50, Warning::Reached, "reached"),
        (51, Warning::Reached, "reached"),
    ] {
        assert_eq!((warning(counted, 50), warning(counted, 50).as_str()), (expected, word), "{counted}");
    }
}
