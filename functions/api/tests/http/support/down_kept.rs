//! The failing store's other ports: what users keep, and what is delivered.

use super::down::Down;
use app::ports::{
    AccountChanges, Attempt, Deliveries, DeliveryMove, Holdings, IdempotencyKey, LimitSeen, Notices, Place,
    ReachedAlready, Refusal, StoreError, TransactionError,
};
use async_trait::async_trait;
use domain::account::{Account, LimitsChange};
use domain::configuration::Configuration;
use domain::event::DeliverySubject;
use domain::id::{NoticeId, UserId};
use domain::notice::Notice;
use domain::repository::Repository;
use url::Url;

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
    async fn put_profile(&self, _: UserId, _: Option<&str>, _: Option<&Url>) -> Result<(), StoreError> {
        self.fail()
    }
}

#[async_trait]
impl Notices for Down {
    async fn notice(&self, _: UserId, _: NoticeId) -> Result<Option<Notice>, StoreError> {
        self.fail()
    }
}

#[async_trait]
impl Deliveries for Down {
    async fn move_delivery(&self, _: &DeliveryMove) -> Result<(), Refusal> {
        self.fail()
    }
    async fn put_attempt(&self, _: &Attempt) -> Result<(), StoreError> {
        self.fail()
    }
    async fn attempt(&self, _: UserId, _: DeliverySubject, _: u32) -> Result<Option<Attempt>, StoreError> {
        self.fail()
    }
    async fn attempts(&self, _: UserId, _: DeliverySubject) -> Result<Vec<Attempt>, StoreError> {
        self.fail()
    }
}
