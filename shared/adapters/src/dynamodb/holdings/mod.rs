//! What a user has, and how much of it: each repository and configuration is created and deleted in the transaction
//! that counts it.

mod accounts;
mod configurations;
mod erasure;
mod repositories;

use super::attribute;
use super::expression::Change;
use super::key::Key;
use super::ledger::Write;
use super::{DynamoStore, account, idempotency};
use app::ports::{Holdings, IdempotencyKey, LimitSeen, Part, Place, Refusal, StoreError, TransactionError};
use async_trait::async_trait;
use domain::configuration::Configuration;
use domain::id::UserId;
use domain::instant::Instant;
use domain::repository::Repository;
use uuid::Uuid;

#[async_trait]
impl Holdings for DynamoStore {
    async fn add_repository(
        &self,
        repository: &Repository,
        place: Place,
        key: Option<&IdempotencyKey>,
    ) -> Result<(), TransactionError> {
        self.transact(repositories::add(&self.table, repository, place, key)?).await
    }

    async fn replace_repository(&self, before: &Repository, after: &Repository) -> Result<(), Refusal> {
        Ok(self.put(&repositories::as_read(before), super::repository::to_item(after)).await?)
    }

    async fn remove_repository(&self, before: &Repository, tombstone: &Repository) -> Result<(), TransactionError> {
        let writes = |count| repositories::remove(&self.table, before, tombstone, count);
        self.remove(account::REPOSITORIES, before.user, writes).await
    }

    async fn add_configuration(
        &self,
        configuration: &Configuration,
        place: Place,
        key: Option<&IdempotencyKey>,
    ) -> Result<(), TransactionError> {
        self.transact(configurations::add(&self.table, configuration, place, key)?).await
    }

    async fn edit_configuration(
        &self,
        before: &Configuration,
        after: &Configuration,
        limits: LimitSeen,
    ) -> Result<(), TransactionError> {
        self.transact(configurations::edit(&self.table, before, after, limits)?).await
    }

    async fn replace_configuration_once(
        &self,
        before: &Configuration,
        after: &Configuration,
        key: &IdempotencyKey,
        now: Instant,
    ) -> Result<(), TransactionError> {
        self.transact(configurations::replace_once(&self.table, before, after, (key, now))?).await
    }

    async fn remove_configuration(
        &self,
        before: &Configuration,
        tombstone: &Configuration,
    ) -> Result<(), TransactionError> {
        let writes = |count| configurations::remove(&self.table, before, tombstone, count);
        self.remove(account::CONFIGURATIONS, before.user, writes).await
    }
}

impl DynamoStore {
    /// Removes a thing and counts one fewer. A count of 0 stays 0 (things that were put without being counted have
    /// such a count), because an expression has no "one less, but at least 0".
    async fn remove(
        &self,
        figure: &str,
        user: UserId,
        writes: impl Fn(Write) -> Result<Vec<Write>, StoreError>,
    ) -> Result<(), TransactionError> {
        let one_fewer = Change::of_existing().if_at_least(figure, 1).add_number(figure, -1);
        let count = (Part::Account, one_fewer.into_update(&self.table, Key::account(user))?);
        match self.transact(writes(count)?).await {
            Err(TransactionError::Refused(parts)) if parts.iter().eq([&Part::Account]) => {}
            other => return other,
        }
        let none = Change::default().if_figure(figure, 0).into_check(&self.table, Key::account(user))?;
        self.transact(writes((Part::Account, none))?).await
    }
}

/// Counts one more, on the conditions that a place is free, the limits are those that were read, and the account is
/// open. An account without an item is created, on the plan Free.
fn one_more(table: &str, figure: &str, user: UserId, place: Place) -> Result<Write, StoreError> {
    let change = Change::default()
        .unless_there(attribute::CLOSED_AT)
        .if_below(figure, place.limit)
        .if_figure(attribute::LIMITS_VERSION, place.seen.version)
        .add_number(figure, 1);
    Ok((Part::Account, change.into_update(table, Key::account(user))?))
}

fn idempotency_part(
    table: &str,
    user: UserId,
    key: Option<&IdempotencyKey>,
    made: Uuid,
    now: Instant,
) -> Result<Option<Write>, StoreError> {
    let Some(key) = key else { return Ok(None) };
    let item = idempotency::to_item(user, key, made, now);
    let put = idempotency::if_absent_or_expired(now).into_put(table, item)?;
    Ok(Some((Part::Idempotency, put)))
}
