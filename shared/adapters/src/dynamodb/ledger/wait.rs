//! The write by which a run begins to wait for its git host.

use super::super::expression::Change;
use super::super::failure::WriteError;
use super::super::item::{instant, number, text};
use super::super::{attribute, run};
use domain::id::OwnerId;
use domain::run::{Run, Status};

/// `owner` and the attempt are the fence: a worker whose lease has run out finds another attempt and changes nothing.
/// The place in the index is set too, not only the lease, because a sweep may have moved it meanwhile.
pub(super) fn change(owner: OwnerId, after: &Run) -> Change {
    Change::of_existing()
        .if_equal(attribute::STATUS, text(Status::Running.as_str()))
        .if_equal(attribute::ATTEMPT, number(after.attempt))
        .if_equal(attribute::OWNER, text(owner.to_string()))
        .set(attribute::UPDATED_AT, instant(after.updated_at))
        .set_all(run::waits(after))
        .set_all(run::hold(after))
        .set_all(run::due(after))
}

/// Whether a wait was refused because it had already begun: its first answer was lost and the call was repeated. Only
/// the owner of an attempt can let it wait, and it does so once.
pub(super) fn has_begun(error: &WriteError, after: &Run) -> bool {
    let WriteError::Refused(Some(item)) = error else {
        return false;
    };
    run::from_item(item).is_ok_and(|found| found.waits_as(after))
}
