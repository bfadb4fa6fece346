//! The store's transactions: each is one all-or-nothing write, and each states its conditions.
//!
//! When a transaction is refused, [`TransactionError::Refused`] names the parts whose conditions failed; nothing was
//! written then. Conflicts and throttles are retried inside, with jitter; only what remains comes out. A lost answer
//! comes out as [`StoreError::Unavailable`]: the caller reads the run to learn whether it took effect.

use super::StoreError;
use async_trait::async_trait;
use domain::configuration::LastRunStatus;
use domain::delivery::{AttemptResult, Delivery};
use domain::event::{DeliverySubject, Event};
use domain::id::{ConfigurationId, OwnerId, UserId};
use domain::instant::Instant;
use domain::month::Month;
use domain::notice::Notice;
use domain::run::{CounterMove, Payment, Run};
use domain::usage::Mark;
use std::collections::BTreeSet;

/// A part of a transaction, to say which condition failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The run.
    Run,
    /// The usage counter.
    Counter,
    /// The configuration.
    Configuration,
    /// The repository.
    Repository,
    /// The address of a repository that is made: another one with it was made at the same time.
    Address,
    /// The account.
    Account,
    /// The idempotency record.
    Idempotency,
    /// The notice.
    Notice,
    /// The event.
    Event,
    /// The audit entry.
    Audit,
}

/// A transaction did not happen, or is not known to have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransactionError {
    /// The conditions of these parts failed; nothing was written.
    #[error("refused by {0:?}")]
    Refused(BTreeSet<Part>),
    /// The store failed.
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

/// A client's key for a request that is to happen once: already hashed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// Hash of the key.
    pub key_hash: [u8; 32],
    /// Hash of route and body.
    pub request_hash: [u8; 32],
}

/// A run to begin.
///
/// Writes: the run (condition: absent); the counter of the run's month, `CounterMove::Begin` (conditions: a slot is
/// free where the run holds one, and fewer uncounted runs than `uncounted_max`); the configuration, `total_runs + 1`
/// (condition: not deleted) and, for a scheduled run, `next_run_at` and `due_at` to `next_fire`, `active_run` to this
/// run (conditions: `next_run_at` is the run's fire, no `active_run`); the idempotency record (condition: absent or
/// expired). The run stands in the due index under its lease.
#[derive(Clone, Debug)]
pub struct Reservation {
    /// The run, running.
    pub run: Run,
    /// The bound on uncounted runs that was in force.
    pub uncounted_max: u64,
    /// For a scheduled run: the fire after this one.
    pub next_fire: Option<Instant>,
    /// The client's key.
    pub idempotency: Option<IdempotencyKey>,
}

/// Whose end of a run this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fence {
    /// The worker that holds this attempt.
    Held {
        /// Who.
        owner: OwnerId,
        /// Which attempt.
        attempt: u32,
    },
    /// Cancel: whoever holds it, provided that it still runs in this attempt.
    Attempt(u32),
    /// The sweep: as it was read, in this attempt and under this lease, which is over. Between the read and the end a worker
    /// that overslept may let the run wait: its attempt stays the same, its lease does not, and the run is not lost.
    Lapsed {
        /// Which attempt.
        attempt: u32,
        /// Until when its lease lasted.
        until: Instant,
    },
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
    /// The run's status.
    pub last_run_status: LastRunStatus,
    /// When it ended.
    pub last_run_at: Instant,
    /// Coverage moves, if the configuration still stands where the fetch began.
    pub coverage: Option<CoverageMove>,
}

/// Coverage moves on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoverageMove {
    /// The generation in which the fetch began. Condition: unchanged.
    pub generation: u64,
    /// `covered_until` from which the fetch began. Condition: unchanged.
    pub from: Option<Instant>,
    /// When the head was observed.
    pub to: Instant,
    /// The observed head; none for an empty repository, which leaves `last_head` as it is.
    pub head: Option<domain::commit::Sha>,
}

/// A run to end.
///
/// Writes: the run with its end, figures and delivery (conditions: running, `fence`, none of `payments` added yet, and,
/// where `counter` counts the run as unpriced, no tokens of unknown price in it yet); the counter of the run's month, `counter` and `marks` (conditions: `counted_below` and `counted_is`, where
/// given; none of `marks` there yet); a scheduled run's configuration, `active_run` removed (condition: it is this
/// run), and coverage with its own conditions; the account (condition only: `limit`); notices and events (condition:
/// absent).
#[derive(Clone, Debug)]
pub struct Finish {
    /// The run, ended.
    pub run: Run,
    /// Whose end it is.
    pub fence: Fence,
    /// Payments that this end adds.
    pub payments: Vec<Payment>,
    /// What it does to the counter.
    pub counter: CounterMove,
    /// Condition: fewer counted runs than this.
    pub counted_below: Option<u64>,
    /// Condition: exactly this many counted runs.
    pub counted_is: Option<u64>,
    /// Thresholds marked as told.
    pub marks: Vec<Mark>,
    /// For a scheduled run.
    pub configuration: Option<ConfigurationEnd>,
    /// For an end that counts.
    pub limit: Option<LimitSeen>,
    /// Notices made by it.
    pub notices: Vec<Notice>,
    /// Events made by it.
    pub events: Vec<Event>,
}

/// A due fire that does not begin, because the limit is reached.
///
/// Writes: the counter of the fire's month, `CounterMove::Block` (condition: `counted_runs` at `limit` or more, or
/// `uncounted_runs` at `uncounted_max` or more); the configuration, `next_run_at` and `due_at` to `next_fire`, its
/// last run status `limit_reached` (conditions: `next_run_at` is `fire`, no `active_run`, not deleted); the account
/// (condition only: `limit_seen`); the notice and the event (condition: absent).
#[derive(Clone, Debug)]
pub struct Block {
    /// Whose.
    pub user: UserId,
    /// Which configuration.
    pub configuration: ConfigurationId,
    /// The fire.
    pub fire: Instant,
    /// The month of the fire.
    pub month: Month,
    /// Where the fire moves.
    pub next_fire: Instant,
    /// When.
    pub now: Instant,
    /// The limit.
    pub limit: u64,
    /// The bound on uncounted runs.
    pub uncounted_max: u64,
    /// The limit that was read.
    pub limit_seen: LimitSeen,
    /// "Paused until the 1st", once per configuration and month.
    pub notice: Option<Notice>,
    /// The event that goes with the notice.
    pub event: Option<Event>,
}

/// The life of runs and the counter that moves with it.
#[async_trait]
pub trait RunLedger: Send + Sync {
    /// Begins a run: see [`Reservation`].
    async fn reserve(&self, reservation: &Reservation) -> Result<(), TransactionError>;
    /// Takes over `before` as `after` (condition: running in the attempt of `before`, under the lease of `before`). One item.
    async fn claim(&self, before: &Run, after: &Run) -> Result<(), super::Refusal>;
    /// Lets a run wait for its git host, as `after` says (condition: running in the attempt of `after`, held by `owner`). One
    /// item. Slot, counter and configuration stay as they are. The run is due in the index at the end of its wait, and
    /// nobody holds it, so that `claim` takes it over then.
    async fn wait(&self, owner: OwnerId, after: &Run) -> Result<(), super::Refusal>;
    /// Ends a run: see [`Finish`].
    async fn finish(&self, finish: &Finish) -> Result<(), TransactionError>;
    /// Leaves a fire out: see [`Block`].
    async fn block(&self, block: &Block) -> Result<(), TransactionError>;
    /// Adds tokens that a worker paid for and that are in no run's end: to the run and to the counter of its month
    /// (conditions: this attempt's payment is not added yet; where the price of its tokens is unknown and `run` was read
    /// without such tokens, the run still has none). A run that has ended takes it too.
    async fn pay(&self, run: &Run, payment: &Payment, now: Instant) -> Result<(), TransactionError>;
}

/// One try to deliver, for the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Whose.
    pub user: UserId,
    /// What was delivered.
    pub subject: DeliverySubject,
    /// Its number, from 1.
    pub number: u32,
    /// When the request was made.
    pub at: Instant,
    /// How long it took, in milliseconds; none where it is not known.
    pub duration_ms: Option<u64>,
    pub result: AttemptResult,
    /// The beginning of what the receiver answered, where it did not take the message; see
    /// [`WebhookAnswer::excerpt`](super::WebhookAnswer::excerpt).
    pub response_excerpt: Option<String>,
    /// When the next attempt is due.
    pub next_attempt_at: Option<Instant>,
}

/// A delivery moves.
#[derive(Clone, Debug)]
pub struct DeliveryMove {
    /// Whose.
    pub user: UserId,
    /// What is delivered.
    pub subject: DeliverySubject,
    /// Where it stood. Condition: state, attempts, `in_flight` and `due_at` unchanged.
    pub before: Delivery,
    /// Where it stands now.
    pub after: Delivery,
    /// When.
    pub now: Instant,
    /// An event that goes with it, in the same transaction.
    pub event: Option<Event>,
    /// The key of a client who asked for it (condition: its record is absent or expired). Only a run's delivery has
    /// one.
    pub idempotency: Option<IdempotencyKey>,
}

/// Deliveries of runs and notices.
#[async_trait]
pub trait Deliveries: Send + Sync {
    /// Moves a delivery on.
    async fn move_delivery(&self, step: &DeliveryMove) -> Result<(), super::Refusal>;
    /// Records an attempt; one that is recorded already stays as it is. Where what it delivered was erased nothing is
    /// put. Attempts are kept as long as the deployment says; one that has expired is absent.
    async fn put_attempt(&self, attempt: &Attempt) -> Result<(), StoreError>;
    /// One attempt.
    async fn attempt(&self, user: UserId, subject: DeliverySubject, number: u32)
    -> Result<Option<Attempt>, StoreError>;
    /// All attempts, ascending.
    async fn attempts(&self, user: UserId, subject: DeliverySubject) -> Result<Vec<Attempt>, StoreError>;
}

/// Events that are not published yet.
#[async_trait]
pub trait Outbox: Send + Sync {
    /// The event, unless it was published.
    async fn event(&self, user: UserId, id: domain::id::EventId) -> Result<Option<Event>, StoreError>;
    /// It was published.
    async fn remove_event(&self, user: UserId, id: domain::id::EventId) -> Result<(), StoreError>;
}
