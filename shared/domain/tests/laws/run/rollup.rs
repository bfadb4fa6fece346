//! The rollups of a month add up to its counter, however its runs go, and to the days and shares that are shown.

use super::recount::{lived, outcome};
use domain::id::{ConfigurationId, RepositoryId, RunId};
use domain::instant::Duration;
use domain::money::Cost;
use domain::month::Month;
use domain::run::{
    Breakdown, CounterMove, DailyUsage, DayFigures, DayUsage, ErrorCode, FLEET_SHARDS, Failure, Findings, FleetSum,
    FleetTotals, Outcome, Rollup, RollupMove, RollupOf, RollupsOfRuns, Run, Share, breakdown, fleet_shard, total,
};
use domain::usage::UsageCounter;
use proptest::prelude::*;
use std::collections::BTreeMap;
use uuid::Uuid;

fn month() -> Month {
    Month::parse("2026-03").expect("a month")
}

/// A run of a day, configuration and model, with its moves.
type Life = (bool, Option<Outcome>, u64, i64, u128, bool);

fn life() -> impl Strategy<Value = Life> {
    (any::<bool>(), outcome(), 0_u64..5_000, 0_i64..31, 1_u128..4, any::<bool>())
}

fn runs(lives: Vec<Life>) -> (Vec<Run>, Vec<CounterMove>) {
    let mut moves = Vec::new();
    let runs = lives.into_iter().map(|(test, outcome, tokens, day, configuration, model)| {
        let (run, its) = lived(test, outcome, tokens);
        moves.extend(its);
        let mut run = Run {
            id: RunId::at(month().first_instant() + Duration::days(day), [0; 10]),
            configuration: ConfigurationId::from_uuid(Uuid::from_u128(configuration)),
            repository: RepositoryId::from_uuid(Uuid::from_u128(configuration % 2)),
            ..run
        };
        run.figures.model = model.then(|| "gpt-6-luna".to_owned());
        run
    });
    (runs.collect(), moves)
}

/// The rollups that the transactions of the runs make.
fn rollups(runs: &[Run], moves: &[CounterMove]) -> Vec<Rollup> {
    let mut found: BTreeMap<RollupOf, Rollup> = BTreeMap::new();
    // A life is a beginning and one move after it.
    for (run, its) in runs.iter().zip(moves.chunks(2)) {
        for step in its.iter().filter(|step| !matches!(step, CounterMove::Begin { .. })) {
            let step = RollupMove::of_run(run, step, run.figures.model.as_deref());
            let (user, of) = (step.user, step.of.clone());
            found.entry(of.clone()).or_insert_with(|| Rollup::empty(user, month(), of)).add(step);
        }
    }
    found.into_values().collect()
}

fn sum(rollups: &[Rollup]) -> DayFigures {
    total(&rollups.iter().map(Rollup::total).collect::<Vec<_>>())
}

proptest! {
    #[test]
    fn rollups_add_up_to_the_counter(lives in prop::collection::vec(life(), 0..30), blocks in 0_u64..3) {
        let (runs, moves) = runs(lives);
        let mut counter = UsageCounter::empty(crate::sample::user(), month());
        counter = moves.iter().fold(counter, |counter, step| counter.after(step));
        let mut found = rollups(&runs, &moves);
        for _ in 0..blocks {
            counter = counter.after(&CounterMove::Block);
            let (one, other) = (ConfigurationId::from_uuid(Uuid::nil()), RepositoryId::from_uuid(Uuid::nil()));
            let step = RollupMove::of_block(crate::sample::user(), one, other, month().first_instant());
            let mut blocked = Rollup::empty(step.user, step.month, step.of.clone());
            blocked.add(step);
            found.push(blocked);
        }
        prop_assert!(sum(&found).agree_with(&counter), "{:?} {counter:?}", sum(&found));
        let running = u64::try_from(runs.iter().filter(|run| run.end().is_none()).count()).expect("a count");
        prop_assert_eq!(sum(&found).runs() + running, counter.total_runs);
        let failed: u64 = found.iter().flat_map(|rollup| rollup.errors.values()).sum();
        prop_assert_eq!(failed, counter.failed_runs);
        let off_by_one = UsageCounter { failed_runs: counter.failed_runs + 1, ..counter };
        prop_assert!(!sum(&found).agree_with(&off_by_one));
    }

    #[test]
    fn rollups_of_runs_are_those_of_their_moves(lives in prop::collection::vec(life(), 0..30)) {
        let (runs, moves) = runs(lives);
        let mut of_runs = RollupsOfRuns::default();
        for run in &runs {
            of_runs.add(run);
        }
        let made = rollups(&runs, &moves);
        let made: Vec<Rollup> = made.into_iter().filter(|one| one.total() != DayFigures::default()).collect();
        let of_runs = of_runs.into_rollups();
        prop_assert_eq!(of_runs.len(), made.len());
        for (one, other) in of_runs.iter().zip(&made) {
            prop_assert_eq!((&one.of, one.total(), &one.errors), (&other.of, other.total(), &other.errors));
        }
    }

    #[test]
    fn days_of_rollups_are_those_of_runs(lives in prop::collection::vec(life(), 0..30)) {
        let (runs, moves) = runs(lives);
        let empty = UsageCounter::empty(crate::sample::user(), month());
        let counter = moves.iter().fold(empty, |sum, step| sum.after(step));
        let daily = DailyUsage::of_rollups(&counter, &rollups(&runs, &moves));
        let mut expected = DailyUsage::empty(month());
        for run in &runs {
            expected.add(run);
        }
        let without_running = |day: &DayUsage| DayUsage {
            total_runs: day.successful_runs + day.failed_runs + day.cancelled_runs,
            tokens: domain::money::TokenUsage::new(day.tokens.prompt(), 0, day.tokens.completion(), 0),
            ..day.clone()
        };
        for (day, expected) in daily.days.iter().zip(&expected.days) {
            prop_assert_eq!(without_running(day), without_running(expected));
        }
        let all: u64 = daily.days.iter().map(|day| day.total_runs).sum();
        prop_assert_eq!(all, counter.total_runs, "running ones too");
    }

    #[test]
    fn shares_and_parts_add_up(lives in prop::collection::vec(life(), 0..30)) {
        let (runs, moves) = runs(lives);
        let found = rollups(&runs, &moves);
        for by in Breakdown::ALL {
            let shares = breakdown(&found, by);
            let figures: Vec<DayFigures> = shares.iter().map(|share| share.figures).collect();
            prop_assert_eq!(total(&figures), sum(&found));
            let key = |share: &Share| (share.figures.cost, share.figures.runs());
            prop_assert!(shares.is_sorted_by(|one, other| key(one) >= key(other)));
        }
        let mut part = FleetSum::default();
        for rollup in &found {
            part.add(rollup);
        }
        let part = part.into_shard(month(), 0, month().first_instant());
        prop_assert_eq!(total(part.totals.days.values()), sum(&found));
        let of_models: Cost = part.totals.models.values().map(|used| used.cost).sum();
        prop_assert_eq!(of_models, sum(&found).cost);
        prop_assert_eq!(part.totals.accounts, u64::from(!found.is_empty()));
        let mut twice = FleetTotals::default();
        twice.merge(part.totals.clone());
        twice.merge(part.totals);
        prop_assert_eq!(total(twice.days.values()).runs(), 2 * sum(&found).runs());
    }
}

#[test]
fn failure_has_its_code_and_a_success_has_none() {
    let failed = Outcome::Failed(Failure::new(ErrorCode::TokenInvalid, "no"));
    let (run, moves) = lived(false, Some(failed), 5);
    let step = RollupMove::of_run(&run, &moves[1], Some("m"));
    assert_eq!((step.error, step.day, step.figures.failed_runs), (Some(ErrorCode::TokenInvalid), 31, 1));
    let (run, moves) = lived(false, Some(Outcome::Success(Findings::default())), 5);
    assert_eq!(RollupMove::of_run(&run, &moves[1], Some("")).of.model, None);
    assert_eq!(RollupMove::of_run(&run, &moves[0], None).figures, DayFigures::default());
}

/// An account may call models of any name. The sums name a hundred of them, those that cost most.
#[test]
fn models_of_a_part_are_limited_in_number() {
    let mut part = FleetSum::default();
    for place in 0..150_u64 {
        let (run, moves) = lived(false, Some(Outcome::Cancelled), place + 1);
        let step = RollupMove::of_run(&run, &moves[1], Some(&format!("model-{place}")));
        let mut rollup = Rollup::empty(step.user, step.month, step.of.clone());
        rollup.add(step);
        part.add(&rollup);
    }
    let totals = part.into_shard(month(), 0, month().first_instant()).totals;
    assert_eq!(totals.models.len(), 101);
    let other = totals.models[&Some("other".to_owned())];
    assert_eq!((other.runs, other.cost), (50, Cost::from_micros((1..=50).sum())));
    assert!(fleet_shard(crate::sample::user()) < FLEET_SHARDS);
}
