//! Erasing a closed account: all its records, except what an invoice needs.
//!
//! [`CloseAccount`] closes it in one write, after which nothing new starts. [`EraseAccount`] does the rest in steps of
//! a tick: it stops configurations, ends runs, drops pending deliveries, and erases page by page. The store shows what
//! is done, so that it continues after an interruption.
//!
//! The usage counters, the audit entries and a tombstone of the account stay. For the reasons and the order see
//! `docs/decisions/0007-what-a-deleted-account-leaves.md`.

mod subjects;

use super::CloseAccount;
use crate::limits::{DELETION_ITEMS_MAX, DELETION_PAGE_ITEMS, STRAY_WORKER_MINUTES};
use crate::optimistic::{self, Step};
use crate::ports::{
    Accounts, Clock, Contents, Deliveries, Erasable, Erasure, Holdings, Refusal, Repositories, Runs, StoreError,
};
use crate::runs::EndRun;
use domain::account::Standing;
use domain::id::UserId;
use domain::instant::{Duration, Instant};
use domain::repository::Repository;
use std::sync::Arc;

/// Erases closed accounts.
#[derive(Clone)]
pub struct EraseAccount {
    pub clock: Arc<dyn Clock>,
    pub accounts: Arc<dyn Accounts>,
    pub close: CloseAccount,
    pub repositories: Arc<dyn Repositories>,
    pub holdings: Arc<dyn Holdings>,
    pub runs: Arc<dyn Runs>,
    pub contents: Arc<dyn Contents>,
    pub end: EndRun,
    pub deliveries: Arc<dyn Deliveries>,
    pub erasure: Arc<dyn Erasure>,
}

/// The state of an account's deletion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeletionProgress {
    /// The account is not being deleted, or another tick has completed its deletion.
    Nothing,
    /// There is more to do, and no time left in this step.
    Unfinished,
    /// The remaining records may be erased at this instant.
    WaitsUntil(Instant),
    Done,
}

/// The number of records and the time that one step may use.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    left: usize,
    deadline: Instant,
}

impl Budget {
    pub(crate) fn new(left: usize, deadline: Instant) -> Self {
        Self { left, deadline }
    }

    pub(crate) fn spend(&mut self, records: usize) {
        self.left = self.left.saturating_sub(records);
    }

    pub(crate) fn is_spent(&self, now: Instant) -> bool {
        self.left == 0 || now >= self.deadline
    }
}

impl EraseAccount {
    /// Continues the deletion of a closed account, for a bounded number of records, until `deadline` at most. The order
    /// guarantees that it ends: a kind of record is erased after everything that could create more of it.
    pub async fn resume(&self, user: UserId, deadline: Instant) -> Result<DeletionProgress, StoreError> {
        let mut budget = Budget::new(DELETION_ITEMS_MAX, deadline);
        let account = self.accounts.account(user).await?;
        let Standing::Closing { since } = account.standing else {
            return Ok(DeletionProgress::Nothing);
        };
        if let Some(progress) = self.erase_records(user, since, &mut budget).await? {
            return Ok(progress);
        }
        match self.erasure.bury(&account, self.clock.now()).await {
            Ok(()) => Ok(DeletionProgress::Done),
            Err(Refusal::MovedOn) => Ok(DeletionProgress::Nothing),
            Err(Refusal::Store(error)) => Err(error),
        }
    }

    /// Stops everything and erases all records; `None` once nothing is left to do.
    async fn erase_records(
        &self,
        user: UserId,
        since: Instant,
        budget: &mut Budget,
    ) -> Result<Option<DeletionProgress>, StoreError> {
        if !self.close.stop_configurations(user, budget).await? || !self.stop_repositories(user, budget).await? {
            return Ok(Some(DeletionProgress::Unfinished));
        }
        self.erasure.keep_usage(user).await?;
        if let Some(progress) = self.erase_runs(user, since, budget).await? {
            return Ok(Some(progress));
        }
        if let Some(progress) = self.erase_notices(user, since, budget).await? {
            return Ok(Some(progress));
        }
        for what in Erasable::RECORDS {
            if !self.erase_all(user, what, budget).await? {
                return Ok(Some(DeletionProgress::Unfinished));
            }
        }
        self.erase_markers(user, since, budget).await
    }

    async fn erase_markers(
        &self,
        user: UserId,
        since: Instant,
        budget: &mut Budget,
    ) -> Result<Option<DeletionProgress>, StoreError> {
        if !self.erasure.has_markers(user).await? {
            return Ok(None);
        }
        if self.clock.now() < strays_until(since) {
            return Ok(Some(DeletionProgress::WaitsUntil(strays_until(since))));
        }
        let erased = self.erase_all(user, Erasable::Markers, budget).await?;
        Ok((!erased).then_some(DeletionProgress::Unfinished))
    }

    /// Erases records of a kind and returns whether none is left.
    async fn erase_all(&self, user: UserId, what: Erasable, budget: &mut Budget) -> Result<bool, StoreError> {
        loop {
            if budget.is_spent(self.clock.now()) {
                return Ok(false);
            }
            let erased = self.erasure.erase(user, what, DELETION_PAGE_ITEMS).await?;
            budget.spend(erased);
            if erased < DELETION_PAGE_ITEMS {
                return Ok(true);
            }
        }
    }

    /// Turns repositories into tombstones without tokens, and returns whether none is left.
    async fn stop_repositories(&self, user: UserId, budget: &mut Budget) -> Result<bool, StoreError> {
        for repository in self.repositories.repositories(user).await? {
            if budget.is_spent(self.clock.now()) {
                return Ok(false);
            }
            self.stop_repository(repository).await?;
            budget.spend(1);
        }
        Ok(true)
    }

    async fn stop_repository(&self, repository: Repository) -> Result<(), StoreError> {
        let now = self.clock.now();
        let (user, id, listed) = (repository.user, repository.id, &repository);
        optimistic::ensure(
            ("the deletion, with its account, of repository", id),
            |again| async move {
                if again { self.repositories.repository(user, id).await } else { Ok(Some(listed.clone())) }
            },
            |found| async move {
                match found.filter(|found| found.deleted_at.is_none()) {
                    Some(found) => Step::of(self.holdings.remove_repository(&found, &found.deleted(now)).await, ()),
                    None => Ok(Step::Done(())),
                }
            },
        )
        .await
    }
}

/// Until when a worker from before the closing may still write.
fn strays_until(closed_at: Instant) -> Instant {
    closed_at + Duration::minutes(STRAY_WORKER_MINUTES)
}
