//! The metrics: what they are called, and where they come from.
//!
//! A metric is recorded as an event of `tracing` with the target [`TARGET`], whose fields are the metric and its
//! dimension. A function writes it for `CloudWatch` if its operator has named a namespace; otherwise it costs nothing.
//! [`METRICS`] is the catalogue; docs/METRICS.md, the alarms and the dashboard of the template are compared with it.

use domain::delivery::{Delivery, DeliveryState, Health};
use domain::instant::{Duration, Instant};
use domain::run::{Outcome, Payment, Run};

/// The target of events that are metrics.
pub const TARGET: &str = "metrics";

/// A metric of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metric {
    pub name: &'static str,
    pub unit: Unit,
    /// The dimension by which it is split up too.
    pub dimension: Option<&'static str>,
    pub meaning: &'static str,
}

/// A unit, as `CloudWatch` calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Count,
    Milliseconds,
    Seconds,
    /// US dollars, for which `CloudWatch` has no unit.
    Dollars,
}

impl Unit {
    /// Its name in `CloudWatch`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Count => "Count",
            Self::Milliseconds => "Milliseconds",
            Self::Seconds => "Seconds",
            Self::Dollars => "None",
        }
    }
}

/// The dimensions.
pub mod dimension {
    /// `success`, `failed` or `cancelled`.
    pub const STATUS: &str = "Status";
    /// An error code of a run, such as `LLM_UNAVAILABLE`.
    pub const CODE: &str = "Code";
    /// `lost_run`, `lost_delivery`, `event` or `deleted_account`.
    pub const KIND: &str = "Kind";
    /// `delivered`, `retried`, `refused` or `exhausted`.
    pub const OUTCOME: &str = "Outcome";
    /// `healthy`, `failing` or `disabled`.
    pub const STATE: &str = "State";
}

const fn metric(name: &'static str, unit: Unit, dimension: Option<&'static str>, meaning: &'static str) -> Metric {
    Metric { name, unit, dimension, meaning }
}

/// Every metric.
pub const METRICS: [Metric; 19] = [
    metric("Runs", Unit::Count, Some(dimension::STATUS), "runs that ended"),
    metric("RunFailures", Unit::Count, Some(dimension::CODE), "runs that failed for good"),
    metric("RunDuration", Unit::Milliseconds, None, "from a run's reservation to its end"),
    metric("Tokens", Unit::Count, None, "tokens of models that runs used"),
    metric("ModelCost", Unit::Dollars, None, "the cost of these tokens, where the price is known"),
    metric("BlockedRuns", Unit::Count, None, "scheduled and manual reports and tests that the limit did not admit"),
    metric("LeasesTakenOver", Unit::Count, None, "runs that a worker took over because another had not ended them"),
    metric("RunsGivenUp", Unit::Count, None, "runs that failed because all their attempts were lost"),
    metric("Ticks", Unit::Count, None, "ticks of the scheduler that ended"),
    metric("TickLag", Unit::Seconds, None, "from the minute that a tick is for to its start"),
    metric(
        "DueBacklog",
        Unit::Count,
        None,
        "due reports that a tick left: those that failed, and 1 if its time was over",
    ),
    metric("DueAge", Unit::Seconds, None, "how long the oldest report that a tick found had been due"),
    metric("SweepFinds", Unit::Count, Some(dimension::KIND), "what the sweep requested again, published or deleted"),
    metric("Deliveries", Unit::Count, Some(dimension::OUTCOME), "attempts to deliver that ended"),
    metric("DeliveryLatency", Unit::Milliseconds, None, "from when an attempt was due to its answer"),
    metric(
        "EndpointChanges",
        Unit::Count,
        Some(dimension::STATE),
        "changes of a webhook's health by attempts and by enabling it",
    ),
    metric("RecountDrift", Unit::Count, None, "usage counters that differed from their runs"),
    metric("RecountedCounters", Unit::Count, None, "usage counters that were compared with their runs"),
    metric("UnreadableRecords", Unit::Count, None, "reads of stored records that can't be read"),
];

/// Records metrics of one event, all with the same dimension, if it has any.
macro_rules! record {
    ($($field:ident = $value:expr),+) => { tracing::info!(target: TARGET, $($field = $value),+) };
}

/// A run has ended.
pub(crate) fn run_ended(run: &Run) {
    let Some(end) = run.end() else { return };
    let duration = millis(end.at - run.started_at);
    let tokens = run.figures.tokens.total();
    let dollars = run.figures.cost.dollars();
    record!(Runs = 1_u64, Status = run.status().as_str());
    record!(RunDuration = duration, Tokens = tokens, ModelCost = dollars);
    if let Outcome::Failed(failure) = &end.outcome {
        record!(RunFailures = 1_u64, Code = failure.code.as_str());
    }
}

/// A worker has paid for a run after its end.
pub(crate) fn paid_late(payment: &Payment) {
    record!(Tokens = payment.priced.tokens.total(), ModelCost = payment.priced.cost.dollars());
}

/// The limit did not admit a report.
pub(crate) fn run_blocked() {
    record!(BlockedRuns = 1_u64);
}

/// A worker has taken over a run.
pub(crate) fn lease_taken_over() {
    record!(LeasesTakenOver = 1_u64);
}

/// An attempt to deliver has its result: the delivery is in this state, which is returned.
pub(crate) fn attempt_ended(after: Delivery) -> Delivery {
    let outcome = match after.state() {
        DeliveryState::None => return after,
        DeliveryState::Pending => "retried",
        DeliveryState::Delivered => "delivered",
        DeliveryState::Refused => "refused",
        DeliveryState::Exhausted => "exhausted",
    };
    record!(Deliveries = 1_u64, Outcome = outcome);
    after
}

/// An attempt to deliver, which was due at `due`, was answered or ended without an answer.
pub(crate) fn attempt_answered(due: Option<Instant>, now: Instant) {
    if let Some(due) = due {
        record!(DeliveryLatency = millis(now - due));
    }
}

/// The health of a webhook has changed.
pub(crate) fn endpoint_changed(after: Health) {
    let state = match after {
        Health::Healthy => "healthy",
        Health::Failing { .. } => "failing",
        Health::Disabled { .. } => "disabled",
    };
    record!(EndpointChanges = 1_u64, State = state);
}

/// A tick has ended: how late it began, how many due reports it left, and how long the oldest one had been due, in
/// seconds.
pub fn tick_ended(lag: Option<Duration>, left: usize, oldest: u64) {
    record!(Ticks = 1_u64, DueBacklog = count(left), DueAge = oldest);
    if let Some(lag) = lag {
        record!(TickLag = seconds(lag));
    }
}

/// What a sweep found, by kind.
pub fn sweep_found(finds: [(&'static str, usize); 4], given_up: usize) {
    for (kind, found) in finds.into_iter().filter(|(_, found)| *found > 0) {
        record!(SweepFinds = count(found), Kind = kind);
    }
    if given_up > 0 {
        record!(RunsGivenUp = count(given_up));
    }
}

/// Counters were compared with their runs.
pub(crate) fn recounted(compared: usize, drifted: usize) {
    record!(RecountedCounters = count(compared), RecountDrift = count(drifted));
}

/// A stored record can't be read.
pub fn record_unreadable() {
    record!(UnreadableRecords = 1_u64);
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.num_milliseconds()).unwrap_or_default()
}

fn seconds(span: Duration) -> u64 {
    u64::try_from(span.num_seconds()).unwrap_or_default()
}
