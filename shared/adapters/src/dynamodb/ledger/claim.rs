//! The write by which a worker takes a run over.

use super::super::expression::Change;
use super::super::failure::WriteError;
use super::super::item::{instant, number, text};
use super::super::{attribute, run};
use domain::run::{Run, Status};

pub(super) fn change(before: &Run, after: &Run) -> Change {
    let lease = before.lease();
    Change::of_existing()
        .if_equal(attribute::STATUS, text(Status::Running.as_str()))
        .if_equal(attribute::ATTEMPT, number(before.attempt))
        .if_equal(attribute::LEASE, lease.and_then(|lease| instant(lease.until)))
        .set(attribute::ATTEMPT, number(after.attempt))
        .set(attribute::UPDATED_AT, instant(after.updated_at))
        .set_all(run::hold(after))
        .set_all(run::due(after))
}

/// Whether a claim was refused because it had already happened: its first answer was lost and the call was repeated.
/// An owner is one execution of a worker, so no other worker can have written the same.
pub(super) fn is_mine(error: &WriteError, after: &Run) -> bool {
    let WriteError::Refused(Some(item)) = error else {
        return false;
    };
    let Some(owner) = after.lease().and_then(|lease| lease.owner) else {
        return false;
    };
    run::from_item(item).is_ok_and(|stored| stored.is_held_by(owner, after.attempt) && stored.lease() == after.lease())
}
