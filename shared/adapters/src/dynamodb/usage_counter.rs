//! Usage counters: one item a user and month. There is no `to_item`: a counter is only ever added
//! to, but for the correction that a recount makes.

use super::expression::Change;
use super::figures::{add_amounts, amounts, read_cost, read_tokens};
use super::item::{Item, Record, figure, instant};
use super::key::{self, Key};
use super::{DynamoStore, attribute, read_pages};
use app::ports::{Refusal, StoreError, UsageCounters};
use async_trait::async_trait;
use domain::id::UserId;
use domain::month::Month;
use domain::run::CounterMove;
use domain::usage::{Mark, UsageCounter};

/// The change that a move makes.
pub(crate) fn change(step: &CounterMove) -> Change {
    let delta = step.delta();
    let figures = [
        (attribute::SLOTS_USED, delta.slots_used),
        (attribute::TOTAL_RUNS, delta.total_runs),
        (attribute::COUNTED_RUNS, delta.counted_runs),
        (attribute::UNCOUNTED_RUNS, delta.uncounted_runs),
        (attribute::SUCCESSFUL_RUNS, delta.successful_runs),
        (attribute::FAILED_RUNS, delta.failed_runs),
        (attribute::CANCELLED_RUNS, delta.cancelled_runs),
        (attribute::DEGRADED_RUNS, delta.degraded_runs),
        (attribute::TEST_RUNS, delta.test_runs),
        (attribute::BLOCKED_RUNS, delta.blocked_runs),
        (attribute::UNPRICED_RUNS, delta.unpriced_runs),
        (attribute::REVISION, 1),
    ];
    let change =
        figures.into_iter().fold(Change::default(), |change, (name, difference)| change.add_number(name, difference));
    let change = add_amounts(change, delta.tokens, delta.cost);
    match delta.last_run_at {
        Some(at) => change.set(attribute::LAST_RUN_AT, instant(at)),
        None => change,
    }
}

/// The one place that sets figures in place of adding to them.
fn correction(before: &UsageCounter, after: &UsageCounter) -> Change {
    let change = Change::default()
        .if_figure(attribute::REVISION, before.revision)
        .unless_there(attribute::OUTLIVES_RUNS)
        .set(attribute::REVISION, figure(before.revision.saturating_add(1)))
        .set_all(amounts(after.tokens, after.cost));
    [
        (attribute::SLOTS_USED, after.slots_used),
        (attribute::TOTAL_RUNS, after.total_runs),
        (attribute::COUNTED_RUNS, after.counted_runs),
        (attribute::UNCOUNTED_RUNS, after.uncounted_runs),
        (attribute::SUCCESSFUL_RUNS, after.successful_runs),
        (attribute::FAILED_RUNS, after.failed_runs),
        (attribute::CANCELLED_RUNS, after.cancelled_runs),
        (attribute::DEGRADED_RUNS, after.degraded_runs),
        (attribute::TEST_RUNS, after.test_runs),
        (attribute::UNPRICED_RUNS, after.unpriced_runs),
    ]
    .into_iter()
    .fold(change, |change, (name, runs)| change.set(name, figure(runs)))
}

fn from_item(item: &Item) -> Result<UsageCounter, StoreError> {
    let record = Record(item);
    let mark = |text: &String| Mark::parse(text).map_err(|_| record.broken(attribute::ALERTED, "a set of thresholds"));
    Ok(UsageCounter {
        user: record.user()?,
        month: record.key_rest(key::USAGE, Month::parse)?,
        slots_used: record.figure(attribute::SLOTS_USED)?,
        total_runs: record.figure(attribute::TOTAL_RUNS)?,
        counted_runs: record.figure(attribute::COUNTED_RUNS)?,
        uncounted_runs: record.figure(attribute::UNCOUNTED_RUNS)?,
        successful_runs: record.figure(attribute::SUCCESSFUL_RUNS)?,
        failed_runs: record.figure(attribute::FAILED_RUNS)?,
        cancelled_runs: record.figure(attribute::CANCELLED_RUNS)?,
        degraded_runs: record.figure(attribute::DEGRADED_RUNS)?,
        test_runs: record.figure(attribute::TEST_RUNS)?,
        blocked_runs: record.figure(attribute::BLOCKED_RUNS)?,
        unpriced_runs: record.figure(attribute::UNPRICED_RUNS)?,
        tokens: read_tokens(record)?,
        cost: read_cost(record)?,
        last_run_at: record.instant_or_none(attribute::LAST_RUN_AT)?,
        alerted: record.texts(attribute::ALERTED)?.iter().map(mark).collect::<Result<_, _>>()?,
        revision: record.figure(attribute::REVISION)?,
        outlives_runs: record.flag(attribute::OUTLIVES_RUNS)?,
    })
}

#[async_trait]
impl UsageCounters for DynamoStore {
    async fn usage(&self, user: UserId, month: Month) -> Result<UsageCounter, StoreError> {
        match self.get(Key::usage(user, month)).await? {
            Some(item) => from_item(&item),
            None => Ok(UsageCounter::empty(user, month)),
        }
    }

    async fn correct(&self, before: &UsageCounter, after: &UsageCounter) -> Result<(), Refusal> {
        let key = Key::usage(before.user, before.month);
        Ok(self.update(&correction(before, after), key).await?)
    }

    async fn usage_between(&self, user: UserId, from: Month, to: Month) -> Result<Vec<UsageCounter>, StoreError> {
        if from > to {
            return Ok(Vec::new());
        }
        let sk = |month: Month| format!("{}{month}", key::USAGE);
        let items = read_pages(self.query_range(user, sk(from), sk(to)), None, usize::MAX).await?;
        items.iter().map(from_item).collect()
    }
}
