//! Records, noun by noun. Reads are consistent unless said otherwise.
//!
//! A record that can't be read fails a read of it alone. Where several are read it is skipped, logged and counted, so that
//! one damaged record never costs a page.

use super::StoreError;
use async_trait::async_trait;
use domain::account::Account;
use domain::configuration::Configuration;
use domain::id::{ConfigurationId, NoticeId, RepositoryId, RunId, UserId};
use domain::instant::Instant;
use domain::month::Month;
use domain::notice::Notice;
use domain::repository::Repository;
use domain::run::{Content, Run};
use domain::usage::UsageCounter;
use uuid::Uuid;

/// Accounts.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// The account; a user who was never heard of has a Free one.
    async fn account(&self, user: UserId) -> Result<Account, StoreError>;
    /// Puts an account as it is, whatever stood there: for seeding and the administration of plans.
    async fn put_account(&self, account: &Account) -> Result<(), StoreError>;
}

/// Repositories.
#[async_trait]
pub trait Repositories: Send + Sync {
    /// The repository, its tombstone too.
    async fn repository(&self, user: UserId, id: RepositoryId) -> Result<Option<Repository>, StoreError>;
    /// Puts a repository as it is.
    async fn put_repository(&self, repository: &Repository) -> Result<(), StoreError>;
    /// All repositories of a user that are not deleted, oldest first, at most 10,000.
    async fn repositories(&self, user: UserId) -> Result<Vec<Repository>, StoreError>;
    /// Those of them that follow a cursor, newest first, `limit` at most. Tombstones are passed over: where a thousand of
    /// them lie together, a page holds fewer and has a next one.
    async fn repositories_page(
        &self,
        user: UserId,
        limit: usize,
        after: Option<&PageCursor>,
    ) -> Result<Page<Repository>, StoreError>;
}

/// Configurations.
#[async_trait]
pub trait Configurations: Send + Sync {
    /// The configuration, its tombstone too.
    async fn configuration(&self, user: UserId, id: ConfigurationId) -> Result<Option<Configuration>, StoreError>;
    /// Puts a configuration as it is, whatever stood there: for seeding.
    async fn put_configuration(&self, configuration: &Configuration) -> Result<(), StoreError>;
    /// Replaces `before` by `after` if neither what the user set nor what the runs set has moved since `before` was
    /// read (version, `due_at`, `next_run_at`, `active_run` and the generation of coverage are compared).
    async fn replace_configuration(&self, before: &Configuration, after: &Configuration) -> Result<(), super::Refusal>;
    /// All configurations of a user that are not deleted, oldest first, at most 10,000.
    async fn configurations(&self, user: UserId) -> Result<Vec<Configuration>, StoreError>;
    /// Those of them that follow a cursor, newest first, `limit` at most; as [`Repositories::repositories_page`].
    async fn configurations_page(
        &self,
        user: UserId,
        limit: usize,
        after: Option<&PageCursor>,
    ) -> Result<Page<Configuration>, StoreError>;
}

/// Where a page goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageCursor {
    /// The id of the last record that was answered, or passed over.
    pub after: Uuid,
}

/// One page of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// Its items.
    pub items: Vec<T>,
    /// Where the next one begins; none at the end.
    pub next: Option<PageCursor>,
    /// Records that were skipped because they can't be read.
    pub unreadable: usize,
}

/// Runs.
#[async_trait]
pub trait Runs: Send + Sync {
    /// The run.
    async fn run(&self, user: UserId, id: RunId) -> Result<Option<Run>, StoreError>;
    /// Runs of a user, newest first, `limit` at most.
    async fn runs(&self, user: UserId, limit: usize, after: Option<&PageCursor>) -> Result<Page<Run>, StoreError>;
    /// Runs of a user whose ids lie in the range of instants (end excluded), oldest first, all of them.
    async fn runs_between(&self, user: UserId, from: Instant, to: Instant) -> Result<Vec<Run>, StoreError>;
    /// The same, `limit` at most, going on after a cursor.
    async fn runs_from(
        &self,
        user: UserId,
        from: Instant,
        to: Instant,
        limit: usize,
        after: Option<&PageCursor>,
    ) -> Result<Page<Run>, StoreError>;
}

/// Texts of reports. They are kept as long as the deployment says; one that has expired is absent.
#[async_trait]
pub trait Contents: Send + Sync {
    /// The text of a run.
    async fn content(&self, user: UserId, run: RunId) -> Result<Option<Content>, StoreError>;
    /// Puts a text unless there is one, and answers the one that stands there afterwards. Where its run was erased
    /// nothing is put, and the text is answered as it came.
    async fn put_content(&self, content: &Content) -> Result<Content, StoreError>;
}

/// Usage counters.
#[async_trait]
pub trait UsageCounters: Send + Sync {
    /// The counter of a month; an empty one where nothing happened yet. It never fails for what is stored: figures that
    /// can't be read are named in [`UsageCounter::unreadable`].
    async fn usage(&self, user: UserId, month: Month) -> Result<UsageCounter, StoreError>;
    /// Sets every figure that runs come to from `before` to `after`, and moves the revision (condition: the revision is
    /// that of `before`). Blocked reports, reported thresholds and the last run's instant stay, unless they can't be read.
    async fn correct(&self, before: &UsageCounter, after: &UsageCounter) -> Result<(), super::Refusal>;
    /// The counters of a range of months, both ends included, oldest first; none for a month in which nothing happened.
    async fn usage_between(&self, user: UserId, from: Month, to: Month) -> Result<Vec<UsageCounter>, StoreError>;
}

/// Whether the store answers.
#[async_trait]
pub trait Readiness: Send + Sync {
    /// One bounded read; what it finds does not matter.
    async fn answer(&self) -> Result<(), StoreError>;
}

/// Notices.
#[async_trait]
pub trait Notices: Send + Sync {
    /// The notice.
    async fn notice(&self, user: UserId, id: NoticeId) -> Result<Option<Notice>, StoreError>;
}

/// What a request with an idempotency key made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyRecord {
    /// Hash of route and body.
    pub request_hash: [u8; 32],
    /// The id of what it made: a run, a repository or a configuration, as the request's route says.
    pub made: Uuid,
    /// When the record was made; 24 h later it counts as absent.
    pub created_at: Instant,
}

/// Idempotency records.
#[async_trait]
pub trait IdempotencyRecords: Send + Sync {
    /// The record of a key, unless it has expired at `now`.
    async fn idempotency_record(
        &self,
        user: UserId,
        key: &super::IdempotencyKey,
        now: Instant,
    ) -> Result<Option<IdempotencyRecord>, StoreError>;
}
