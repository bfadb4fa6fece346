//! The records that a user sees.

use crate::ports::{Accounts, Configurations, Page, PageCursor, Refusal, Repositories, Runs, StoreError};
use async_trait::async_trait;
use domain::account::Account;
use domain::configuration::Configuration;
use domain::id::{ConfigurationId, RepositoryId, RunId, UserId};
use domain::instant::Instant;
use domain::repository::Repository;
use domain::run::Run;
use std::sync::Arc;

/// The records of open accounts. Those of a closed account are absent as soon as it is closed, although their erasure
/// takes minutes: a closed account looks empty. Deletion and background work read the store itself.
///
/// Each read also reads the account. The two reads are independent: a read during the closing may still return the
/// record.
#[derive(Clone)]
pub struct UserView {
    pub accounts: Arc<dyn Accounts>,
    pub repositories: Arc<dyn Repositories>,
    pub configurations: Arc<dyn Configurations>,
    pub runs: Arc<dyn Runs>,
}

impl UserView {
    async fn is_open(&self, user: UserId) -> Result<bool, StoreError> {
        Ok(self.accounts.account(user).await?.standing.is_open())
    }

    /// One record, if the account is open.
    async fn one<T>(
        &self,
        user: UserId,
        read: impl Future<Output = Result<Option<T>, StoreError>> + Send,
    ) -> Result<Option<T>, StoreError>
    where
        T: Send,
    {
        let (open, found) = futures::join!(self.is_open(user), read);
        if open? { found } else { Ok(None) }
    }

    /// A list, if the account is open.
    async fn list<T>(
        &self,
        user: UserId,
        read: impl Future<Output = Result<Vec<T>, StoreError>> + Send,
    ) -> Result<Vec<T>, StoreError>
    where
        T: Send,
    {
        let (open, found) = futures::join!(self.is_open(user), read);
        if open? { found } else { Ok(Vec::new()) }
    }

    /// A page, if the account is open.
    async fn page<T>(
        &self,
        user: UserId,
        read: impl Future<Output = Result<Page<T>, StoreError>> + Send,
    ) -> Result<Page<T>, StoreError>
    where
        T: Send,
    {
        let (open, found) = futures::join!(self.is_open(user), read);
        if open? { found } else { Ok(Page { items: Vec::new(), next: None, unreadable: 0 }) }
    }
}

#[async_trait]
impl Accounts for UserView {
    async fn account(&self, user: UserId) -> Result<Account, StoreError> {
        let account = self.accounts.account(user).await?;
        if account.standing.is_open() {
            return Ok(account);
        }
        let (standing, limits_version) = (account.standing, account.limits_version);
        Ok(Account { standing, limits_version, ..Account::free(user) })
    }

    async fn put_account(&self, account: &Account) -> Result<(), StoreError> {
        self.accounts.put_account(account).await
    }
}

#[async_trait]
impl Repositories for UserView {
    async fn repository(&self, user: UserId, id: RepositoryId) -> Result<Option<Repository>, StoreError> {
        self.one(user, self.repositories.repository(user, id)).await
    }

    async fn put_repository(&self, repository: &Repository) -> Result<(), StoreError> {
        self.repositories.put_repository(repository).await
    }

    async fn repositories(&self, user: UserId) -> Result<Vec<Repository>, StoreError> {
        self.list(user, self.repositories.repositories(user)).await
    }

    async fn repositories_page(
        &self,
        user: UserId,
        limit: usize,
        after: Option<&PageCursor>,
    ) -> Result<Page<Repository>, StoreError> {
        self.page(user, self.repositories.repositories_page(user, limit, after)).await
    }
}

#[async_trait]
impl Configurations for UserView {
    async fn configuration(&self, user: UserId, id: ConfigurationId) -> Result<Option<Configuration>, StoreError> {
        self.one(user, self.configurations.configuration(user, id)).await
    }

    async fn put_configuration(&self, configuration: &Configuration) -> Result<(), StoreError> {
        self.configurations.put_configuration(configuration).await
    }

    async fn replace_configuration(&self, before: &Configuration, after: &Configuration) -> Result<(), Refusal> {
        self.configurations.replace_configuration(before, after).await
    }

    async fn configurations(&self, user: UserId) -> Result<Vec<Configuration>, StoreError> {
        self.list(user, self.configurations.configurations(user)).await
    }

    async fn configurations_page(
        &self,
        user: UserId,
        limit: usize,
        after: Option<&PageCursor>,
    ) -> Result<Page<Configuration>, StoreError> {
        self.page(user, self.configurations.configurations_page(user, limit, after)).await
    }
}

#[async_trait]
impl Runs for UserView {
    async fn run(&self, user: UserId, id: RunId) -> Result<Option<Run>, StoreError> {
        self.one(user, self.runs.run(user, id)).await
    }

    async fn runs(&self, user: UserId, limit: usize, after: Option<&PageCursor>) -> Result<Page<Run>, StoreError> {
        self.page(user, self.runs.runs(user, limit, after)).await
    }

    async fn runs_between(&self, user: UserId, from: Instant, to: Instant) -> Result<Vec<Run>, StoreError> {
        self.list(user, self.runs.runs_between(user, from, to)).await
    }

    async fn runs_from(
        &self,
        user: UserId,
        from: Instant,
        to: Instant,
        limit: usize,
        after: Option<&PageCursor>,
    ) -> Result<Page<Run>, StoreError> {
        self.page(user, self.runs.runs_from(user, from, to, limit, after)).await
    }
}
