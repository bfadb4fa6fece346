//! The writes by which a worker takes a run over, and by which a run begins to wait for its git host.

use super::super::item::{instant, number, text};
use super::super::{Change, attribute, run};
use domain::id::OwnerId;
use domain::run::{Run, Status};

pub(super) fn claim(before: &Run, after: &Run) -> Change {
    let lease = before.lease();
    of_running()
        .if_equal(attribute::ATTEMPT, number(before.attempt))
        .if_equal(attribute::LEASE, lease.and_then(|lease| instant(lease.until)))
        .set(attribute::ATTEMPT, number(after.attempt))
        .set(attribute::UPDATED_AT, instant(after.updated_at))
        .set_all(run::hold(after))
        .set_all(run::due(after))
}

/// Whether the stored run has this claim. An owner is one execution, so no other worker can have written the same.
pub(super) fn is_claimed_as(stored: &Run, after: &Run) -> bool {
    let owner = after.lease().and_then(|lease| lease.owner);
    owner.is_some_and(|owner| stored.is_held_by(owner, after.attempt)) && stored.lease() == after.lease()
}

/// `owner` and the attempt are the fence: a worker whose lease has run out finds another attempt and changes nothing.
/// The place in the index is set too, not only the lease, because a sweep may have moved it meanwhile.
pub(super) fn wait(owner: OwnerId, after: &Run) -> Change {
    of_running()
        .if_equal(attribute::ATTEMPT, number(after.attempt))
        .if_equal(attribute::OWNER, text(owner.to_string()))
        .set(attribute::UPDATED_AT, instant(after.updated_at))
        .set_all(run::waits(after))
        .set_all(run::hold(after))
        .set_all(run::due(after))
}

fn of_running() -> Change {
    Change::of_existing().if_equal(attribute::STATUS, text(Status::Running.as_str()))
}
