//! What a user has: repositories and configurations. The account counts them in the transaction that creates or deletes
//! them, so that two concurrent requests never both take the last place. And the changes of the account itself.
//!
//! Like the transactions of a run, these name the parts whose conditions failed. After a lost answer
//! ([`StoreError::Unavailable`](super::StoreError::Unavailable)) the caller reads the record to find out whether the
//! write took effect.

use super::{Attempt, IdempotencyKey, LimitSeen, Refusal, TransactionError, proxy::port};
use domain::account::{Account, AuditEntry, Closure, LimitsChange};
use domain::configuration::Configuration;
use domain::event::Event;
use domain::id::{RunId, UserId};
use domain::instant::Instant;
use domain::month::Month;
use domain::notice::Notice;
use domain::repository::Repository;
use domain::run::{Content, Run};
use domain::usage::Mark;
use uuid::Uuid;

/// A place under the limit on the number of repositories or configurations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub limit: u64,
    pub seen: LimitSeen,
}

port! {
    /// Repositories and configurations, which count against limits.
    pub trait Holdings;

    /// Writes the repository (condition: absent), the account's number of repositories + 1 (conditions: fewer than the
    /// limit; the limits are those that were read; the account is open), the idempotency record (condition: absent or
    /// expired), and a reservation of its address for a minute (condition: absent or expired).
    ///
    /// The caller reads whether a repository with the address exists. The reservation prevents that two requests both
    /// read that none exists, and then both write.
    async fn add_repository(
        &self,
        repository: &Repository,
        place: Place,
        key: Option<&IdempotencyKey>,
    ) -> Result<(), TransactionError>;
    /// Replaces `before` by `after` (conditions: its version is the one of `before`, and it is not deleted). One item.
    async fn replace_repository(&self, before: &Repository, after: &Repository) -> Result<(), Refusal>;
    /// Replaces `before` by its tombstone on the same conditions; the account's number of repositories - 1, unless it
    /// is 0. The reservation of its address is removed.
    async fn remove_repository(&self, before: &Repository, tombstone: &Repository) -> Result<(), TransactionError>;
    /// Writes the configuration (condition: absent), the account's number of configurations + 1 (conditions: fewer than
    /// the limit; the limits are those that were read; the account is open), and the idempotency record (condition:
    /// absent or expired). Condition: its repository exists and is not deleted.
    async fn add_configuration(
        &self,
        configuration: &Configuration,
        place: Place,
        key: Option<&IdempotencyKey>,
    ) -> Result<(), TransactionError>;
    /// Replaces `before` by `after` on the conditions of
    /// [`Configurations::replace_configuration`](super::Configurations) and: it is not deleted, the repository of
    /// `after` exists and is not deleted, the limits are those that were read, and the account is open.
    async fn edit_configuration(
        &self,
        before: &Configuration,
        after: &Configuration,
        limits: LimitSeen,
    ) -> Result<(), TransactionError>;
    /// Replaces `before` by `after` on the conditions of
    /// [`Configurations::replace_configuration`](super::Configurations) and: it is not deleted. Writes the idempotency
    /// record of `now` (condition: absent or expired).
    async fn replace_configuration_once(
        &self,
        before: &Configuration,
        after: &Configuration,
        key: &IdempotencyKey,
        now: Instant,
    ) -> Result<(), TransactionError>;
    /// Replaces `before` by its tombstone on the conditions of
    /// [`Configurations::replace_configuration`](super::Configurations) and: it is not deleted. The account's number of
    /// configurations - 1, unless it is 0.
    async fn remove_configuration(
        &self,
        before: &Configuration,
        tombstone: &Configuration,
    ) -> Result<(), TransactionError>;
}

/// Thresholds of a new limit that this month's runs have already reached.
#[derive(Clone, Debug)]
pub struct ReachedAlready {
    pub month: Month,
    /// Condition: none of them is marked yet.
    pub marks: Vec<Mark>,
    /// Condition: exactly this many counted runs.
    pub counted_is: u64,
    pub notice: Option<Notice>,
    pub event: Event,
}

port! {
    /// Changes of accounts. Their numbers of repositories and configurations do not change.
    pub trait AccountChanges;

    /// Sets plan, overrides and `limits_version` of `after` (conditions: `limits_version` is the one of `before`, and
    /// the account is open), writes the audit entry (condition: absent), and marks and reports the thresholds that are
    /// already reached.
    async fn change_limits(
        &self,
        before: &Account,
        after: &Account,
        audit: &LimitsChange,
        reached: Option<&ReachedAlready>,
    ) -> Result<(), TransactionError>;
    /// Sets the profile and `profile_version` of `after` (conditions: `profile_version` is the one of `before`, and the
    /// account is open); absent values are removed.
    async fn put_profile(&self, before: &Account, after: &Account) -> Result<(), Refusal>;
    /// The same, and writes the idempotency record of `now` (condition: absent or expired).
    async fn put_profile_once(
        &self,
        before: &Account,
        after: &Account,
        key: &IdempotencyKey,
        now: Instant,
    ) -> Result<(), TransactionError>;
    /// Records that the notices until then are read (conditions: an earlier instant is recorded or none, and the
    /// account is open).
    async fn read_notices(&self, user: UserId, until: Instant) -> Result<(), Refusal>;
    /// Closes an account (condition: it is open) and writes the audit entry (condition: absent). The profile is
    /// removed; `limits_version` changes, so that every write which depends on limits read before is refused; the
    /// account is due for deletion at once.
    async fn close_account(&self, closure: &Closure) -> Result<(), TransactionError>;
    /// The audit entries of an account, newest first, at most `limit`.
    async fn audit(&self, user: UserId, limit: usize) -> Result<Vec<AuditEntry>, super::StoreError>;
}

/// A run of an earlier system, which has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedRun {
    pub run: Run,
    /// Its id there, if that is another one: the run is found by both.
    pub earlier_id: Option<Uuid>,
    /// Its report; `None` if it has none, or if that has expired.
    pub text: Option<Content>,
    /// The last attempt to deliver it; `None` if it is unknown, or has expired.
    pub attempt: Option<Attempt>,
}

/// A run that was not imported, because its id is in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundRun {
    pub id: RunId,
    /// The run that has the id; `None` if the earlier id is that of a run with another id.
    pub stored: Option<Run>,
}

port! {
    /// Records of an earlier system. They are not in [`Store`](super::Store), because no function imports.
    ///
    /// Limits on numbers don't apply. Every write has the condition that its record is absent and the account is open,
    /// so that a repetition changes nothing.
    pub trait Imports;

    /// Writes the repository; the account's number of repositories + 1.
    async fn import_repository(&self, repository: &Repository) -> Result<(), TransactionError>;
    /// Writes the configuration; the account's number of configurations + 1. Condition: its repository exists and is
    /// not deleted.
    async fn import_configuration(&self, configuration: &Configuration) -> Result<(), TransactionError>;
    /// Imports runs of one user and month, at most [`IMPORTED_AT_ONCE`](crate::limits::IMPORTED_AT_ONCE), and returns
    /// those that were not, because they are stored already.
    ///
    /// One transaction writes the runs, their earlier ids, texts and attempts; the counter of the month, by the moves
    /// of the runs (condition: it is not that of a deleted account); the rollups, in the same way; and their
    /// configurations, if they exist, by [`domain::run::progress_after`] (conditions: coverage and last run are
    /// unchanged). So the counter agrees with the runs at any instant.
    async fn import_runs(&self, runs: &[ImportedRun]) -> Result<Vec<FoundRun>, TransactionError>;
}

port! {
    /// The confirmation of an account's e-mail address.
    pub trait EmailConfirmation;

    /// Sets the e-mail address of `after`, its confirmation and the count of codes (conditions: all of them are those
    /// of `before`, and the account is open).
    async fn put_email(&self, before: &Account, after: &Account) -> Result<(), Refusal>;
}
