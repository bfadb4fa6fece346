//! The failing store's other ports: what users have, and notices.

use super::down::Down;
use app::ports::{
    AccountChanges, DueIndex, DueItem, DueKind, Erasable, Erasure, Holdings, IdempotencyKey, Leaving, LimitSeen,
    Notices, Outbox, Place, ReachedAlready, Refusal, StoreError, TransactionError,
};
use async_trait::async_trait;
use domain::account::{Account, Closure, LimitsChange};
use domain::configuration::Configuration;
use domain::event::Event;
use domain::id::{EventId, NoticeId, UserId};
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

#[async_trait]
impl Erasure for Down {
    async fn notices(&self, _: UserId, _: usize) -> Result<Vec<Notice>, StoreError> {
        self.fail()
    }
    async fn keep_usage(&self, _: UserId) -> Result<(), StoreError> {
        self.fail()
    }
    async fn erase_subjects(&self, _: UserId, _: &[Leaving], _: Instant) -> Result<usize, StoreError> {
        self.fail()
    }
    async fn erase(&self, _: UserId, _: Erasable, _: usize) -> Result<usize, StoreError> {
        self.fail()
    }
    async fn has_markers(&self, _: UserId) -> Result<bool, StoreError> {
        self.fail()
    }
    async fn bury(&self, _: &Account, _: Instant) -> Result<(), Refusal> {
        self.fail()
    }
}

#[async_trait]
impl Outbox for Down {
    async fn event(&self, _: UserId, _: EventId) -> Result<Option<Event>, StoreError> {
        self.fail()
    }
    async fn remove_event(&self, _: UserId, _: EventId) -> Result<(), StoreError> {
        self.fail()
    }
}

#[async_trait]
impl DueIndex for Down {
    async fn due(&self, _: DueKind, _: u8, _: Instant, _: usize) -> Result<Vec<DueItem>, StoreError> {
        self.fail()
    }
    async fn postpone(&self, _: &DueItem, _: Instant) -> Result<(), Refusal> {
        self.fail()
    }
}
