//! The records that a user sees.

use crate::ports::{Call, Intercept, Page, Proxy, Store, StoreError};
use async_trait::async_trait;
use domain::account::Account;
use domain::id::UserId;
use std::sync::Arc;

/// The records of open accounts. Those of a closed account are absent as soon as it is closed, although their erasure
/// takes minutes: a closed account looks empty. Deletion and background work read the store itself.
///
/// Each read also reads the account. The two reads are independent: a read during the closing may still return the
/// record.
#[derive(Clone)]
pub struct UserView {
    pub store: Arc<dyn Store>,
}

impl UserView {
    async fn is_open(&self, user: UserId) -> Result<bool, StoreError> {
        Ok(self.store.account(user).await?.standing.is_open())
    }
}

impl Proxy for UserView {
    type Port = dyn Store;
}

/// What a read of absent records returns.
trait Absent {
    fn absent() -> Self;
}

impl<T> Absent for Option<T> {
    fn absent() -> Self {
        None
    }
}

impl<T> Absent for Vec<T> {
    fn absent() -> Self {
        Self::new()
    }
}

impl<T> Absent for Page<T> {
    fn absent() -> Self {
        Self { items: Vec::new(), next: None, unreadable: 0 }
    }
}

#[async_trait]
impl<T: Absent + Send + 'static> Intercept<Result<T, StoreError>> for UserView {
    async fn intercept<'a>(&'a self, call: Call<'a, dyn Store, Result<T, StoreError>>) -> Result<T, StoreError> {
        let Some(user) = call.user else {
            return Err(StoreError::Broken { detail: format!("'{}' does not name its user", call.method) });
        };
        let (open, found) = futures::join!(self.is_open(user), call.of(self.store.as_ref()));
        if open? { found } else { Ok(T::absent()) }
    }
}

#[async_trait]
impl Intercept<Result<Account, StoreError>> for UserView {
    async fn intercept<'a>(
        &'a self,
        call: Call<'a, dyn Store, Result<Account, StoreError>>,
    ) -> Result<Account, StoreError> {
        let account = call.of(self.store.as_ref()).await?;
        if account.standing.is_open() {
            return Ok(account);
        }
        let (standing, limits_version) = (account.standing, account.limits_version);
        Ok(Account { standing, limits_version, ..Account::free(account.user) })
    }
}

/// A write has its own conditions.
#[async_trait]
impl<E: Send + 'static> Intercept<Result<(), E>> for UserView {
    async fn intercept<'a>(&'a self, call: Call<'a, dyn Store, Result<(), E>>) -> Result<(), E> {
        call.of(self.store.as_ref()).await
    }
}
