//! The index of what must happen later. It lags behind the table, so every action taken because of it is conditional on
//! the item itself.

use super::{Refusal, StoreError, proxy::port};
use domain::id::{ConfigurationId, EventId, NoticeId, RunId, UserId};
use domain::instant::Instant;
use std::fmt;

/// What kind of item is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DueKind {
    /// The next fire of a configuration.
    Fire,
    Lease,
    Delivery,
    Event,
    Deletion,
}

impl DueKind {
    /// Every kind, in the order in which a tick handles them.
    pub const ALL: [Self; 5] = [Self::Fire, Self::Lease, Self::Delivery, Self::Event, Self::Deletion];
}

impl fmt::Display for DueKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Fire => "fire",
            Self::Lease => "lease",
            Self::Delivery => "delivery",
            Self::Event => "event",
            Self::Deletion => "deletion",
        })
    }
}

/// Which item is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DueRef {
    /// A configuration, with its fire (`next_run_at`) when the index was written.
    Fire {
        configuration: ConfigurationId,
        fire: Instant,
    },
    Lease(RunId),
    /// The delivery of a run's report.
    RunDelivery {
        run: RunId,
        /// Attempts that were claimed when the index was read.
        attempts: u32,
    },
    /// The delivery of a notice.
    NoticeDelivery {
        notice: NoticeId,
        /// Attempts that were claimed when the index was read.
        attempts: u32,
    },
    Event(EventId),
    Deletion,
}

impl fmt::Display for DueRef {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fire { configuration, .. } => write!(formatter, "fire of configuration {configuration}"),
            Self::Lease(run) => write!(formatter, "lease of run {run}"),
            Self::RunDelivery { run, .. } => write!(formatter, "delivery of run {run}"),
            Self::NoticeDelivery { notice, .. } => write!(formatter, "delivery of notice {notice}"),
            Self::Event(id) => write!(formatter, "event {id}"),
            Self::Deletion => formatter.write_str("deletion of the account"),
        }
    }
}

/// An item that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueItem {
    pub user: UserId,
    pub item: DueRef,
    pub due_at: Instant,
}

port! {
    /// The index of due items.
    pub trait DueIndex;

    /// What is due at `now` in one shard, the longest due first, at most `limit` items.
    async fn due(&self, kind: DueKind, shard: u8, now: Instant, limit: usize) -> Result<Vec<DueItem>, StoreError>;
    /// Moves only the instant at which an item is due again. Condition: the instant is still the one in the index.
    async fn postpone(&self, item: &DueItem, until: Instant) -> Result<(), Refusal>;
}
