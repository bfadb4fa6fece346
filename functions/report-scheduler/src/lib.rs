//! Every minute: due schedules become run requests, and what was lost is found again.
//!
//! EventBridge may fire twice or late: two ticks at the same time do no harm.

use adapters::dynamodb::Budget;
use app::ports::StoreError;
use app::schedules::{ScheduleDueRuns, Sweep, SweepReport, TickReport};
use aws_lambda_events::eventbridge::EventBridgeEvent;
use domain::instant::Instant;
use serde::Serialize;

/// The function: a scheduled event in, a summary out.
#[derive(Clone)]
pub struct Scheduler {
    /// Requests the runs of due fires.
    pub tick: ScheduleDueRuns,
    /// Repeats everything else that is due.
    pub sweep: Sweep,
}

/// What an invocation did: `{"tick": {…}, "sweep": {…}}`.
#[derive(Clone, Copy, Debug, Serialize, PartialEq, Eq)]
pub struct Summary {
    pub tick: TickSummary,
    pub sweep: SweepSummary,
}

/// [`TickReport`] on the wire.
#[derive(Clone, Copy, Debug, Serialize, PartialEq, Eq)]
pub struct TickSummary {
    /// Run requests that were sent.
    pub requested: usize,
    /// Fires that were skipped because the limit is reached.
    pub blocked: usize,
    /// Fires that another worker had handled.
    pub moved_on: usize,
    /// Fires that failed; the next tick retries them.
    pub failed: usize,
    /// Whether it ended early because its deadline was near.
    pub stopped_early: bool,
}

/// [`SweepReport`] on the wire.
#[derive(Clone, Copy, Debug, Serialize, PartialEq, Eq)]
pub struct SweepSummary {
    /// Run requests that were sent again.
    pub runs_requested: usize,
    /// Runs that were failed after their last attempt was lost.
    pub runs_abandoned: usize,
    /// Delivery requests that were sent again.
    pub deliveries_requested: usize,
    pub events_published: usize,
    pub accounts_deleted: usize,
    /// Items that failed; the next sweep retries them.
    pub failed: usize,
    /// Whether it ended early because its deadline was near.
    pub stopped_early: bool,
}

impl Scheduler {
    /// Ticks, then sweeps, before `deadline`. A tick that fails doesn't prevent the sweep; its error is then returned,
    /// so that Lambda counts it and the alarm on errors sees it.
    pub async fn handle(&self, event: &EventBridgeEvent, deadline: Instant) -> Result<Summary, StoreError> {
        // Each has its own budget, so that a tick that uses up its budget doesn't prevent the sweep.
        let budget = || Budget::of_message(self.tick.clock.now(), deadline);
        let tick = budget().within(Box::pin(self.tick.run(deadline))).await;
        let sweep = budget().within(Box::pin(self.sweep.run(deadline))).await;
        tracing::info!(event_id = event.id.as_deref().unwrap_or_default(), ?tick, ?sweep, "the minute is done");
        Ok(Summary { tick: tick?.into(), sweep: sweep.into() })
    }
}

impl From<TickReport> for TickSummary {
    fn from(report: TickReport) -> Self {
        let TickReport { requested, blocked, moved_on, failed, stopped_early } = report;
        Self { requested, blocked, moved_on, failed, stopped_early }
    }
}

impl From<SweepReport> for SweepSummary {
    fn from(report: SweepReport) -> Self {
        let SweepReport {
            runs_requested,
            runs_abandoned,
            deliveries_requested,
            events_published,
            accounts_deleted,
            failed,
            stopped_early,
        } = report;
        Self {
            runs_requested,
            runs_abandoned,
            deliveries_requested,
            events_published,
            accounts_deleted,
            failed,
            stopped_early,
        }
    }
}
