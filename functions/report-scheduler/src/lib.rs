//! Every minute: due schedules become run requests, what was lost is found again, and the usage of all accounts is
//! summed up.
//!
//! EventBridge may fire twice or late: two ticks at the same time do no harm.

use adapters::dynamodb::Budget;
use app::ports::StoreError;
use app::schedules::{ScheduleDueRuns, Sweep, SweepReport, TickReport};
use app::usage::FoldFleet;
use aws_lambda_events::eventbridge::EventBridgeEvent;
use domain::instant::Instant;
use serde::Serialize;

/// The function: a scheduled event in, a summary out.
#[derive(Clone)]
pub struct Scheduler {
    pub tick: ScheduleDueRuns,
    pub sweep: Sweep,
    pub fold: FoldFleet,
}

/// What an invocation did: `{"tick": {…}, "sweep": {…}}`.
#[derive(Clone, Copy, Debug, Serialize, PartialEq, Eq)]
pub struct Summary {
    #[serde(with = "TickSummary")]
    pub tick: TickReport,
    #[serde(with = "SweepSummary")]
    pub sweep: SweepReport,
}

/// [`TickReport`] on the wire.
#[derive(Serialize)]
#[serde(remote = "TickReport")]
struct TickSummary {
    requested: usize,
    blocked: usize,
    moved_on: usize,
    failed: usize,
    stopped_early: bool,
}

/// [`SweepReport`] on the wire.
#[derive(Serialize)]
#[serde(remote = "SweepReport")]
struct SweepSummary {
    runs_requested: usize,
    runs_abandoned: usize,
    deliveries_requested: usize,
    events_published: usize,
    accounts_deleted: usize,
    failed: usize,
    stopped_early: bool,
}

impl Scheduler {
    /// Ticks, sweeps, then sums up, before `deadline`. None prevents the next by failing; its error is then returned,
    /// so that Lambda counts it and the alarm on errors sees it.
    pub async fn handle(&self, event: &EventBridgeEvent, deadline: Instant) -> Result<Summary, StoreError> {
        // Each has its own budget, so that a tick that uses up its budget doesn't prevent the sweep.
        let budget = || Budget::of_message(self.tick.clock.now(), deadline);
        let tick = budget().within(Box::pin(self.tick.run(deadline))).await;
        let sweep = budget().within(Box::pin(self.sweep.run(deadline))).await;
        let fold = budget().within(Box::pin(self.fold.run(deadline))).await;
        tracing::info!(event_id = event.id.as_deref().unwrap_or_default(), ?tick, ?sweep, ?fold, "the minute is done");
        let tick = tick?;
        fold?;
        Ok(Summary { tick, sweep })
    }
}
