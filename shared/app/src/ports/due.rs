//! The index of what must happen later. It lags behind the table, so whatever is done because of it is conditional on
//! the item itself.

use super::{Refusal, StoreError};
use async_trait::async_trait;
use domain::id::{ConfigurationId, EventId, NoticeId, RunId, UserId};
use domain::instant::Instant;

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DueKind {
    /// A configuration's next fire.
    Fire,
    /// A running run's lease.
    Lease,
    /// A pending delivery.
    Delivery,
    /// An event that is not published.
    Event,
    /// An account that is being deleted.
    Deletion,
}

impl DueKind {
    /// Every kind, in the order in which a tick looks at them.
    pub const ALL: [Self; 5] = [Self::Fire, Self::Lease, Self::Delivery, Self::Event, Self::Deletion];
}

/// Which item is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DueRef {
    /// A configuration, with the fire that the index saw (`next_run_at`).
    Fire {
        /// Which.
        configuration: ConfigurationId,
        /// The fire.
        fire: Instant,
    },
    /// A run.
    Lease(RunId),
    /// A run's report, with the attempts that the index saw.
    RunDelivery {
        /// Which.
        run: RunId,
        /// Attempts claimed so far.
        attempts: u32,
    },
    /// A notice, with the attempts that the index saw.
    NoticeDelivery {
        /// Which.
        notice: NoticeId,
        /// Attempts claimed so far.
        attempts: u32,
    },
    /// An event.
    Event(EventId),
    /// The account itself.
    Deletion,
}

/// Something that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueItem {
    /// Whose.
    pub user: UserId,
    /// What.
    pub item: DueRef,
    /// Since when, as the index saw it.
    pub due_at: Instant,
}

/// The index of due things.
#[async_trait]
pub trait DueIndex: Send + Sync {
    /// What is due at `now` in one shard, the longest waiting first, `limit` at most.
    async fn due(&self, kind: DueKind, shard: u8, now: Instant, limit: usize) -> Result<Vec<DueItem>, StoreError>;
    /// Moves only the instant at which an item is looked at again (condition: it stands where the index saw it).
    async fn postpone(&self, item: &DueItem, until: Instant) -> Result<(), Refusal>;
}
