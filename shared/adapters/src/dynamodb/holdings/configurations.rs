//! The transactions that add, edit and remove a configuration.

use super::super::expression::Change;
use super::super::key::Key;
use super::super::{account, attribute, configuration};
use super::{Write, idempotency_part, one_more};
use app::ports::{IdempotencyKey, LimitSeen, Part, Place, StoreError};
use domain::configuration::Configuration;
use domain::id::UserId;
use domain::instant::Instant;

pub(super) fn add(
    table: &str,
    made: &Configuration,
    place: Place,
    key: Option<&IdempotencyKey>,
) -> Result<Vec<Write>, StoreError> {
    let put = Change::if_absent().into_put(table, configuration::to_item(made))?;
    let mut writes = vec![
        (Part::Configuration, put),
        repository_check(table, made)?,
        one_more(table, account::CONFIGURATIONS, made.user, place)?,
    ];
    writes.extend(idempotency_part(table, made.user, key, made.id.uuid(), made.created_at)?);
    Ok(writes)
}

pub(super) fn edit(
    table: &str,
    before: &Configuration,
    after: &Configuration,
    limits: LimitSeen,
) -> Result<Vec<Write>, StoreError> {
    let replace = replacement(table, before, after)?;
    Ok(vec![replace, repository_check(table, after)?, account_check(table, after.user, limits)?])
}

pub(super) fn replace_once(
    table: &str,
    before: &Configuration,
    after: &Configuration,
    (key, now): (&IdempotencyKey, Instant),
) -> Result<Vec<Write>, StoreError> {
    let mut writes = vec![replacement(table, before, after)?];
    writes.extend(idempotency_part(table, before.user, Some(key), before.id.uuid(), now)?);
    Ok(writes)
}

pub(super) fn remove(
    table: &str,
    before: &Configuration,
    tombstone: &Configuration,
    count: Write,
) -> Result<Vec<Write>, StoreError> {
    Ok(vec![replacement(table, before, tombstone)?, count])
}

fn replacement(table: &str, before: &Configuration, after: &Configuration) -> Result<Write, StoreError> {
    let change = configuration::replacement(before, after).unless_there(attribute::DELETED_AT);
    Ok((Part::Configuration, change.into_update(table, Key::configuration(before.user, before.id))?))
}

/// Condition: the account is open, and its limits are those that were read.
fn account_check(table: &str, user: UserId, limits: LimitSeen) -> Result<Write, StoreError> {
    let check = Change::default()
        .unless_there(attribute::CLOSED_AT)
        .if_figure(attribute::LIMITS_VERSION, limits.version)
        .into_check(table, Key::account(user))?;
    Ok((Part::Account, check))
}

/// Condition: the repository exists and is not deleted.
fn repository_check(table: &str, of: &Configuration) -> Result<Write, StoreError> {
    let key = Key::repository(of.user, of.settings.repository);
    let check = Change::of_existing().unless_there(attribute::DELETED_AT).into_check(table, key)?;
    Ok((Part::Repository, check))
}
