//! Every minute: due schedules become run requests, what was lost is found again, and the usage of all accounts is
//! summed up.
//!
//! EventBridge may fire twice or late: two ticks at the same time do no harm.

use adapters::dynamodb::Budget;
use app::ports::StoreError;
use app::schedules::{ScheduleDueRuns, Sweep, SweepReport, TickReport};
use app::usage::{FoldFleet, FoldReport};
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
    /// Ticks, sweeps and sums up at the same time, before `deadline`, so that a backlog of one delays no other. None
    /// prevents another by failing; its error is then returned, so that Lambda counts it and the alarm on errors sees
    /// it.
    pub async fn handle(&self, event: &EventBridgeEvent, deadline: Instant) -> Result<Summary, StoreError> {
        let budget = || Budget::of_message(self.tick.clock.now(), deadline);
        let (sweep, tick, fold) = futures::join!(
            budget().within(Box::pin(self.sweep.run(deadline))),
            budget().within(Box::pin(self.tick.run(deadline))),
            budget().within(Box::pin(self.fold.run(deadline))),
        );
        log_minute(event, &tick, sweep, &fold);
        let tick = tick?;
        fold?;
        Ok(Summary { tick, sweep })
    }
}

/// One line a minute, with figures that a query of the logs can add up.
fn log_minute(
    event: &EventBridgeEvent,
    tick: &Result<TickReport, StoreError>,
    sweep: SweepReport,
    fold: &Result<FoldReport, StoreError>,
) {
    let event_id = event.id.as_deref().unwrap_or_default();
    for error in [tick.as_ref().err(), fold.as_ref().err()].into_iter().flatten() {
        tracing::error!(event_id, %error, "a part of the minute failed");
    }
    let (tick, fold) =
        (tick.as_ref().ok().copied().unwrap_or_default(), fold.as_ref().ok().copied().unwrap_or_default());
    tracing::info!(
        event_id,
        requested = tick.requested,
        blocked = tick.blocked,
        moved_on = tick.moved_on,
        runs_requested = sweep.runs_requested,
        runs_abandoned = sweep.runs_abandoned,
        deliveries_requested = sweep.deliveries_requested,
        events_published = sweep.events_published,
        accounts_deleted = sweep.accounts_deleted,
        parts_read = fold.read,
        parts_stored = fold.stored,
        failed = tick.failed + sweep.failed,
        stopped_early = tick.stopped_early || sweep.stopped_early || fold.stopped_early,
        "the minute is done"
    );
}
