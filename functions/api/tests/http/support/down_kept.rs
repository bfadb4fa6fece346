//! The failing store's other ports: what users have, and notices.

use super::down::Down;
use app::ports::{
    AccountChanges, Holdings, IdempotencyKey, LimitSeen, Notices, Place, ReachedAlready, Refusal, StoreError,
    TransactionError,
};
use async_trait::async_trait;
use domain::account::{Account, Closure, LimitsChange};
use domain::configuration::Configuration;
use domain::id::{NoticeId, UserId};
use domain::instant::Instant;
use domain::notice::Notice;
use domain::repository::Repository;

#[async_trait]
impl Holdings for Down {
    async fn add_repository(
        &self,
        _: &Repository,
        _: Place,
        _: Option<&IdempotencyKey>,
    ) -> Result<(), TransactionError> {
        self.fail()
    }
    async fn replace_repository(&self, _: &Repository, _: &Repository) -> Result<(), Refusal> {
        self.fail()
    }
    async fn remove_repository(&self, _: &Repository, _: &Repository) -> Result<(), TransactionError> {
        self.fail()
    }
    async fn add_configuration(
        &self,
        _: &Configuration,
        _: Place,
        _: Option<&IdempotencyKey>,
    ) -> Result<(), TransactionError> {
        self.fail()
    }
    async fn edit_configuration(
        &self,
        _: &Configuration,
        _: &Configuration,
        _: LimitSeen,
    ) -> Result<(), TransactionError> {
        self.fail()
    }
    async fn replace_configuration_once(
        &self,
        _: &Configuration,
        _: &Configuration,
        _: &IdempotencyKey,
        _: Instant,
    ) -> Result<(), TransactionError> {
        self.fail()
    }
    async fn remove_configuration(&self, _: &Configuration, _: &Configuration) -> Result<(), TransactionError> {
        self.fail()
    }
}

#[async_trait]
impl AccountChanges for Down {
    async fn change_limits(
        &self,
        _: &Account,
        _: &Account,
        _: &LimitsChange,
        _: Option<&ReachedAlready>,
    ) -> Result<(), TransactionError> {
        self.fail()
    }
    async fn put_profile(&self, _: &Account, _: &Account) -> Result<(), Refusal> {
        self.fail()
    }
    async fn close_account(&self, _: &Closure) -> Result<(), TransactionError> {
        self.fail()
    }
}

#[async_trait]
impl Notices for Down {
    async fn notice(&self, _: UserId, _: NoticeId) -> Result<Option<Notice>, StoreError> {
        self.fail()
    }
}
