//! The health of an endpoint, as one attribute of its configuration or account.
//!
//! `failing <since>`, with `reported` where it applies, or `disabled <since> <reason>`, with the HTTP status
//! where there is one. A healthy endpoint has no attribute.

use super::super::account;
use super::super::configuration::replacement;
use super::super::item::{shown, text};
use super::super::ledger::{new_event, new_notice};
use super::super::{Change, DynamoStore, Key, Record, attribute};
use app::ports::{EndpointMove, HealthMove, Part, Refusal, StoreError, TransactionError};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::delivery::{DisabledReason, Health, HealthState};
use domain::instant;

const REPORTED: &str = "reported";

/// The attribute's value.
pub(crate) fn value(health: Health) -> Option<AttributeValue> {
    let state = health.state().as_str();
    match health {
        Health::Healthy => None,
        Health::Failing { since, reported } => {
            let reported = if reported { format!(" {REPORTED}") } else { String::new() };
            text(format!("{state} {}{reported}", instant::text(since)))
        }
        Health::Disabled { since, reason, status } => {
            let status = status.map(|status| format!(" {status}")).unwrap_or_default();
            text(format!("{state} {} {}{status}", instant::text(since), reason.as_str()))
        }
    }
}

/// The health of a record.
pub(crate) fn read(record: Record<'_>) -> Result<Health, StoreError> {
    Ok(record.read_or_none(attribute::HEALTH, parse)?.unwrap_or_default())
}

fn parse(text: &str) -> Option<Health> {
    let mut words = text.split(' ');
    let state = HealthState::parse(words.next()?)?;
    let since = instant::parse(words.next()?)?;
    match state {
        HealthState::Healthy => None,
        HealthState::Failing => Some(Health::Failing { since, reported: words.any(|word| word == REPORTED) }),
        HealthState::Disabled => {
            let reason = DisabledReason::parse(words.next()?)?;
            Some(Health::Disabled { since, reason, status: words.next().and_then(|status| status.parse().ok()) })
        }
    }
}

impl DynamoStore {
    pub(super) async fn change_health(&self, step: &HealthMove) -> Result<(), Refusal> {
        let (part, change, key) = match &step.endpoint {
            EndpointMove::Configuration { before, after } => {
                let change = replacement(before, after).unless_there(attribute::DELETED_AT);
                (Part::Configuration, change, Key::configuration(before.user, before.id))
            }
            EndpointMove::Account { before, after } => {
                let change = Change::of_existing()
                    .unless_there(attribute::CLOSED_AT)
                    .if_equal(account::NOTIFICATION_WEBHOOK, shown(before.notification_webhook.as_ref()))
                    .if_equal(attribute::HEALTH, value(before.notification_health))
                    .set(attribute::HEALTH, value(*after));
                (Part::Account, change, Key::account(before.user))
            }
        };
        if step.notice.is_none() && step.event.is_none() {
            return Ok(self.update(&change, key).await?);
        }
        let mut writes = vec![change.into_update(part, &self.table, key)?];
        if let Some(notice) = &step.notice {
            writes.push(new_notice(&self.table, notice)?);
        }
        if let Some(event) = &step.event {
            writes.push(new_event(&self.table, event)?);
        }
        match self.transact(writes).await {
            Ok(()) => Ok(()),
            Err(TransactionError::Refused(_)) => Err(Refusal::MovedOn),
            Err(TransactionError::Store(error)) => Err(Refusal::Store(error)),
        }
    }
}
