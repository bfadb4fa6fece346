//! What a user has: repositories and configurations, counted in the account in the transaction that makes or deletes
//! them, so that two requests at once never both take the last place; and the changes of the account itself.
//!
//! Like the transactions of a run's life, these name the parts that refused, and a lost answer comes out as
//! [`StoreError::Unavailable`](super::StoreError::Unavailable): the caller reads the record to learn whether it took effect.

use super::{IdempotencyKey, LimitSeen, Refusal, TransactionError};
use async_trait::async_trait;
use domain::account::{Account, Closure, LimitsChange};
use domain::configuration::Configuration;
use domain::event::Event;
use domain::instant::Instant;
use domain::month::Month;
use domain::notice::Notice;
use domain::repository::Repository;
use domain::usage::Mark;

/// A place under a limit on the number of things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// How many there may be.
    pub limit: u64,
    /// The limits that were read.
    pub seen: LimitSeen,
}

/// Things that count against a limit.
#[async_trait]
pub trait Holdings: Send + Sync {
    /// Writes the repository (condition: absent), the account's number of repositories + 1 (conditions: fewer than the
    /// limit, which is the one that was read; the account is open), the idempotency record (condition: absent or
    /// expired), and a reservation of its address for a minute (condition: absent or expired).
    ///
    /// Whether there is a repository with the address already is the caller's to read. The reservation is for what that can't
    /// see: two requests read that there is none, and then both write.
    async fn add_repository(
        &self,
        repository: &Repository,
        place: Place,
        key: Option<&IdempotencyKey>,
    ) -> Result<(), TransactionError>;
    /// Replaces `before` by `after` (conditions: its version is the one of `before`, and it is not deleted). One item.
    async fn replace_repository(&self, before: &Repository, after: &Repository) -> Result<(), Refusal>;
    /// Replaces `before` by its tombstone on the same conditions; the account's number of repositories - 1, where it
    /// is not 0 already. Its address is no longer reserved.
    async fn remove_repository(&self, before: &Repository, tombstone: &Repository) -> Result<(), TransactionError>;
    /// Writes the configuration (condition: absent), the account's number of configurations + 1 (conditions: fewer than
    /// the limit, which is the one that was read; the account is open), and the idempotency record (condition: absent or
    /// expired). Its repository must be there and not deleted.
    async fn add_configuration(
        &self,
        configuration: &Configuration,
        place: Place,
        key: Option<&IdempotencyKey>,
    ) -> Result<(), TransactionError>;
    /// Replaces `before` by `after` as [`Configurations::replace_configuration`](super::Configurations) does, if it is not
    /// deleted, the repository of `after` is there and not deleted, the limits are the ones that were read, and the account
    /// is open.
    async fn edit_configuration(
        &self,
        before: &Configuration,
        after: &Configuration,
        limits: LimitSeen,
    ) -> Result<(), TransactionError>;
    /// Replaces `before` by `after` as [`Configurations::replace_configuration`](super::Configurations) does, if it is not
    /// deleted, and writes the idempotency record, of `now` (condition: absent or expired).
    async fn replace_configuration_once(
        &self,
        before: &Configuration,
        after: &Configuration,
        key: &IdempotencyKey,
        now: Instant,
    ) -> Result<(), TransactionError>;
    /// Replaces `before` by its tombstone, if nothing has moved and it is not deleted; the account's number of
    /// configurations - 1, where it is not 0 already.
    async fn remove_configuration(
        &self,
        before: &Configuration,
        tombstone: &Configuration,
    ) -> Result<(), TransactionError>;
}

/// Thresholds that a new limit has reached already.
#[derive(Clone, Debug)]
pub struct ReachedAlready {
    /// The month.
    pub month: Month,
    /// Marked as told. Condition: none of them is there yet.
    pub marks: Vec<Mark>,
    /// Condition: exactly this many counted runs.
    pub counted_is: u64,
    /// Tells it.
    pub notice: Option<Notice>,
    /// Tells it.
    pub event: Event,
}

/// Changes of accounts. The numbers of things that they have stay as they are.
#[async_trait]
pub trait AccountChanges: Send + Sync {
    /// Sets plan, overrides and `limits_version` of `after` (conditions: `limits_version` is the one of `before`, and the
    /// account is open), puts the audit entry (condition: absent), and marks and tells the thresholds that the new limit has reached already.
    async fn change_limits(
        &self,
        before: &Account,
        after: &Account,
        audit: &LimitsChange,
        reached: Option<&ReachedAlready>,
    ) -> Result<(), TransactionError>;
    /// Sets what the user chooses for the whole account, and `profile_version`, of `after` (conditions: `profile_version` is
    /// the one of `before`, and the account is open); what is absent is removed.
    async fn put_profile(&self, before: &Account, after: &Account) -> Result<(), Refusal>;
    /// Closes an account (condition: it is open) and puts the audit entry (condition: absent). What the user chose for
    /// it is gone at once, `limits_version` moves, so that whatever acts on the limits that it read is refused, and the
    /// account is due for deletion at once.
    async fn close_account(&self, closure: &Closure) -> Result<(), TransactionError>;
}
