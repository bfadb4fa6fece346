//! The transactions that add, replace and remove a repository.

use super::super::expression::Change;
use super::super::item::{Item, item, number};
use super::super::key::Key;
use super::super::{account, attribute, repository};
use super::{Write, idempotency_part, one_more};
use app::ports::{IdempotencyKey, Part, Place, StoreError};
use domain::instant::{Duration, Instant};
use domain::repository::Repository;

/// How long an address is reserved, in seconds: longer than a request takes. After that every reader sees the
/// repository itself.
const RESERVED_SECONDS: i64 = 60;

pub(super) fn add(
    table: &str,
    made: &Repository,
    place: Place,
    key: Option<&IdempotencyKey>,
) -> Result<Vec<Write>, StoreError> {
    let put = Change::if_absent().into_put(table, repository::to_item(made))?;
    let reserve = Change::default()
        .if_absent_or_at_most(attribute::EXPIRES_AT, made.created_at.timestamp())
        .into_put(table, reservation(made, made.created_at + Duration::seconds(RESERVED_SECONDS)))?;
    let mut writes = vec![
        (Part::Repository, put),
        one_more(table, account::REPOSITORIES, made.user, place)?,
        (Part::Address, reserve),
    ];
    writes.extend(idempotency_part(table, made.user, key, made.id.uuid(), made.created_at)?);
    Ok(writes)
}

/// A reservation of the address, which counts as absent from the instant on.
fn reservation(of: &Repository, until: Instant) -> Item {
    item(Key::address(of.user, &of.location), vec![(attribute::EXPIRES_AT, number(until.timestamp()))])
}

/// Condition: the repository is as it was read, and not deleted.
pub(super) fn as_read(before: &Repository) -> Change {
    Change::default().if_equal(attribute::VERSION, number(before.version)).unless_there(attribute::DELETED_AT)
}

pub(super) fn remove(
    table: &str,
    before: &Repository,
    tombstone: &Repository,
    count: Write,
) -> Result<Vec<Write>, StoreError> {
    let put = as_read(before).into_put(table, repository::to_item(tombstone))?;
    let deleted_at = tombstone.deleted_at.unwrap_or(before.created_at);
    let free = Change::default().into_put(table, reservation(before, deleted_at))?;
    Ok(vec![(Part::Repository, put), count, (Part::Address, free)])
}
