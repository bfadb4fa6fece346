//! Recounting a month from its runs, to check its counter and to correct it.

use crate::optimistic::{self, Step};
use crate::ports::{Runs, StoreError, UsageCounters};
use domain::id::UserId;
use domain::month::Month;
use domain::run::Drift;
use domain::usage::UsageCounter;
use std::sync::Arc;

/// Recounts months. This is safe during traffic: every change of a run increments the counter's revision in the same
/// transaction. So an unchanged revision shows that the counter and the runs that were read belong together, and a
/// correction is written on the condition that it is still unchanged. When an account is deleted, its runs are erased
/// and its counters stay. They are marked, with a new revision, before the first run is erased, and count as correct.
#[derive(Clone)]
pub struct Recount {
    pub usage: Arc<dyn UsageCounters>,
    pub runs: Arc<dyn Runs>,
}

/// The result of a recount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recounted {
    pub counter: UsageCounter,
    pub runs: UsageCounter,
    /// Figures that differ; empty if the counter is right.
    pub drift: Vec<Drift>,
    /// Run records of the month that can't be read. No figure of `runs` includes them.
    pub unreadable_runs: usize,
    pub corrected: bool,
}

impl Recount {
    /// Compares a month's counter with its runs without changing it.
    pub async fn compare(&self, user: UserId, month: Month) -> Result<Recounted, StoreError> {
        optimistic::ensure(
            ("a recount of a month of account", user),
            |_| async move { self.count(user, month).await },
            |found| async move {
                let now = self.usage.usage(user, month).await?;
                let is_still = (now.revision, &now.unreadable) == (found.counter.revision, &found.counter.unreadable);
                Ok(if is_still { Step::Done(found) } else { Step::Refused })
            },
        )
        .await
    }

    /// Compares a month's counter with its runs, and corrects it. Each corrected figure is logged.
    pub async fn correct(&self, user: UserId, month: Month) -> Result<Recounted, StoreError> {
        optimistic::update(
            ("the correction of a counter of account", user),
            |_| async move { self.compare(user, month).await },
            // Only a correction removes drift.
            |found: &Recounted, sent: &Recounted| found.drift.is_empty().then(|| log_correction(sent.clone())),
            |found| async move {
                if found.drift.is_empty() {
                    return Ok(Step::Done(found));
                }
                let written = self.usage.correct(&found.counter, &found.runs).await;
                Ok(Step::of(written, found)?.map(log_correction))
            },
        )
        .await
    }

    /// Reads the counter first, then the runs: a change in between changes the revision.
    async fn count(&self, user: UserId, month: Month) -> Result<Recounted, StoreError> {
        let counter = self.usage.usage(user, month).await?;
        let (from, to) = (month.first_instant(), month.resets_at());
        let found = self.runs.runs_from(user, from, to, usize::MAX, None).await?;
        let runs = counter.of_runs(&found.items);
        let (drift, unreadable_runs) = (counter.drift(&runs), found.unreadable);
        Ok(Recounted { drift, unreadable_runs, counter, runs, corrected: false })
    }
}

/// Repairs a counter or rollups with damaged figures, to which nothing can be added; returns whether they were damaged.
/// Without this, no run of their user could start or end until an operator repairs them.
async fn repaired(
    usage: &Arc<dyn UsageCounters>,
    runs: &Arc<dyn Runs>,
    user: UserId,
    month: Month,
) -> Result<bool, StoreError> {
    if usage.usage(user, month).await?.unreadable.is_empty() {
        return usage.empty_unreadable_rollups(user, month).await;
    }
    let recount = Recount { usage: Arc::clone(usage), runs: Arc::clone(runs) };
    Ok(recount.correct(user, month).await?.corrected)
}

/// Repairs the counter if it is the cause of a failed write, so that the write can be repeated.
pub(crate) async fn unless_repaired<T, W>(
    step: Result<Step<T, W>, StoreError>,
    usage: &Arc<dyn UsageCounters>,
    runs: &Arc<dyn Runs>,
    user: UserId,
    month: Month,
) -> Result<Step<T, W>, StoreError> {
    match step {
        Err(error) => {
            if repaired(usage, runs, user, month).await? {
                Ok(Step::Refused)
            } else {
                Err(error)
            }
        }
        step => step,
    }
}

fn log_correction(found: Recounted) -> Recounted {
    for Drift { figure, counted, runs } in &found.drift {
        let (user, month) = (found.counter.user, found.counter.month);
        tracing::warn!(%user, %month, figure, counted, runs, "a counter had drifted from its runs and was corrected");
    }
    Recounted { corrected: true, ..found }
}
