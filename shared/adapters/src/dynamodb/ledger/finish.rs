//! The transaction that ends a run.

use super::super::configuration::watched;
use super::super::figures::{add_amounts, origin};
use super::super::item::{instant, instant_of, number, shown, text};
use super::super::{Change, Key, Write, attribute, rollup, run, usage_counter};
use super::{alert, limit_check, new_event, new_notice, paid, unpriced_once};
use app::ports::{ConfigurationEnd, CoverageMove, Fence, Finish, Part, StoreError};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::configuration::Coverage;
use domain::money::{Cost, TokenUsage};
use domain::run::{CounterMove, RollupMove, Status};

pub(super) fn writes(table: &str, finish: &Finish) -> Result<Vec<Write>, StoreError> {
    let user = finish.run.user;
    let run = &finish.run;
    let sums = RollupMove::of_run(run, &finish.counter, run.figures.model.as_deref());
    [run_part(table, finish), counter(table, finish), rollup::write(table, &sums)]
        .into_iter()
        .chain(finish.configuration.iter().map(|end| configuration(table, finish, end)))
        .chain(finish.limit.map(|limit| limit_check(table, user, limit)))
        .chain(finish.notices.iter().map(|notice| new_notice(table, notice)))
        .chain(finish.events.iter().map(|event| new_event(table, event)))
        .collect()
}

/// Tokens and cost are added, not set, so that a payment that was recorded since the run was read stays.
fn run_part(table: &str, finish: &Finish) -> Result<Write, StoreError> {
    let run = &finish.run;
    let mut change = Change::of_existing()
        .if_equal(attribute::STATUS, text(Status::Running.as_str()))
        .set(attribute::UPDATED_AT, instant(run.updated_at))
        .set_all(run::progress(run));
    change = match finish.fence {
        Fence::Held { owner, attempt } => {
            change.if_equal(attribute::ATTEMPT, number(attempt)).if_equal(attribute::OWNER, text(owner.to_string()))
        }
        Fence::Attempt(attempt) => change.if_equal(attribute::ATTEMPT, number(attempt)),
        Fence::Lapsed { attempt, until } => {
            change.if_equal(attribute::ATTEMPT, number(attempt)).if_equal(attribute::LEASE, instant(until))
        }
    };
    if !finish.payments.is_empty() {
        let figures = &run.figures;
        let tokens: TokenUsage = finish.payments.iter().map(|payment| payment.priced.tokens).sum();
        let cost: Cost = finish.payments.iter().map(|payment| payment.priced.cost).sum();
        let attempts = finish.payments.iter().map(|payment| payment.attempt.to_string());
        change = add_amounts(change, tokens, cost)
            .add(attribute::PAID_ATTEMPTS, AttributeValue::Ns(attempts.collect()))
            .set_all(origin(figures.source, figures.model.as_deref(), figures.rates.as_ref()));
        change = finish
            .payments
            .iter()
            .fold(change, |change, payment| change.unless_contains(attribute::PAID_ATTEMPTS, paid(payment.attempt).0));
        if matches!(finish.counter, CounterMove::End { unpriced: true, .. }) {
            change = unpriced_once(change);
        }
    }
    change.into_update(Part::Run, table, Key::run(run.user, run.id))
}

fn counter(table: &str, finish: &Finish) -> Result<Write, StoreError> {
    let mut change = usage_counter::change(&finish.counter);
    if let Some(bound) = finish.counted_below {
        change = change.if_below(attribute::COUNTED_RUNS, bound);
    }
    if let Some(counted) = finish.counted_is {
        change = change.if_figure(attribute::COUNTED_RUNS, counted);
    }
    if let Some(mark) = finish.pause {
        change = usage_counter::mark_pause(change, mark);
    }
    let key = Key::usage(finish.run.user, finish.run.id.month());
    alert(change, &finish.marks).into_update(Part::Counter, table, key)
}

/// A tombstone is changed too: no condition refuses it, and nothing adds it to the due index.
fn configuration(table: &str, finish: &Finish, end: &ConfigurationEnd) -> Result<Write, StoreError> {
    let run = &finish.run;
    let change = Change::of_existing()
        .if_equal(attribute::ACTIVE_RUN, text(run.id.to_string()))
        .set(attribute::ACTIVE_RUN, None)
        .set(attribute::LAST_RUN_AT, instant(end.last_run_at))
        .set(attribute::LAST_RUN_STATUS, text(end.last_run_status.as_str()))
        .set(attribute::FAILING_SINCE, instant_of(end.failing_since))
        .set(attribute::SKIPPED_AT, instant_of(end.skipped_at));
    let change = end.coverage.iter().fold(change, cover);
    change.into_update(Part::Configuration, table, Key::configuration(run.user, run.configuration))
}

fn cover(change: Change, coverage: &CoverageMove) -> Change {
    if let Some(before) = &coverage.further {
        return cover_further(change, coverage, before);
    }
    let until = coverage.until();
    let change = change
        .if_equal(attribute::GENERATION, number(coverage.generation))
        .if_equal(attribute::COVERED_UNTIL, instant_of(coverage.from))
        .set(attribute::COVERED_UNTIL, instant(until))
        .set(attribute::LAST_HEAD, shown(Some(&coverage.head)));
    if coverage.was_reset { change.set(attribute::RESET_AT, instant(until)) } else { change }
}

/// A further branch: its coverage is one attribute, which exists only while a branch has this generation.
fn cover_further(change: Change, coverage: &CoverageMove, before: &Coverage) -> Change {
    let until = coverage.until();
    let after = Coverage {
        covered_until: Some(until),
        last_head: Some(coverage.head.clone()),
        reset_at: if coverage.was_reset { Some(until) } else { before.reset_at },
        ..before.clone()
    };
    let name = watched::coverage_name(coverage.generation);
    change.if_equal(&name, Some(watched::coverage_value(before))).set(&name, Some(watched::coverage_value(&after)))
}
