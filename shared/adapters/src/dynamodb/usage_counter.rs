//! Usage counters: one item a user and month. There is no `to_item`, because a counter is only ever added to, except
//! by the correction that a recount makes. A counter can always be read, whatever its attributes contain.

use super::figures::{add_amounts, amounts};
use super::item::{figure, instant, instant_of, text};
use super::{Change, DynamoStore, Item, Key, Record, attribute, key};
use app::ports::{PauseMark, Refusal, StoreError, UsageCounters};
use async_trait::async_trait;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::id::UserId;
use domain::instant::Instant;
use domain::money::{Cost, TokenUsage};
use domain::month::Month;
use domain::run::{CounterDelta, CounterMove, Run};
use domain::usage::{Mark, PauseReported, UsageCounter};
use std::collections::{BTreeMap, BTreeSet};

/// The figures that a recount sets from runs, with their attributes: of a counter, or of a change of one.
macro_rules! run_figures {
    ($of:expr) => {
        [
            (attribute::SLOTS_USED, $of.slots_used),
            (attribute::TOTAL_RUNS, $of.total_runs),
            (attribute::COUNTED_RUNS, $of.counted_runs),
            (attribute::UNCOUNTED_RUNS, $of.uncounted_runs),
            (attribute::SUCCESSFUL_RUNS, $of.successful_runs),
            (attribute::FAILED_RUNS, $of.failed_runs),
            (attribute::CANCELLED_RUNS, $of.cancelled_runs),
            (attribute::DEGRADED_RUNS, $of.degraded_runs),
            (attribute::TEST_RUNS, $of.test_runs),
            (attribute::UNPRICED_RUNS, $of.unpriced_runs),
        ]
    };
}

/// The change of the counter that a move makes.
pub(crate) fn change(step: &CounterMove) -> Change {
    of_delta(&step.delta(), 1)
}

/// The change that imported runs make: all of their moves. `last_run_at` is when the last run of the counter began,
/// which may be a later one.
pub(crate) fn import(runs: &[&Run], last_run_at: Option<Instant>) -> Change {
    let (mut sum, mut moves) = (CounterDelta::default(), 0);
    for step in runs.iter().flat_map(|run| run.moves()) {
        sum += step.delta();
        moves += 1;
    }
    sum.last_run_at = sum.last_run_at.filter(|at| last_run_at.is_none_or(|last| last < *at));
    of_delta(&sum, moves).unless_there(attribute::OUTLIVES_RUNS)
}

fn of_delta(delta: &CounterDelta, moves: i64) -> Change {
    let change = run_figures!(delta)
        .into_iter()
        .chain([(attribute::BLOCKED_RUNS, delta.blocked_runs), (attribute::REVISION, moves)])
        .fold(Change::default(), |change, (name, difference)| change.add_number(name, difference));
    let change = add_amounts(change, delta.tokens, delta.cost);
    match delta.last_run_at {
        Some(at) => change.set(attribute::LAST_RUN_AT, instant(at)),
        None => change,
    }
}

/// Marks a notice of a pause, or of its end, on the condition that no other was made since the counter was read.
pub(crate) fn mark_pause(change: Change, mark: PauseMark) -> Change {
    let word = |reported: PauseReported| text(reported.as_str());
    change.if_equal(attribute::PAUSE, mark.seen.and_then(word)).set(attribute::PAUSE, word(mark.reported))
}

/// The one place that sets figures instead of adding to them. A figure that runs don't show is set only where it can't
/// be read: otherwise every later addition to it would fail.
fn correction(before: &UsageCounter, after: &UsageCounter) -> Change {
    let change = if_revision(before)
        .unless_there(attribute::OUTLIVES_RUNS)
        .set(attribute::REVISION, figure(before.revision.saturating_add(1)))
        .set_all(amounts(after.tokens, after.cost));
    let change = run_figures!(after).into_iter().fold(change, |change, (name, runs)| change.set(name, figure(runs)));
    let marks: Vec<String> = after.alerted.iter().map(ToString::to_string).collect();
    [
        (attribute::BLOCKED_RUNS, figure(after.blocked_runs)),
        (attribute::LAST_RUN_AT, instant_of(after.last_run_at)),
        (attribute::ALERTED, (!marks.is_empty()).then_some(AttributeValue::Ss(marks))),
    ]
    .into_iter()
    .filter(|(name, _)| before.unreadable.contains_key(name))
    .fold(change, |change, (name, value)| change.set(name, value))
}

/// Condition: the revision is the one that was read. A revision that can't be parsed is compared as it is stored;
/// where it is not even a number no run can change the counter, so it need only still be no number.
fn if_revision(before: &UsageCounter) -> Change {
    let change = Change::default();
    match before.unreadable.get(attribute::REVISION) {
        None => change.if_figure(attribute::REVISION, before.revision),
        Some(Some(number)) => change.if_equal(attribute::REVISION, Some(AttributeValue::N(number.clone()))),
        Some(None) => change.if_there(attribute::REVISION).unless_number(attribute::REVISION),
    }
}

/// The reading of a counter, figure by figure, so that the others are read where one can't be.
struct Reading<'a> {
    record: Record<'a>,
    unreadable: BTreeMap<&'static str, Option<String>>,
}

impl Reading<'_> {
    /// A figure by its public name, which is the attribute's name except for tokens.
    fn figure(&mut self, figure: &'static str, name: &str) -> u64 {
        self.record.amount(name).unwrap_or_else(|_| {
            let number = self.record.0.get(name).and_then(|value| value.as_n().ok()).cloned();
            self.unreadable.insert(figure, number);
            0
        })
    }

    fn runs(&mut self, name: &'static str) -> u64 {
        self.figure(name, name)
    }

    fn tokens(&mut self) -> TokenUsage {
        let prompt = self.figure("prompt_tokens", attribute::PROMPT_TOKENS);
        let cached = self.figure("cached_tokens", attribute::CACHED_TOKENS);
        let completion = self.figure("completion_tokens", attribute::COMPLETION_TOKENS);
        TokenUsage::new(prompt, cached, completion, self.figure("reasoning_tokens", attribute::REASONING_TOKENS))
            .with_cache_write(self.figure("cache_write_tokens", attribute::CACHE_WRITE_TOKENS))
    }

    fn last_run_at(&mut self) -> Option<Instant> {
        let at = self.record.instant_or_none(attribute::LAST_RUN_AT);
        at.inspect_err(|_| drop(self.unreadable.insert(attribute::LAST_RUN_AT, None))).ok().flatten()
    }

    /// The marks that can be read.
    fn alerted(&mut self) -> BTreeSet<Mark> {
        let texts = self.record.texts(attribute::ALERTED);
        let marks: BTreeSet<Mark> = texts.iter().copied().flatten().filter_map(|text| Mark::parse(text).ok()).collect();
        if !texts.is_ok_and(|texts| texts.len() == marks.len()) {
            self.unreadable.insert(attribute::ALERTED, None);
        }
        marks
    }
}

fn from_item(item: &Item, user: UserId, month: Month) -> UsageCounter {
    let mut read = Reading { record: Record(item), unreadable: BTreeMap::new() };
    let counter = UsageCounter {
        user,
        month,
        slots_used: read.runs(attribute::SLOTS_USED),
        total_runs: read.runs(attribute::TOTAL_RUNS),
        counted_runs: read.runs(attribute::COUNTED_RUNS),
        uncounted_runs: read.runs(attribute::UNCOUNTED_RUNS),
        successful_runs: read.runs(attribute::SUCCESSFUL_RUNS),
        failed_runs: read.runs(attribute::FAILED_RUNS),
        cancelled_runs: read.runs(attribute::CANCELLED_RUNS),
        degraded_runs: read.runs(attribute::DEGRADED_RUNS),
        test_runs: read.runs(attribute::TEST_RUNS),
        blocked_runs: read.runs(attribute::BLOCKED_RUNS),
        unpriced_runs: read.runs(attribute::UNPRICED_RUNS),
        tokens: read.tokens(),
        cost: Cost::from_micros(read.runs(attribute::COST_MICROS)),
        last_run_at: read.last_run_at(),
        alerted: read.alerted(),
        // An unreadable value only repeats a notice.
        pause: read.record.text_or_none(attribute::PAUSE).ok().flatten().and_then(PauseReported::parse),
        revision: read.runs(attribute::REVISION),
        // The attribute refuses every correction, whatever its value is.
        outlives_runs: item.contains_key(attribute::OUTLIVES_RUNS),
        unreadable: BTreeMap::new(),
    };
    UsageCounter { unreadable: read.unreadable, ..counter }
}

impl DynamoStore {
    /// The counter, with its unreadable figures logged and counted as one record.
    fn counter(&self, item: &Item, user: UserId, month: Month) -> UsageCounter {
        let counter = from_item(item, user, month);
        if !counter.unreadable.is_empty() {
            let figures: Vec<&str> = counter.unreadable.keys().copied().collect();
            let detail = format!(
                "the usage counter of {user} for {month} has figures that are not counts: {}",
                figures.join(", ")
            );
            self.note_unreadable(&StoreError::Unreadable { detail });
        }
        counter
    }
}

#[async_trait]
impl UsageCounters for DynamoStore {
    async fn usage(&self, user: UserId, month: Month) -> Result<UsageCounter, StoreError> {
        match self.get(Key::usage(user, month)).await? {
            Some(item) => Ok(self.counter(&item, user, month)),
            None => Ok(UsageCounter::empty(user, month)),
        }
    }

    async fn correct(&self, before: &UsageCounter, after: &UsageCounter) -> Result<(), Refusal> {
        let key = Key::usage(before.user, before.month);
        Ok(self.update(&correction(before, after), key).await?)
    }

    async fn empty_unreadable_rollups(&self, user: UserId, month: Month) -> Result<bool, StoreError> {
        self.empty_unreadable(user, month).await
    }

    async fn usage_between(&self, user: UserId, from: Month, to: Month) -> Result<Vec<UsageCounter>, StoreError> {
        if from > to {
            return Ok(Vec::new());
        }
        let sk = |month: Month| format!("{}{month}", key::USAGE);
        let items = self.read_pages(self.query_range(user, sk(from), sk(to)), None, usize::MAX).await?;
        let month = |item: &Item| self.readable(Record(item).key_rest(key::USAGE, Month::parse));
        Ok(items.iter().filter_map(|item| Some(self.counter(item, user, month(item)?))).collect())
    }
}
