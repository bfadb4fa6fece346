//! Counting a month anew from its runs, to find what the counter should say, and to set it right.

use crate::limits::RACES_MAX;
use crate::ports::{Refusal, Runs, StoreError, UsageCounters};
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
    /// The counter.
    pub usage: Arc<dyn UsageCounters>,
    /// The runs of its month.
    pub runs: Arc<dyn Runs>,
}

/// What a recount found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recounted {
    /// The counter as it stood.
    pub counter: UsageCounter,
    /// What it should say.
    pub runs: UsageCounter,
    /// Where the two differ; nothing, as long as all is well.
    pub drift: Vec<Drift>,
    /// Run records of the month that can't be read. They are in no figure of `runs`.
    pub unreadable_runs: usize,
    /// The difference was written to the counter.
    pub corrected: bool,
}

impl Recount {
    /// Compares a month's counter with its runs, and changes nothing.
    pub async fn compare(&self, user: UserId, month: Month) -> Result<Recounted, StoreError> {
        for _ in 0..RACES_MAX {
            let found = self.count(user, month).await?;
            let now = self.usage.usage(user, month).await?;
            if (now.revision, &now.unreadable) == (found.counter.revision, &found.counter.unreadable) {
                return Ok(found);
            }
        }
        Err(busy(user, month))
    }

    /// Compares a month's counter with its runs, and sets it right. A correction is logged, figure by figure.
    pub async fn correct(&self, user: UserId, month: Month) -> Result<Recounted, StoreError> {
        let mut tried = None;
        for _ in 0..RACES_MAX {
            let found = self.compare(user, month).await?;
            match (found.drift.is_empty(), tried) {
                (true, None) => return Ok(found),
                // Nothing else makes drift go away: it was written, and only the answer was lost.
                (true, Some(tried)) => return Ok(told(tried)),
                (false, _) => {}
            }
            match self.usage.correct(&found.counter, &found.runs).await {
                Ok(()) => return Ok(told(found)),
                Err(Refusal::MovedOn) => {}
                Err(Refusal::Store(error)) if error.is_transient() => {}
                Err(Refusal::Store(error)) => return Err(error),
            }
            tried = Some(found);
        }
        Err(busy(user, month))
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
pub(crate) async fn repaired(
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

fn told(found: Recounted) -> Recounted {
    for Drift { figure, counted, runs } in &found.drift {
        let (user, month) = (found.counter.user, found.counter.month);
        tracing::warn!(%user, %month, figure, ?counted, runs, "a counter had drifted from its runs and was corrected");
    }
    Recounted { corrected: true, ..found }
}

fn busy(user: UserId, month: Month) -> StoreError {
    StoreError::Busy {
        detail: format!("the counter of {user} for {month} moved during each of {RACES_MAX} recounts"),
        retry_after: std::time::Duration::from_secs(5),
    }
}
