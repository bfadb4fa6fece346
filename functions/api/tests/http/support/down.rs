//! A store that fails in one way, whatever is called: for the answers that callers get then, and to prove that a
//! request does not reach the store.

use app::ports::{
    Accounts, Attempt, Block, Configurations, Contents, Deliveries, DeliveryMove, Finish, IdempotencyKey,
    IdempotencyRecord, IdempotencyRecords, Page, PageCursor, Readiness, Refusal, Repositories, Reservation, RunLedger,
    Runs, StoreError, TransactionError, UsageCounters,
};
use async_trait::async_trait;
use domain::account::Account;
use domain::configuration::Configuration;
use domain::event::DeliverySubject;
use domain::id::{ConfigurationId, OwnerId, RepositoryId, RunId, UserId};
use domain::instant::Instant;
use domain::month::Month;
use domain::repository::Repository;
use domain::run::{Content, Payment, Run};
use domain::usage::UsageCounter;
use std::time::Duration;

#[derive(Clone, Copy)]
pub(crate) enum Down {
    Unavailable,
    Busy,
    Broken,
    Panicking,
}

/// Words that no caller may see.
pub(crate) const INNER_WORDS: &str = "ProvisionedThroughput at dynamodb.eu-west-1";

impl Down {
    pub(super) fn fail<T, E: From<StoreError>>(self) -> Result<T, E> {
        let detail = INNER_WORDS.to_owned();
        Err(E::from(match self {
            Self::Unavailable => StoreError::Unavailable { detail },
            Self::Busy => StoreError::Busy { detail, retry_after: Duration::from_secs(7) },
            Self::Broken => StoreError::Broken { detail },
            Self::Panicking => panic!("{INNER_WORDS}"),
        }))
    }
}

#[async_trait]
impl Accounts for Down {
    async fn account(&self, _: UserId) -> Result<Account, StoreError> {
        self.fail()
    }
    async fn put_account(&self, _: &Account) -> Result<(), StoreError> {
        self.fail()
    }
}

#[async_trait]
impl Repositories for Down {
    async fn repository(&self, _: UserId, _: RepositoryId) -> Result<Option<Repository>, StoreError> {
        self.fail()
    }
    async fn put_repository(&self, _: &Repository) -> Result<(), StoreError> {
        self.fail()
    }
    async fn repositories(&self, _: UserId) -> Result<Vec<Repository>, StoreError> {
        self.fail()
    }
    async fn repositories_page(
        &self,
        _: UserId,
        _: usize,
        _: Option<&PageCursor>,
    ) -> Result<Page<Repository>, StoreError> {
        self.fail()
    }
}

#[async_trait]
impl Configurations for Down {
    async fn configuration(&self, _: UserId, _: ConfigurationId) -> Result<Option<Configuration>, StoreError> {
        self.fail()
    }
    async fn put_configuration(&self, _: &Configuration) -> Result<(), StoreError> {
        self.fail()
    }
    async fn replace_configuration(&self, _: &Configuration, _: &Configuration) -> Result<(), Refusal> {
        self.fail()
    }
    async fn configurations(&self, _: UserId) -> Result<Vec<Configuration>, StoreError> {
        self.fail()
    }
    async fn configurations_page(
        &self,
        _: UserId,
        _: usize,
        _: Option<&PageCursor>,
    ) -> Result<Page<Configuration>, StoreError> {
        self.fail()
    }
}

#[async_trait]
impl Runs for Down {
    async fn run(&self, _: UserId, _: RunId) -> Result<Option<Run>, StoreError> {
        self.fail()
    }
    async fn runs(&self, _: UserId, _: usize, _: Option<&PageCursor>) -> Result<Page<Run>, StoreError> {
        self.fail()
    }
    async fn runs_between(&self, _: UserId, _: Instant, _: Instant) -> Result<Vec<Run>, StoreError> {
        self.fail()
    }
    async fn runs_from(
        &self,
        _: UserId,
        _: Instant,
        _: Instant,
        _: usize,
        _: Option<&PageCursor>,
    ) -> Result<Page<Run>, StoreError> {
        self.fail()
    }
}

#[async_trait]
impl Contents for Down {
    async fn content(&self, _: UserId, _: RunId) -> Result<Option<Content>, StoreError> {
        self.fail()
    }
    async fn put_content(&self, _: &Content) -> Result<Content, StoreError> {
        self.fail()
    }
}

#[async_trait]
impl UsageCounters for Down {
    async fn usage(&self, _: UserId, _: Month) -> Result<UsageCounter, StoreError> {
        self.fail()
    }
    async fn correct(&self, _: &UsageCounter, _: &UsageCounter) -> Result<(), Refusal> {
        self.fail()
    }
    async fn usage_between(&self, _: UserId, _: Month, _: Month) -> Result<Vec<UsageCounter>, StoreError> {
        self.fail()
    }
}

#[async_trait]
impl Readiness for Down {
    async fn answer(&self) -> Result<(), StoreError> {
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

#[async_trait]
impl IdempotencyRecords for Down {
    async fn idempotency_record(
        &self,
        _: UserId,
        _: &IdempotencyKey,
        _: Instant,
    ) -> Result<Option<IdempotencyRecord>, StoreError> {
        self.fail()
    }
}

#[async_trait]
impl RunLedger for Down {
    async fn reserve(&self, _: &Reservation) -> Result<(), TransactionError> {
        self.fail()
    }
    async fn claim(&self, _: &Run, _: &Run) -> Result<(), Refusal> {
        self.fail()
    }
    async fn wait(&self, _: OwnerId, _: &Run) -> Result<(), Refusal> {
        self.fail()
    }
    async fn finish(&self, _: &Finish) -> Result<(), TransactionError> {
        self.fail()
    }
    async fn block(&self, _: &Block) -> Result<(), TransactionError> {
        self.fail()
    }
    async fn pay(&self, _: &Run, _: &Payment, _: Instant) -> Result<(), TransactionError> {
        self.fail()
    }
}
