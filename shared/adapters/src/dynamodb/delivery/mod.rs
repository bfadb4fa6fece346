//! The delivery state that runs and notices carry, and the transaction that changes it.
//!
//! `delivery_due` is when the delivery itself is due; `due_sk` is when the sweep looks at it next, which a
//! postponement changes alone.

mod attempt;
pub(crate) mod health;

pub(crate) use attempt::to_item as attempt_item;

use super::item::{figure, flag, instant, instant_of, number_of, text};
use super::ledger::{new_event, new_notice};
use super::{Attributes, Change, DynamoStore, Key, Record, WriteError, attribute, idempotency, key, notice};
use app::ports::{Attempt, Deliveries, DeliveryMove, DueKind, HealthMove, Part, Refusal, StoreError, TransactionError};
use async_trait::async_trait;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::delivery::{Delivery, DeliveryState, Pending, Stage};
use domain::event::DeliverySubject;
use domain::id::UserId;
use uuid::Uuid;

/// Absent if there is nothing to deliver.
pub(crate) const STATE: &str = "delivery_state";
const EARLIER: &str = "delivery_earlier";
/// Set while an attempt has no result.
const IN_FLIGHT: &str = "in_flight";
const DUE_AT: &str = "delivery_due";
const LAST_ATTEMPT_AT: &str = "delivery_last";
const RESPONSE_STATUS: &str = "response";

/// Attempts at one delivery that are read at most: more than any retry policy makes.
const ATTEMPTS_READ_MAX: usize = 1_000;

pub(crate) fn attributes(delivery: &Delivery) -> Attributes {
    vec![
        (STATE, state(delivery.state())),
        (attribute::DELIVERY_ATTEMPTS, figure(delivery.attempts.into())),
        (EARLIER, figure(delivery.earlier_attempts.into())),
        (IN_FLIGHT, flag(delivery.is_in_flight())),
        (DUE_AT, instant_of(delivery.due_at())),
        (LAST_ATTEMPT_AT, instant_of(delivery.last_attempt_at)),
        (RESPONSE_STATUS, number_of(delivery.response_status)),
    ]
}

fn state(state: DeliveryState) -> Option<AttributeValue> {
    match state {
        DeliveryState::None => None,
        other => text(other.as_str()),
    }
}

/// A delivery's place in the due index; only a pending delivery has one.
pub(crate) fn due(delivery: &Delivery, id: Uuid) -> Attributes {
    key::due(DueKind::Delivery, delivery.due_at(), id)
}

pub(crate) fn read(record: Record<'_>) -> Result<Delivery, StoreError> {
    Ok(Delivery {
        stage: read_stage(record)?,
        attempts: record.figure(attribute::DELIVERY_ATTEMPTS)?,
        earlier_attempts: record.figure(EARLIER)?,
        last_attempt_at: record.instant_or_none(LAST_ATTEMPT_AT)?,
        response_status: record.number_or_none(RESPONSE_STATUS)?,
    })
}

fn read_stage(record: Record<'_>) -> Result<Stage, StoreError> {
    Ok(match record.read_or_none(STATE, DeliveryState::parse)?.unwrap_or(DeliveryState::None) {
        DeliveryState::None => Stage::None,
        DeliveryState::Pending if record.flag(IN_FLIGHT)? => Stage::Pending(Pending::InFlight(record.instant(DUE_AT)?)),
        DeliveryState::Pending => Stage::Pending(Pending::Due(record.instant(DUE_AT)?)),
        DeliveryState::Delivered => Stage::Delivered,
        DeliveryState::Refused => Stage::Refused,
        DeliveryState::Exhausted => Stage::Exhausted,
    })
}

/// The change from the delivery's state before the move to the state after it.
fn change(step: &DeliveryMove) -> Change {
    let id = match step.subject {
        DeliverySubject::Run(run) => run.uuid(),
        DeliverySubject::Notice(notice) => notice.uuid(),
    };
    let before = &step.before;
    let change = Change::of_existing()
        .if_equal(STATE, state(before.state()))
        .if_equal(attribute::DELIVERY_ATTEMPTS, figure(before.attempts.into()))
        .if_equal(EARLIER, figure(before.earlier_attempts.into()))
        .if_equal(IN_FLIGHT, flag(before.is_in_flight()))
        .if_equal(DUE_AT, instant_of(before.due_at()))
        .set_all(attributes(&step.after))
        .set_all(due(&step.after, id));
    match step.subject {
        DeliverySubject::Run(_) => change.set(attribute::UPDATED_AT, instant(step.now)),
        DeliverySubject::Notice(_) => match notice::sent_to(step.sent_to.as_ref()) {
            (_, None) => change,
            (name, value) => change.set(name, value),
        },
    }
}

#[async_trait]
impl Deliveries for DynamoStore {
    async fn move_delivery(&self, step: &DeliveryMove) -> Result<(), Refusal> {
        let key = Key::subject(step.user, step.subject);
        if step.event.is_none() && step.notice.is_none() && step.idempotency.is_none() {
            return Ok(self.update(&change(step), key).await?);
        }
        let part = match step.subject {
            DeliverySubject::Run(_) => Part::Run,
            DeliverySubject::Notice(_) => Part::Notice,
        };
        let mut parts = vec![change(step).into_update(part, &self.table, key)?];
        if let Some(event) = &step.event {
            parts.push(new_event(&self.table, event)?);
        }
        if let Some(notice) = &step.notice {
            parts.push(new_notice(&self.table, notice)?);
        }
        if let (Some(key), DeliverySubject::Run(run)) = (&step.idempotency, step.subject) {
            parts.push(idempotency::new_record(&self.table, step.user, key, run.uuid(), step.now)?);
        }
        match self.transact(parts).await {
            Ok(()) => Ok(()),
            Err(TransactionError::Refused(_)) => Err(Refusal::MovedOn),
            Err(TransactionError::Store(error)) => Err(Refusal::Store(error)),
        }
    }

    async fn move_health(&self, step: &HealthMove) -> Result<(), Refusal> {
        self.change_health(step).await
    }

    async fn put_attempt(&self, attempt: &Attempt) -> Result<(), StoreError> {
        match self.put(&Change::if_absent(), attempt::to_item(attempt, self.retention.attempts)).await {
            Ok(()) | Err(WriteError::Refused(_)) => Ok(()),
            Err(WriteError::Store(error)) => Err(error),
        }
    }

    async fn attempt(
        &self,
        user: UserId,
        subject: DeliverySubject,
        number: u32,
    ) -> Result<Option<Attempt>, StoreError> {
        let found = self.get(Key::attempt(user, subject, number)).await?.and_then(|item| self.live(item));
        self.decoded(found.as_ref(), |item| attempt::from_item(item, subject))
    }

    async fn attempts(&self, user: UserId, subject: DeliverySubject) -> Result<Vec<Attempt>, StoreError> {
        let request = self.query_prefix(user, key::attempts(subject));
        let items = self.read_pages(request, None, ATTEMPTS_READ_MAX).await?;
        let live = items.into_iter().filter_map(|item| self.live(item));
        Ok(live.filter_map(|item| self.readable(attempt::from_item(&item, subject))).collect())
    }
}
