//! Counting a month anew from its runs, to find what the counter should say, and to set it right.

use crate::optimistic::{self, Step};
use crate::ports::{Runs, StoreError, UsageCounters};
use domain::id::UserId;
use domain::month::Month;
use domain::run::Drift;
use domain::usage::UsageCounter;
use std::sync::Arc;

/// Recounts. It is safe beside running traffic: whatever moves a run moves the counter's revision in the same
/// transaction, so a revision that stood still while the runs were read says that both belong together, and a
/// correction is written on the condition that it still does. Where an account is deleted its runs go and its counters
/// stay: those are marked, with a new revision, before the first run goes, and are right as they are.
#[derive(Clone)]
pub struct Recount {
    pub usage: Arc<dyn UsageCounters>,
    pub runs: Arc<dyn Runs>,
}

/// What a recount found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recounted {
    /// The counter that was compared.
    pub counter: UsageCounter,
    /// The counter that the runs add up to.
    pub runs: UsageCounter,
    /// Figures that differ; empty if the counter is right.
    pub drift: Vec<Drift>,
    /// Run records of the month that can't be read. No figure of `runs` includes them.
    pub unreadable_runs: usize,
    /// Whether the counter was corrected.
    pub corrected: bool,
}

impl Recount {
    /// Compares a month's counter with its runs, and changes nothing.
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

    /// Compares a month's counter with its runs, and sets it right. A correction is logged, figure by figure.
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

    /// The counter first, then the runs: what moves in between moves the revision.
    async fn count(&self, user: UserId, month: Month) -> Result<Recounted, StoreError> {
        let counter = self.usage.usage(user, month).await?;
        let (from, to) = (month.first_instant(), month.resets_at());
        let found = self.runs.runs_from(user, from, to, usize::MAX, None).await?;
        let runs = counter.of_runs(&found.items);
        let (drift, unreadable_runs) = (counter.drift(&runs), found.unreadable);
        Ok(Recounted { drift, unreadable_runs, counter, runs, corrected: false })
    }
}

/// Repairs a counter with figures that are no counts, to which nothing can be added; answers whether it was one. Without this
/// no run of its user could start or end until somebody repairs it.
async fn repaired(
    usage: &Arc<dyn UsageCounters>,
    runs: &Arc<dyn Runs>,
    user: UserId,
    month: Month,
) -> Result<bool, StoreError> {
    if usage.usage(user, month).await?.unreadable.is_empty() {
        return Ok(false);
    }
    let recount = Recount { usage: Arc::clone(usage), runs: Arc::clone(runs) };
    Ok(recount.correct(user, month).await?.corrected)
}

/// Makes a write again that a damaged counter refused, once the counter is repaired.
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
        tracing::warn!(%user, %month, figure, ?counted, runs, "a counter had drifted from its runs and was corrected");
    }
    Recounted { corrected: true, ..found }
}
