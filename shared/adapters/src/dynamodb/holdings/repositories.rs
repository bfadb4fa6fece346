//! Repositories.

use super::super::expression::Change;
use super::super::item::number;
use super::super::{account, attribute, repository};
use super::{Write, idempotency_part, one_more};
use app::ports::{IdempotencyKey, Part, Place, StoreError};
use domain::repository::Repository;

pub(super) fn add(
    table: &str,
    made: &Repository,
    place: Place,
    key: Option<&IdempotencyKey>,
) -> Result<Vec<Write>, StoreError> {
    let put = Change::if_absent().into_put(table, repository::to_item(made))?;
    let mut writes = vec![(Part::Repository, put), one_more(table, account::REPOSITORIES, made.user, place)?];
    writes.extend(idempotency_part(table, made.user, key, made.id.uuid(), made.created_at)?);
    Ok(writes)
}

/// Condition: it is there as it was read, and not deleted.
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
    Ok(vec![(Part::Repository, put), count])
}
