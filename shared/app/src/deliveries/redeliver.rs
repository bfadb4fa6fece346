//! One report is sent again, at its user's request.

use crate::optimistic::{self, Step};
use crate::ports::{
    Accounts, Clock, Deliveries, DeliveryMove, DeliveryQueue, DeliveryRequest, IdempotencyKey, IdempotencyRecords,
    Refusal, Runs, StoreError,
};
use domain::delivery::{AgainError, Delivery};
use domain::event::DeliverySubject;
use domain::id::{RunId, UserId};
use domain::instant::Instant;
use domain::run::Run;
use std::sync::Arc;

/// Begins a new cycle of attempts for a report that has arrived or was given up. The message keeps its id, so that a
/// receiver knows a second copy.
#[derive(Clone)]
pub struct Redeliver {
    pub clock: Arc<dyn Clock>,
    pub accounts: Arc<dyn Accounts>,
    pub runs: Arc<dyn Runs>,
    pub deliveries: Arc<dyn Deliveries>,
    pub idempotency: Arc<dyn IdempotencyRecords>,
    pub delivery_queue: Arc<dyn DeliveryQueue>,
}

/// A report can't be sent again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RedeliverError {
    /// The account is being deleted, or was.
    #[error("The account is closed: none of its reports is sent again.")]
    AccountClosed,
    /// There is no such run.
    #[error("the run is unknown")]
    NotFound,
    /// Its delivery does not allow it.
    #[error(transparent)]
    NotNow(#[from] AgainError),
    /// The key was used for another request.
    #[error("the Idempotency-Key was used for another request: use a new one")]
    KeyReused,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Redeliver {
    /// Sends a run's report again; the first attempt is due at once. The same key answers the run as it is now, and
    /// sends nothing.
    pub async fn send(&self, user: UserId, id: RunId, key: Option<IdempotencyKey>) -> Result<Run, RedeliverError> {
        if !self.is_open(user).await? {
            return Err(RedeliverError::AccountClosed);
        }
        let key = key.as_ref();
        let (run, is_new) = optimistic::update(
            ("the redelivery of run", id),
            |_| async move { self.runs.run(user, id).await?.ok_or(RedeliverError::NotFound) },
            |found: &Run, sent: &Run| (found.delivery == sent.delivery).then(|| (found.clone(), true)),
            |run| async move {
                let now = self.clock.now();
                if let Some(key) = key
                    && let Some(record) = self.idempotency.idempotency_record(user, key, now).await?
                {
                    let is_same = record.request_hash == key.request_hash;
                    return if is_same { Ok(Step::Done((run, false))) } else { Err(RedeliverError::KeyReused) };
                }
                let after = run.delivery.again(now)?;
                let begun = self.begin_cycle(&run, &after, key.cloned(), now).await;
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

    /// A closing that meets this drops what begins here: a delivery that is pending goes with its run.
    pub(super) async fn is_open(&self, user: UserId) -> Result<bool, StoreError> {
        Ok(self.accounts.account(user).await?.standing.is_open())
    }

    /// Writes the beginning of a new cycle, together with the record of a client's key.
    pub(super) async fn begin_cycle(
        &self,
        run: &Run,
        after: &Delivery,
        idempotency: Option<IdempotencyKey>,
        now: Instant,
    ) -> Result<(), Refusal> {
        let (user, subject) = (run.user, DeliverySubject::Run(run.id));
        let (before, after) = (run.delivery.clone(), after.clone());
        let step = DeliveryMove { user, subject, before, after, now, event: None, idempotency };
        self.deliveries.move_delivery(&step).await
    }

    /// Hints at attempts. A lost hint costs a minute: the deliveries stand in the due index.
    pub(super) async fn hint(&self, requests: &[DeliveryRequest]) {
        if let Err(error) = self.delivery_queue.request_deliveries(requests, 0).await {
            tracing::warn!(%error, "attempts wait for the sweep");
        }
    }
}

/// The first attempt of a cycle that has just begun.
pub(super) fn first_attempt(run: &Run, after: &Delivery) -> DeliveryRequest {
    let attempt = after.attempts.saturating_add(1);
    DeliveryRequest { user: run.user, subject: DeliverySubject::Run(run.id), attempt }
}
