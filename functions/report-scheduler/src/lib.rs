//! Every minute: due schedules become run requests, and what was lost is found again.
//!
//! EventBridge may fire twice or late; two ticks at once are harmless.

use adapters::dynamodb::Budget;
use app::ports::StoreError;
use app::schedules::{ScheduleDueRuns, TickReport};
use app::schedules::{Sweep, SweepReport};
use aws_lambda_events::eventbridge::EventBridgeEvent;
use domain::instant::Instant;
use serde::Serialize;

/// The function: a scheduled event in, a summary out.
#[derive(Clone)]
pub struct Scheduler {
    /// What is done with due fires.
    pub tick: ScheduleDueRuns,
    /// What is done with everything else that is due.
    pub sweep: Sweep,
}

/// What an invocation did: `{"tick": {…}, "sweep": {…}}`.
#[derive(Clone, Copy, Debug, Serialize, PartialEq, Eq)]
pub struct Summary {
    /// The tick.
    pub tick: TickSummary,
    /// The sweep.
    pub sweep: SweepSummary,
}

/// [`TickReport`] on the wire.
#[derive(Clone, Copy, Debug, Serialize, PartialEq, Eq)]
pub struct TickSummary {
    /// Run requests sent.
    pub requested: usize,
    /// Fires left out because the limit is reached.
    pub blocked: usize,
    /// Fires that had moved on.
    pub moved_on: usize,
    /// Fires that the next tick looks at again.
    pub failed: usize,
    /// Whether time ran out.
    pub stopped_early: bool,
}

/// [`SweepReport`] on the wire.
#[derive(Clone, Copy, Debug, Serialize, PartialEq, Eq)]
pub struct SweepSummary {
    /// Run requests sent again.
    pub runs_requested: usize,
    /// Runs ended because nobody does.
    pub runs_abandoned: usize,
    /// Delivery requests sent again.
    pub deliveries_requested: usize,
    /// Events published.
    pub events_published: usize,
    /// Accounts erased.
    pub accounts_deleted: usize,
    /// Things that the next sweep looks at again.
    pub failed: usize,
    /// Whether time ran out.
    pub stopped_early: bool,
}

impl Scheduler {
    /// Ticks, then sweeps, before `deadline`. The sweep is made also after a tick that failed, whose error is then
    /// answered: Lambda counts it, and the alarm on errors sees it.
    pub async fn handle(&self, event: &EventBridgeEvent, deadline: Instant) -> Result<Summary, StoreError> {
        // Each has a budget of its own, so that the sweep is made also after a tick that has used its own up.
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
