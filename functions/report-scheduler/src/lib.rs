//! Every minute: due schedules become run requests, what was lost is found again, and the usage of all accounts is
//! summed up.
//!
//! EventBridge may fire twice or late: two ticks at the same time do no harm.

use adapters::dynamodb::Budget;
use adapters::wiring::Verbs;
use app::metrics;
use app::ports::StoreError;
use app::schedules::{ScheduleDueRuns, Sweep, SweepReport, TickReport};
use app::usage::{FoldFleet, FoldReport, RecountAll, RecountReport};
use aws_lambda_events::eventbridge::EventBridgeEvent;
use domain::instant::Instant;
use futures::future;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The function: a scheduled event in, a summary out.
#[derive(Clone)]
pub struct Scheduler {
    pub tick: ScheduleDueRuns,
    pub sweep: Sweep,
    pub fold: FoldFleet,
    pub recount: RecountAll,
}

/// A scheduled job other than the tick.
#[derive(Debug, Deserialize)]
#[serde(tag = "job", rename_all = "snake_case")]
enum Job {
    /// The counters of a part of the accounts are compared with their runs.
    Recount,
}

/// An event is not for this function, or failed.
#[derive(Debug, thiserror::Error)]
pub enum InvocationError {
    #[error("the event is neither EventBridge's nor {{\"job\": \"recount\"}}: {0}")]
    Event(#[from] serde_json::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Counters could not be recounted. Each has a line in the log; the alarm on errors sees this one.
    #[error("{0} counters could not be recounted")]
    Recount(usize),
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
    #[serde(skip_serializing)]
    oldest_seconds: u64,
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

/// What a recount did.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(remote = "RecountReport")]
struct RecountSummary {
    compared: usize,
    drifted: usize,
    corrected: usize,
    failed: usize,
    stopped_early: bool,
}

#[derive(Serialize)]
struct Recounted {
    #[serde(with = "RecountSummary")]
    recount: RecountReport,
}

impl Scheduler {
    /// The function on these ports.
    pub fn new(ports: &impl Verbs) -> Self {
        Self {
            tick: ports.schedule_due_runs(),
            sweep: ports.sweep(),
            fold: ports.fold_fleet(),
            recount: ports.recount_all(),
        }
    }

    /// Handles the event of either schedule, and answers what was done.
    pub async fn invoke(&self, event: Value, deadline: Instant) -> Result<Value, InvocationError> {
        if event.get("job").is_none() {
            let event: EventBridgeEvent = serde_json::from_value(event)?;
            return Ok(serde_json::to_value(self.handle(&event, deadline).await?)?);
        }
        let Job::Recount = serde_json::from_value(event)?;
        let budget = Budget::of_tick(self.tick.clock.now(), deadline);
        let recount = budget.within(Box::pin(self.recount.run(deadline))).await?;
        let RecountReport { compared, drifted, corrected, failed, stopped_early } = recount;
        tracing::info!(compared, drifted, corrected, failed, stopped_early, "the counters are recounted");
        if failed > 0 {
            return Err(InvocationError::Recount(failed));
        }
        Ok(serde_json::to_value(Recounted { recount })?)
    }

    /// Ticks, sweeps and sums up at the same time, before `deadline`, so that a backlog of one delays no other. None
    /// prevents another by failing; its error is then returned, so that Lambda counts it and the alarm on errors sees
    /// it.
    pub async fn handle(&self, event: &EventBridgeEvent, deadline: Instant) -> Result<Summary, StoreError> {
        // Each part has its own budget, so that one that uses up its budget doesn't prevent another.
        let began = self.tick.clock.now();
        let budget = || Budget::of_tick(self.tick.clock.now(), deadline);
        let sweeps = Sweep::KINDS.map(|kind| budget().within(Box::pin(self.sweep.run_kind(kind, deadline))));
        let (sweeps, tick, fold) = futures::join!(
            future::join_all(sweeps),
            budget().within(Box::pin(self.tick.run(deadline))),
            budget().within(Box::pin(self.fold.run(deadline))),
        );
        let sweep = sweeps.into_iter().fold(SweepReport::default(), SweepReport::plus);
        log_minute(event, &tick, sweep, &fold);
        record_sweep(sweep);
        let tick = tick?;
        record_tick(event, began, &tick);
        fold?;
        Ok(Summary { tick, sweep })
    }
}

/// The metrics of a tick. They are written only if it worked; an alarm notices their absence.
fn record_tick(event: &EventBridgeEvent, began: Instant, tick: &TickReport) {
    let lag = event.time.map(|at| began - at);
    metrics::tick_ended(lag, tick.failed + usize::from(tick.stopped_early), tick.oldest_seconds);
}

fn record_sweep(sweep: SweepReport) {
    let finds = [
        ("lost_run", sweep.runs_requested),
        ("lost_delivery", sweep.deliveries_requested),
        ("event", sweep.events_published),
        ("deleted_account", sweep.accounts_deleted),
    ];
    metrics::sweep_found(finds, sweep.runs_abandoned);
}

/// One line a minute, with figures that a query of the logs can add up. A part that failed has none: its error is
/// returned, and the runtime logs it.
fn log_minute(
    event: &EventBridgeEvent,
    tick: &Result<TickReport, StoreError>,
    sweep: SweepReport,
    fold: &Result<FoldReport, StoreError>,
) {
    let event_id = event.id.as_deref().unwrap_or_default();
    let tick_of = |figure: fn(&TickReport) -> usize| tick.as_ref().ok().map(figure);
    let fold_of = |figure: fn(&FoldReport) -> usize| fold.as_ref().ok().map(figure);
    let is_cut =
        tick.as_ref().is_ok_and(|tick| tick.stopped_early) || fold.as_ref().is_ok_and(|fold| fold.stopped_early);
    tracing::info!(
        event_id,
        requested = tick_of(|tick| tick.requested),
        blocked = tick_of(|tick| tick.blocked),
        moved_on = tick_of(|tick| tick.moved_on),
        runs_requested = sweep.runs_requested,
        runs_abandoned = sweep.runs_abandoned,
        deliveries_requested = sweep.deliveries_requested,
        events_published = sweep.events_published,
        accounts_deleted = sweep.accounts_deleted,
        parts_read = fold_of(|fold| fold.read),
        parts_stored = fold_of(|fold| fold.stored),
        failed = tick_of(|tick| tick.failed).unwrap_or_default() + sweep.failed,
        stopped_early = is_cut || sweep.stopped_early,
        "the minute is done"
    );
}
