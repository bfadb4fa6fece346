//! What happens to an account's records when it is deleted.
//!
//! Nothing here looks across users: every record is erased by its own key. What is gone already is no error, so that
//! whatever was interrupted is done again.

use super::{Refusal, StoreError};
use async_trait::async_trait;
use domain::account::Account;
use domain::event::DeliverySubject;
use domain::id::UserId;
use domain::instant::Instant;
use domain::notice::Notice;

/// Records that are erased by their kind, once nothing can make more of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Erasable {
    /// Runs that can't be read: the others are erased as [`Leaving`].
    Runs,
    /// Notices that can't be read.
    Notices,
    /// Texts of reports.
    Texts,
    /// Attempts to deliver.
    Attempts,
    /// What clients' keys made.
    IdempotencyRecords,
    /// Events that are not published.
    Events,
    /// Configurations, with their signing secrets.
    Configurations,
    /// Repositories, with their tokens.
    Repositories,
    /// What [`Leaving::marked`] left behind.
    Markers,
}

impl Erasable {
    /// All but the markers.
    pub const RECORDS: [Self; 8] = [
        Self::Runs,
        Self::Notices,
        Self::Texts,
        Self::Attempts,
        Self::IdempotencyRecords,
        Self::Events,
        Self::Configurations,
        Self::Repositories,
    ];
}

/// A run or a notice that goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaving {
    /// Which.
    pub subject: DeliverySubject,
    /// Attempts to deliver it that were claimed.
    pub attempts: u32,
    /// A worker of it may have been at work lately. Then an empty marker takes the places of its text and its attempts,
    /// so that this worker can't put them there again.
    pub marked: bool,
}

/// The erasure of an account's records.
#[async_trait]
pub trait Erasure: Send + Sync {
    /// Notices of a user, oldest first, `limit` at most. Those that can't be read are skipped.
    async fn notices(&self, user: UserId, limit: usize) -> Result<Vec<Notice>, StoreError>;
    /// Marks every counter of a user as one that outlives its runs, and moves its revision: a recount that began before
    /// is refused, and none begins any more.
    async fn keep_usage(&self, user: UserId) -> Result<(), StoreError>;
    /// Erases runs and notices, each on the condition that it is not running and no delivery of it is pending; answers
    /// how many are gone. Markers are put first; they expire a day after `now` if nobody erases them.
    async fn erase_subjects(&self, user: UserId, leaving: &[Leaving], now: Instant) -> Result<usize, StoreError>;
    /// Erases records of a kind, `limit` at most; answers how many. Fewer than `limit` means that none is left. Markers
    /// are erased under their own name only.
    async fn erase(&self, user: UserId, what: Erasable, limit: usize) -> Result<usize, StoreError>;
    /// Whether there are markers.
    async fn has_markers(&self, user: UserId) -> Result<bool, StoreError>;
    /// Replaces a closed account by what is left of it: when it was closed, and that everything was gone at `at`
    /// (condition: it was closed when `account` says, and not replaced yet). It is not due any more.
    async fn bury(&self, account: &Account, at: Instant) -> Result<(), Refusal>;
}
