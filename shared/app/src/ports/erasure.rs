//! The erasure of an account's records.
//!
//! No operation reads across users: every record is erased by its own key. An absent record is no error, so that an
//! interrupted erasure can be repeated.

use super::{Refusal, StoreError, proxy::port};
use domain::account::Account;
use domain::event::DeliverySubject;
use domain::id::UserId;
use domain::instant::Instant;
use domain::notice::Notice;

/// Records that are erased by their kind, once no more of them can be created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Erasable {
    /// Runs that can't be read. The others are erased as [`Leaving`].
    Runs,
    /// Notices that can't be read.
    Notices,
    Texts,
    Attempts,
    IdempotencyRecords,
    Events,
    Configurations,
    Repositories,
    /// They contain names. The figures of the months stay in the counters.
    Rollups,
    /// The ids that imported runs had in an earlier system.
    EarlierIds,
    Markers,
}

impl Erasable {
    /// All kinds except the markers.
    pub const RECORDS: [Self; 10] = [
        Self::Runs,
        Self::Notices,
        Self::Texts,
        Self::Attempts,
        Self::IdempotencyRecords,
        Self::Events,
        Self::Configurations,
        Self::Repositories,
        Self::Rollups,
        Self::EarlierIds,
    ];
}

/// A run or a notice that is to be erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaving {
    pub subject: DeliverySubject,
    /// Attempts to deliver it that were claimed.
    pub attempts: u32,
    /// Whether one of its workers may still be running. Then empty markers replace its text and its attempts, so that
    /// this worker can't store them again.
    pub marked: bool,
}

port! {
    /// The erasure of an account's records.
    pub trait Erasure;

    /// Notices of a user, oldest first, at most `limit`. Those that can't be read are skipped.
    async fn notices(&self, user: UserId, limit: usize) -> Result<Vec<Notice>, StoreError>;
    /// Marks every counter of a user as one that outlives its runs, and increments its revision: a recount that is
    /// running is refused, and none starts any more.
    async fn keep_usage(&self, user: UserId) -> Result<(), StoreError>;
    /// Erases runs and notices, each on the condition that it is not running and no delivery of it is pending. Returns
    /// the number of erased ones. Markers are stored first; they expire a day after `now`.
    async fn erase_subjects(&self, user: UserId, leaving: &[Leaving], now: Instant) -> Result<usize, StoreError>;
    /// Erases at most `limit` records of a kind and returns their number. Fewer than `limit` means that none is left.
    /// Markers are erased only as [`Erasable::Markers`].
    async fn erase(&self, user: UserId, what: Erasable, limit: usize) -> Result<usize, StoreError>;
    /// Whether the user has markers.
    async fn has_markers(&self, user: UserId) -> Result<bool, StoreError>;
    /// Replaces a closed account by its tombstone: when it was closed, and that its records were erased by `at`.
    /// Conditions: it was closed at the instant in `account`, and is not replaced yet. It is no longer due.
    async fn bury(&self, account: &Account, at: Instant) -> Result<(), Refusal>;
}
