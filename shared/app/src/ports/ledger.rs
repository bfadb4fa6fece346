//! The store's transactions: each is one all-or-nothing write, and each states its conditions.
//!
//! [`TransactionError::Refused`] names the parts whose conditions failed; nothing was written then. The store itself
//! retries conflicts and throttles, with jitter. After a lost answer ([`StoreError::Unavailable`]) the caller reads the
//! run to find out whether the write took effect.

use super::{StoreError, proxy::port};
use domain::account::Account;
use domain::configuration::{Configuration, Coverage, LastRunStatus};
use domain::delivery::{AttemptResult, Delivery, Health};
use domain::event::{DeliverySubject, Event};
use domain::id::{ConfigurationId, OwnerId, RepositoryId, UserId};
use domain::instant::Instant;
use domain::month::Month;
use domain::notice::{Destination, Notice};
use domain::run::{CounterMove, Payment, Run};
use domain::usage::{Mark, PauseReported};
use std::collections::BTreeSet;

/// A part of a transaction, to say which condition failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    Run,
    Counter,
    Rollup,
    Configuration,
    Repository,
    /// The address of a new repository: another one with the same address was created at the same time.
    Address,
    Account,
    Idempotency,
    Notice,
    Event,
    Audit,
}

/// A transaction was not made, or its effect is unknown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransactionError {
    #[error("refused by {0:?}")]
    Refused(BTreeSet<Part>),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl TransactionError {
    /// Whether this part's condition failed.
    #[must_use]
    pub fn refused_by(&self, part: Part) -> bool {
        matches!(self, Self::Refused(parts) if parts.contains(&part))
    }
}

/// The idempotency key of a client's request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// SHA-256 of the key.
    pub key_hash: [u8; 32],
    /// SHA-256 of route and body.
    pub request_hash: [u8; 32],
}

/// A run to be started.
///
/// Writes: the run (condition: absent); the counter of the run's month, `CounterMove::Begin` (conditions: a slot is
/// free if the run holds one, and fewer uncounted runs than `uncounted_max`); the configuration, `total_runs + 1`
/// (condition: not deleted) and, for a scheduled run, `next_run_at` and `due_at` to `next_fire`, `active_run` to this
/// run (conditions: `next_run_at` is the run's fire, no `active_run`); the idempotency record (condition: absent or
/// expired). The due index contains the run with the end of its lease.
#[derive(Clone, Debug)]
pub struct Reservation {
    pub run: Run,
    pub uncounted_max: u64,
    pub next_fire: Option<Instant>,
    pub idempotency: Option<IdempotencyKey>,
}

/// Who ends a run: a condition of its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fence {
    /// The worker that holds this attempt.
    Held { owner: OwnerId, attempt: u32 },
    /// Cancellation: any worker may hold the run, if it is still running in this attempt.
    Attempt(u32),
    /// The sweep: the run is still in this attempt and under this lease, which has ended. A slow worker may let the run
    /// wait between the sweep's read and its write: the attempt stays the same then, the lease does not, and the run is
    /// not lost.
    Lapsed { attempt: u32, until: Instant },
}

/// The limit that an account had when it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitSeen {
    /// [`domain::account::Account::limits_version`].
    pub version: u64,
}

/// What the end of a scheduled run does to its configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigurationEnd {
    pub last_run_status: LastRunStatus,
    pub last_run_at: Instant,
    /// Since when its scheduled runs fail; `None` if this one succeeded.
    pub failing_since: Option<Instant>,
    /// When a fire was last skipped; `None` if this run wrote a report.
    pub skipped_at: Option<Instant>,
    /// Of each branch whose coverage moves, at most one.
    pub coverage: Vec<CoverageMove>,
}

/// The notice of a pause, or of its end, on the counter, so that it is made once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PauseMark {
    /// Condition: unchanged.
    pub seen: Option<PauseReported>,
    pub reported: PauseReported,
}

/// A move of the coverage of one branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoverageMove {
    /// The generation in which the fetch started. Condition: unchanged.
    pub generation: u64,
    /// `covered_until` at the start of the fetch. Condition: unchanged.
    pub from: Option<Instant>,
    /// When the head was observed.
    pub to: Instant,
    /// The observed head, the next `last_head`.
    pub head: domain::commit::Sha,
    /// Whether `reset_at` becomes the new `covered_until`: the head is not a descendant of the last one.
    pub was_reset: bool,
    /// `None` for the first branch. For a further one, its coverage as it was read, in this generation and with
    /// `covered_until` as at the start of the fetch. Condition: unchanged.
    pub further: Option<Coverage>,
}

impl CoverageMove {
    /// The instant up to which commits are reported afterwards. It never moves backwards, even if this worker's clock
    /// is behind that of an earlier one.
    #[must_use]
    pub fn until(&self) -> Instant {
        self.from.map_or(self.to, |from| from.max(self.to))
    }

    /// The move as it applies to a configuration that was read: its branch may have another place in the list since the
    /// fetch. `None` if the branch is no longer in it, or its coverage is not what the fetch started from.
    #[must_use]
    pub fn applied_to(self, configuration: &Configuration) -> Option<Self> {
        let progress = &configuration.progress;
        let coverage = progress.coverage_of(self.generation).filter(|found| found.covered_until == self.from)?;
        let is_first = progress.coverage.generation == self.generation;
        Some(Self { further: (!is_first).then(|| coverage.clone()), ..self })
    }
}

/// A run to be ended.
///
/// Writes: the run with its end, figures and delivery (conditions: running, `fence`, none of `payments` added yet, and,
/// if `counter` counts the run as unpriced, no tokens of unknown price in it yet); the counter of the run's month,
/// `counter`, `marks` and `pause` (conditions: `counted_below` and `counted_is`, if given; none of `marks` stored yet);
/// a scheduled run's configuration, `active_run` removed (condition: it is this run), and the coverage of branches with
/// its own conditions; the account (condition only: `limit`); notices and events (condition: absent); the run's rollup,
/// what `counter` adds to the month (no condition).
#[derive(Clone, Debug)]
pub struct Finish {
    pub run: Run,
    pub fence: Fence,
    /// Payments that this end adds.
    pub payments: Vec<Payment>,
    pub counter: CounterMove,
    /// Condition: fewer counted runs than this.
    pub counted_below: Option<u64>,
    /// Condition: exactly this many counted runs.
    pub counted_is: Option<u64>,
    /// Thresholds that are marked as reported.
    pub marks: Vec<Mark>,
    /// Where this end is the first after a pause.
    pub pause: Option<PauseMark>,
    /// For a scheduled run.
    pub configuration: Option<ConfigurationEnd>,
    /// For an end that counts. Condition: unchanged.
    pub limit: Option<LimitSeen>,
    pub notices: Vec<Notice>,
    pub events: Vec<Event>,
}

/// A due fire that is skipped because the limit is reached.
///
/// Writes: the counter of the fire's month, `CounterMove::Block` (condition: `counted_runs` at `limit` or more, or
/// `uncounted_runs` at `uncounted_max` or more); the configuration, `next_run_at` and `due_at` to `next_fire`, its
/// last run status `limit_reached`, and `skipped_at` (conditions: `next_run_at` is `fire`, no `active_run`, not
/// deleted); the account (condition only: `limit_seen`); the notice and the event (condition: absent); the
/// configuration's rollup, one more block (no condition).
#[derive(Clone, Debug)]
pub struct Block {
    pub user: UserId,
    pub configuration: ConfigurationId,
    /// The configuration's repository.
    pub repository: RepositoryId,
    pub fire: Instant,
    pub month: Month,
    pub next_fire: Instant,
    pub now: Instant,
    pub limit: u64,
    pub uncounted_max: u64,
    pub limit_seen: LimitSeen,
    /// "Paused until the 1st", once per account and pause, with the mark on the counter.
    pub notice: Option<(Notice, PauseMark)>,
    /// Once per configuration and pause.
    pub event: Option<Event>,
}

port! {
    /// The transactions of runs, each together with the counter.
    pub trait RunLedger;

    /// Starts a run: see [`Reservation`].
    async fn reserve(&self, reservation: &Reservation) -> Result<(), TransactionError>;
    /// Takes over `before` as `after` (conditions: running, in the attempt and under the lease of `before`). One item.
    async fn claim(&self, before: &Run, after: &Run) -> Result<(), super::Refusal>;
    /// Lets a run wait for its git host as in `after` (conditions: running, in the attempt of `after`, held by
    /// `owner`). One item. Slot, counter and configuration do not change. The run is due at the end of its wait and has
    /// no owner, so that `claim` takes it over then.
    async fn wait(&self, owner: OwnerId, after: &Run) -> Result<(), super::Refusal>;
    /// Ends a run: see [`Finish`].
    async fn finish(&self, finish: &Finish) -> Result<(), TransactionError>;
    /// Skips a fire: see [`Block`].
    async fn block(&self, block: &Block) -> Result<(), TransactionError>;
    /// Adds tokens that a worker paid for and that are in no end of a run: to the run, to the counter of its month, and
    /// to the rollup of the payment's model (conditions: this attempt's payment is not added yet; if the price of its
    /// tokens is unknown and `run` was read without such tokens, the run still has none). The run may have ended.
    async fn pay(&self, run: &Run, payment: &Payment, now: Instant) -> Result<(), TransactionError>;
}

/// The record of one attempt to deliver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    pub user: UserId,
    pub subject: DeliverySubject,
    /// From 1.
    pub number: u32,
    pub at: Instant,
    /// `None` if the duration is unknown.
    pub duration_ms: Option<u64>,
    pub result: AttemptResult,
    /// The beginning of what the receiver answered, where it did not take the message; see
    /// [`WebhookAnswer::excerpt`](super::WebhookAnswer::excerpt).
    pub response_excerpt: Option<String>,
    pub next_attempt_at: Option<Instant>,
}

/// A change of a delivery's state.
#[derive(Clone, Debug)]
pub struct DeliveryMove {
    pub user: UserId,
    pub subject: DeliverySubject,
    /// Condition: state, attempts, `in_flight` and `due_at` are unchanged.
    pub before: Delivery,
    pub after: Delivery,
    pub now: Instant,
    /// Stored in the same transaction.
    pub event: Option<Event>,
    /// Stored in the same transaction.
    pub notice: Option<Notice>,
    /// Where the attempt of a notice was made; `None` leaves what is stored.
    pub sent_to: Option<Destination>,
    /// The key of the request that caused it. Condition: its record is absent or expired. Only for the delivery of a
    /// run.
    pub idempotency: Option<IdempotencyKey>,
}

/// A change of an endpoint's health.
#[derive(Clone, Debug)]
pub struct HealthMove {
    pub endpoint: EndpointMove,
    /// Stored in the same transaction.
    pub notice: Option<Notice>,
    /// Stored in the same transaction.
    pub event: Option<Event>,
}

/// The record of an endpoint, before and after a change of its health.
#[derive(Clone, Debug)]
pub enum EndpointMove {
    /// The webhook of a configuration, whose schedule changes too if it is disabled or enabled again. Conditions: those
    /// of [`Configurations::replace_configuration`](super::Configurations).
    Configuration { before: Box<Configuration>, after: Box<Configuration> },
    /// The webhook of an account. Conditions: its address and its health are those of `before`.
    Account { before: Box<Account>, after: Health },
}

port! {
    /// Deliveries of runs and notices.
    pub trait Deliveries;

    /// Changes a delivery: see [`DeliveryMove`].
    async fn move_delivery(&self, step: &DeliveryMove) -> Result<(), super::Refusal>;
    /// Changes the health of an endpoint: see [`HealthMove`].
    async fn move_health(&self, step: &HealthMove) -> Result<(), super::Refusal>;
    /// Records an attempt, unless it is already recorded or its run or notice was erased. Attempts are kept for the
    /// deployment's retention time; an expired one is absent.
    async fn put_attempt(&self, attempt: &Attempt) -> Result<(), StoreError>;
    async fn attempt(&self, user: UserId, subject: DeliverySubject, number: u32)
    -> Result<Option<Attempt>, StoreError>;
    /// All attempts, in ascending order.
    async fn attempts(&self, user: UserId, subject: DeliverySubject) -> Result<Vec<Attempt>, StoreError>;
}

port! {
    /// Events that are not published yet.
    pub trait Outbox;

    /// The event, unless it was published.
    async fn event(&self, user: UserId, id: domain::id::EventId) -> Result<Option<Event>, StoreError>;
    /// Removes a published event.
    async fn remove_event(&self, user: UserId, id: domain::id::EventId) -> Result<(), StoreError>;
}
