//! Records, noun by noun. Reads are strongly consistent unless stated otherwise.
//!
//! A record that can't be read fails a read of that one record. A read of several records skips, logs and counts it, so
//! that one damaged record never fails a page.

use super::{StoreError, proxy::port};
use domain::account::Account;
use domain::configuration::Configuration;
use domain::id::{ConfigurationId, NoticeId, RepositoryId, RunId, UserId};
use domain::instant::{Duration, Instant};
use domain::month::Month;
use domain::notice::Notice;
use domain::repository::Repository;
use domain::run::{Content, FleetShard, FleetTotals, RankedAccount, Rollup, Run};
use domain::usage::UsageCounter;
use uuid::Uuid;

port! {
    /// Accounts.
    pub trait Accounts;

    /// The account; an unknown user has a Free one.
    async fn account(&self, user: UserId) -> Result<Account, StoreError>;
    /// Stores an account unconditionally: for seeding.
    async fn put_account(&self, account: &Account) -> Result<(), StoreError>;
}

port! {
    /// Repositories.
    pub trait Repositories;

    /// The repository or its tombstone.
    async fn repository(&self, user: UserId, id: RepositoryId) -> Result<Option<Repository>, StoreError>;
    /// Stores a repository unconditionally: for seeding.
    async fn put_repository(&self, repository: &Repository) -> Result<(), StoreError>;
    /// All repositories of a user that are not deleted, oldest first, at most 10,000.
    async fn repositories(&self, user: UserId) -> Result<Vec<Repository>, StoreError>;
    /// Those of them after a cursor, newest first, at most `limit`. Tombstones are skipped: after a thousand of them in
    /// a row, a page is shorter and has a next one.
    async fn repositories_page(
        &self,
        user: UserId,
        limit: usize,
        after: Option<&PageCursor>,
    ) -> Result<Page<Repository>, StoreError>;
}

port! {
    /// Configurations.
    pub trait Configurations;

    /// The configuration or its tombstone.
    async fn configuration(&self, user: UserId, id: ConfigurationId) -> Result<Option<Configuration>, StoreError>;
    /// Stores a configuration unconditionally: for seeding.
    async fn put_configuration(&self, configuration: &Configuration) -> Result<(), StoreError>;
    /// Replaces `before` by `after` if neither the user nor a run has changed it since `before` was read (conditions:
    /// version, `due_at`, `next_run_at`, `active_run`, the generation of coverage and the webhook's health are
    /// unchanged).
    async fn replace_configuration(&self, before: &Configuration, after: &Configuration) -> Result<(), super::Refusal>;
    /// Stores since when attempts to deliver to its webhook have taken long (conditions: the webhook and this instant
    /// are those that were read).
    async fn mark_slow(&self, read: &Configuration, since: Option<Instant>) -> Result<(), super::Refusal>;
    /// All configurations of a user that are not deleted, oldest first, at most 10,000.
    async fn configurations(&self, user: UserId) -> Result<Vec<Configuration>, StoreError>;
    /// Those of them after a cursor, newest first, at most `limit`; as [`Repositories::repositories_page`].
    async fn configurations_page(
        &self,
        user: UserId,
        limit: usize,
        after: Option<&PageCursor>,
    ) -> Result<Page<Configuration>, StoreError>;
}

/// Where the next page starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageCursor {
    /// The id of the last record that was returned or skipped.
    pub after: Uuid,
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next: Option<PageCursor>,
    /// Records that were skipped because they can't be read.
    pub unreadable: usize,
}

port! {
    /// Runs.
    pub trait Runs;

    /// The run of this id, or the imported run that had it in an earlier system.
    async fn run(&self, user: UserId, id: RunId) -> Result<Option<Run>, StoreError>;
    /// Runs of a user, newest first, at most `limit`.
    async fn runs(&self, user: UserId, limit: usize, after: Option<&PageCursor>) -> Result<Page<Run>, StoreError>;
    /// All runs of a user whose ids are in the range of instants (end excluded), oldest first.
    async fn runs_between(&self, user: UserId, from: Instant, to: Instant) -> Result<Vec<Run>, StoreError>;
    /// The same, at most `limit`, after a cursor.
    async fn runs_from(
        &self,
        user: UserId,
        from: Instant,
        to: Instant,
        limit: usize,
        after: Option<&PageCursor>,
    ) -> Result<Page<Run>, StoreError>;
}

port! {
    /// Texts of reports. They are kept for the deployment's retention time; an expired one is absent.
    pub trait Contents;

    async fn content(&self, user: UserId, run: RunId) -> Result<Option<Content>, StoreError>;
    /// Stores a text unless one exists, and returns the stored one. If its run was erased, nothing is stored and
    /// `content` is returned.
    async fn put_content(&self, content: &Content) -> Result<Content, StoreError>;
}

port! {
    /// Usage counters.
    pub trait UsageCounters;

    /// The counter of a month; an empty one if nothing happened yet. Damaged figures are no error:
    /// [`UsageCounter::unreadable`] names them.
    async fn usage(&self, user: UserId, month: Month) -> Result<UsageCounter, StoreError>;
    /// Sets every figure that runs add up to from `before` to `after`, and increments the revision (condition: the
    /// revision is the one of `before`). Blocked reports, reported thresholds and the last run's instant stay, unless
    /// they can't be read.
    async fn correct(&self, before: &UsageCounter, after: &UsageCounter) -> Result<(), super::Refusal>;
    /// Empties the rollups of a month that can't be read, because nothing can be added to them; returns whether there
    /// was one. The days and shares of the month are computed from its runs then.
    async fn empty_unreadable_rollups(&self, user: UserId, month: Month) -> Result<bool, StoreError>;
    /// The counters of a range of months, both ends included, oldest first, without the months in which nothing
    /// happened.
    async fn usage_between(&self, user: UserId, from: Month, to: Month) -> Result<Vec<UsageCounter>, StoreError>;
}

port! {
    /// Sums of a month's runs for each configuration, repository and model. They change with the counter, in the same
    /// transactions.
    pub trait Rollups;

    /// The rollups of a month, without those in which nothing happened.
    async fn rollups(&self, user: UserId, month: Month) -> Result<Vec<Rollup>, StoreError>;
}

/// Where reading the rollups of a part of all accounts continues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FleetPlace {
    pub user: UserId,
    /// The rest of the last record's key.
    pub record: String,
}

/// Rollups of several accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FleetPage {
    /// A rollup may be in several pieces.
    pub rollups: Vec<Rollup>,
    pub next: Option<FleetPlace>,
}

port! {
    /// The usage of all accounts, in [`domain::run::FLEET_SHARDS`] parts. What is read may be a moment old.
    pub trait Fleet;

    /// A page of the rollups of one part, from the index, in the order of their accounts: about a megabyte.
    async fn fleet_rollups(
        &self,
        month: Month,
        shard: u8,
        after: Option<&FleetPlace>,
    ) -> Result<FleetPage, StoreError>;
    /// Stores the sums of a part.
    async fn put_fleet_shard(&self, shard: &FleetShard) -> Result<(), StoreError>;
    /// The stored sums of a part, and of when they are.
    async fn fleet_totals(&self, month: Month, shard: u8) -> Result<Option<(Instant, FleetTotals)>, StoreError>;
    /// The stored list of a part's accounts, the greatest usage first, and of when it is.
    async fn fleet_accounts(
        &self,
        month: Month,
        shard: u8,
    ) -> Result<Option<(Instant, Vec<RankedAccount>)>, StoreError>;
}

port! {
    /// The check whether the store answers.
    pub trait Readiness;

    /// Makes one bounded read.
    async fn answer(&self) -> Result<(), StoreError>;
}

port! {
    /// Notices.
    pub trait Notices;

    async fn notice(&self, user: UserId, id: NoticeId) -> Result<Option<Notice>, StoreError>;
    /// Notices of a user, newest first, at most `limit`.
    async fn notices_page(
        &self,
        user: UserId,
        limit: usize,
        after: Option<&PageCursor>,
    ) -> Result<Page<Notice>, StoreError>;
}

/// What a request with an idempotency key created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyRecord {
    /// SHA-256 of route and body.
    pub request_hash: [u8; 32],
    /// The id of the run, repository or configuration that the request created.
    pub made: Uuid,
    /// 24 h later the record counts as absent.
    pub created_at: Instant,
}

port! {
    /// Idempotency records.
    pub trait IdempotencyRecords;

    /// The record of a key, unless it has expired at `now`.
    async fn idempotency_record(
        &self,
        user: UserId,
        key: &super::IdempotencyKey,
        now: Instant,
    ) -> Result<Option<IdempotencyRecord>, StoreError>;
}

/// What a rate limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RateOf {
    /// Deliveries and tests that the account's user asks for.
    Requests,
    /// Messages to the endpoint whose address has this SHA-256.
    Endpoint([u8; 32]),
}

/// Places in time, one each `interval`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub of: RateOf,
    pub interval: Duration,
    /// How far ahead of the present a place may be. If a place in the future is used at once, this is a token bucket
    /// of `1 + ahead_max / interval` tokens.
    pub ahead_max: Duration,
}

/// A place, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reserved {
    /// The place at this instant, which is not before the present.
    At(Instant),
    /// No place is free; the next one is at this instant.
    Full { again_at: Instant },
}

port! {
    /// The rates of accounts. They are hints: a place whose holder dies is lost, and they change no other record.
    pub trait Rates;

    /// Reserves the next place of a rate. Concurrent callers get different places.
    async fn reserve_place(&self, user: UserId, rate: &Rate, now: Instant) -> Result<Reserved, StoreError>;
}
