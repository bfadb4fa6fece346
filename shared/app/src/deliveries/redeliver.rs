//! One report is sent again, at its user's request.

use super::requests::{TooManyRequests, take_request};
use crate::optimistic::{self, NotWritten, Step};
use crate::ports::{
    Accounts, Clock, Configurations, Deliveries, DeliveryMove, DeliveryQueue, DeliveryRequest, IdempotencyKey,
    IdempotencyRecords, Rates, Refusal, Runs, StoreError,
};
use domain::delivery::{AgainError, Delivery};
use domain::event::DeliverySubject;
use domain::id::{RunId, UserId};
use domain::instant::Instant;
use domain::run::Run;
use std::sync::Arc;

/// Starts a new cycle of attempts for a report that has arrived or whose attempts are used up. The message keeps its
/// id, so that a receiver recognises a duplicate.
#[derive(Clone)]
pub struct Redeliver {
    pub clock: Arc<dyn Clock>,
    pub accounts: Arc<dyn Accounts>,
    pub configurations: Arc<dyn Configurations>,
    pub runs: Arc<dyn Runs>,
    pub deliveries: Arc<dyn Deliveries>,
    pub idempotency: Arc<dyn IdempotencyRecords>,
    pub rates: Arc<dyn Rates>,
    pub delivery_queue: Arc<dyn DeliveryQueue>,
}

/// Why nothing is sent to a disabled webhook, and what to do.
pub(crate) const DISABLED: &str = "The webhook is disabled, because it did not take messages. Send a test report, \
                                   change its address, or enable it again.";

/// A report was not sent again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RedeliverError {
    #[error("The account is closed: none of its reports is sent again.")]
    AccountClosed,
    #[error("the run is unknown")]
    NotFound,
    #[error("{DISABLED}")]
    Disabled,
    #[error(transparent)]
    NotNow(#[from] AgainError),
    #[error("the Idempotency-Key was used for another request: use a new one")]
    KeyReused,
    #[error(transparent)]
    TooMany(#[from] TooManyRequests),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Redeliver {
    /// Sends a run's report again; the first attempt is due at once. With the same key again, the run is returned in
    /// its current state and nothing is sent.
    pub async fn send(&self, user: UserId, id: RunId, key: Option<IdempotencyKey>) -> Result<Run, RedeliverError> {
        if !self.is_open(user).await? {
            return Err(RedeliverError::AccountClosed);
        }
        let key = key.as_ref();
        self.take_request(user, key).await??;
        let (run, is_new) = optimistic::update(
            ("the redelivery of run", id),
            |_| async move { self.runs.run(user, id).await?.ok_or(RedeliverError::NotFound) },
            |found: &Run, sent: &Run| (found.delivery == sent.delivery).then(|| (found.clone(), true)),
            |run| async move {
                let now = self.clock.now();
                if self.was_made_before(user, key, now).await? {
                    return Ok(Step::Done((run, false)));
                }
                let after = run.delivery.again(now)?;
                if self.is_disabled(&run).await? {
                    return Err(RedeliverError::Disabled);
                }
                let begun = self.begin_cycle(&run, &after, key.cloned(), now).await;
                // Two requests at the same instant begin the same cycle, and only one of them is accepted.
                let begun = begun.map_err(NotWritten::by_another);
                let step = Step::of(begun, Run { delivery: after, updated_at: now, ..run })?;
                Ok(step.map(|run| (run, true)))
            },
        )
        .await?;
        if is_new {
            self.hint(&[first_attempt(&run, &run.delivery)]).await;
        }
        Ok(run)
    }

    /// Whether this request was made before with its key.
    async fn was_made_before(
        &self,
        user: UserId,
        key: Option<&IdempotencyKey>,
        now: Instant,
    ) -> Result<bool, RedeliverError> {
        let Some(key) = key else { return Ok(false) };
        match self.idempotency.idempotency_record(user, key, now).await? {
            None => Ok(false),
            Some(record) if record.request_hash == key.request_hash => Ok(true),
            Some(_) => Err(RedeliverError::KeyReused),
        }
    }

    /// Takes a token of the account's bucket, unless the request was made before with its key.
    pub(super) async fn take_request(
        &self,
        user: UserId,
        key: Option<&IdempotencyKey>,
    ) -> Result<Result<(), TooManyRequests>, StoreError> {
        take_request(self.rates.as_ref(), self.idempotency.as_ref(), user, key, self.clock.now()).await
    }

    async fn is_disabled(&self, run: &Run) -> Result<bool, StoreError> {
        let found = self.configurations.configuration(run.user, run.configuration).await?;
        Ok(found.is_some_and(|found| found.delivery_health.is_disabled()))
    }

    /// If the account is closed after this check, its deletion drops the delivery that is started here.
    pub(super) async fn is_open(&self, user: UserId) -> Result<bool, StoreError> {
        Ok(self.accounts.account(user).await?.standing.is_open())
    }

    /// Stores the start of a new cycle, together with the record of a client's key.
    pub(super) async fn begin_cycle(
        &self,
        run: &Run,
        after: &Delivery,
        idempotency: Option<IdempotencyKey>,
        now: Instant,
    ) -> Result<(), Refusal> {
        let (user, subject) = (run.user, DeliverySubject::Run(run.id));
        let (before, after) = (run.delivery.clone(), after.clone());
        let step =
            DeliveryMove { user, subject, before, after, now, event: None, notice: None, sent_to: None, idempotency };
        self.deliveries.move_delivery(&step).await
    }

    /// Sends messages for attempts. If they are lost, the attempts are made a minute later, from the due index.
    pub(super) async fn hint(&self, requests: &[DeliveryRequest]) {
        if let Err(error) = self.delivery_queue.request_deliveries(requests, 0).await {
            tracing::warn!(%error, "attempts wait for the sweep");
        }
    }
}

/// The first attempt of a cycle that has just started.
pub(super) fn first_attempt(run: &Run, after: &Delivery) -> DeliveryRequest {
    let attempt = after.attempts.saturating_add(1);
    DeliveryRequest::of(run.user, DeliverySubject::Run(run.id), attempt)
}
