//! What a user has, and how much of it: everything is created and deleted in the transaction that counts it.

mod accounts;
mod erasure;

use super::item::{item, number};
use super::{Change, DynamoStore, Item, Key, Write, account, attribute, configuration, idempotency, repository};
use app::ports::{Holdings, IdempotencyKey, LimitSeen, Part, Place, Refusal, StoreError, TransactionError};
use async_trait::async_trait;
use domain::configuration::Configuration;
use domain::id::UserId;
use domain::instant::{Duration, Instant};
use domain::repository::Repository;

/// How long an address is reserved, in seconds: longer than a request takes. Then readers see the repository itself.
const RESERVED_SECONDS: i64 = 60;

#[async_trait]
impl Holdings for DynamoStore {
    async fn add_repository(
        &self,
        made: &Repository,
        place: Place,
        key: Option<&IdempotencyKey>,
    ) -> Result<(), TransactionError> {
        let table = self.table.as_str();
        let reserved = made.created_at + Duration::seconds(RESERVED_SECONDS);
        let mut writes = vec![
            Change::if_absent().into_put(Part::Repository, table, repository::to_item(made))?,
            one_more(table, account::REPOSITORIES, made.user, place)?,
            Change::default().if_absent_or_at_most(attribute::EXPIRES_AT, made.created_at.timestamp()).into_put(
                Part::Address,
                table,
                reservation(made, reserved),
            )?,
        ];
        if let Some(key) = key {
            writes.push(idempotency::new_record(table, made.user, key, made.id.uuid(), made.created_at)?);
        }
        self.transact(writes).await
    }

    async fn replace_repository(&self, before: &Repository, after: &Repository) -> Result<(), Refusal> {
        Ok(self.put(&as_read(before), repository::to_item(after)).await?)
    }

    async fn remove_repository(&self, before: &Repository, tombstone: &Repository) -> Result<(), TransactionError> {
        let table = self.table.as_str();
        let put = as_read(before).into_put(Part::Repository, table, repository::to_item(tombstone))?;
        let deleted_at = tombstone.deleted_at.unwrap_or(before.created_at);
        let free = Change::default().into_put(Part::Address, table, reservation(before, deleted_at))?;
        self.remove(account::REPOSITORIES, before.user, |count| vec![put.clone(), count, free.clone()]).await
    }

    async fn add_configuration(
        &self,
        made: &Configuration,
        place: Place,
        key: Option<&IdempotencyKey>,
    ) -> Result<(), TransactionError> {
        let table = self.table.as_str();
        let mut writes = vec![
            Change::if_absent().into_put(Part::Configuration, table, configuration::to_item(made))?,
            one_more(table, account::CONFIGURATIONS, made.user, place)?,
        ];
        writes.extend(repository_checks(table, made)?);
        if let Some(key) = key {
            writes.push(idempotency::new_record(table, made.user, key, made.id.uuid(), made.created_at)?);
        }
        self.transact(writes).await
    }

    async fn edit_configuration(
        &self,
        before: &Configuration,
        after: &Configuration,
        limits: LimitSeen,
    ) -> Result<(), TransactionError> {
        let table = self.table.as_str();
        let account = Change::default()
            .unless_there(attribute::CLOSED_AT)
            .if_figure(attribute::LIMITS_VERSION, limits.version)
            .into_check(Part::Account, table, Key::account(after.user))?;
        let mut writes = vec![replacement(table, before, after)?, account];
        writes.extend(repository_checks(table, after)?);
        self.transact(writes).await
    }

    async fn replace_configuration_once(
        &self,
        before: &Configuration,
        after: &Configuration,
        key: &IdempotencyKey,
        now: Instant,
    ) -> Result<(), TransactionError> {
        let record = idempotency::new_record(&self.table, before.user, key, before.id.uuid(), now)?;
        self.transact(vec![replacement(&self.table, before, after)?, record]).await
    }

    async fn remove_configuration(
        &self,
        before: &Configuration,
        tombstone: &Configuration,
    ) -> Result<(), TransactionError> {
        let replace = replacement(&self.table, before, tombstone)?;
        self.remove(account::CONFIGURATIONS, before.user, |count| vec![replace.clone(), count]).await
    }
}

impl DynamoStore {
    /// Removes a thing and counts one fewer. A count of 0 stays 0 (things that were put without being counted have
    /// such a count), because an expression has no "one less, but at least 0".
    async fn remove(
        &self,
        figure: &str,
        user: UserId,
        writes: impl Fn(Write) -> Vec<Write> + Send,
    ) -> Result<(), TransactionError> {
        let one_fewer = Change::of_existing().if_at_least(figure, 1).add_number(figure, -1);
        let count = one_fewer.into_update(Part::Account, &self.table, Key::account(user))?;
        match self.transact(writes(count)).await {
            Err(TransactionError::Refused(parts)) if parts.iter().eq([&Part::Account]) => {}
            other => return other,
        }
        let none = Change::default().if_figure(figure, 0).into_check(Part::Account, &self.table, Key::account(user))?;
        self.transact(writes(none)).await
    }
}

/// Counts one more, on the conditions that a place is free, the limits are those that were read, and the account is
/// open. An account without an item is created, on the plan Free.
fn one_more(table: &str, figure: &str, user: UserId, place: Place) -> Result<Write, StoreError> {
    Change::default()
        .unless_there(attribute::CLOSED_AT)
        .if_below(figure, place.limit)
        .if_figure(attribute::LIMITS_VERSION, place.seen.version)
        .add_number(figure, 1)
        .into_update(Part::Account, table, Key::account(user))
}

/// A reservation of the address, which counts as absent from the instant on.
fn reservation(of: &Repository, until: Instant) -> Item {
    item(Key::address(of.user, &of.location), vec![(attribute::EXPIRES_AT, number(until.timestamp()))])
}

/// Condition: the repository is as it was read, and not deleted.
fn as_read(before: &Repository) -> Change {
    Change::default().if_equal(attribute::VERSION, number(before.version)).unless_there(attribute::DELETED_AT)
}

fn replacement(table: &str, before: &Configuration, after: &Configuration) -> Result<Write, StoreError> {
    let change = configuration::replacement(before, after).unless_there(attribute::DELETED_AT);
    change.into_update(Part::Configuration, table, Key::configuration(before.user, before.id))
}

/// Conditions: each repository exists and is not deleted.
pub(super) fn repository_checks(table: &str, of: &Configuration) -> Result<Vec<Write>, StoreError> {
    let check = |id| {
        let living = Change::of_existing().unless_there(attribute::DELETED_AT);
        living.into_check(Part::Repository, table, Key::repository(of.user, id))
    };
    of.settings.repositories().into_iter().map(check).collect()
}
