//! A run that waits for its git host.
//!
//! A waiting run is a running run under a lease without an owner: it keeps its slot, its attempt's number and its place in
//! the due index, now at the end of the wait. When the wait is over the run is claimed as one whose worker died, so
//! that a wait needs no rule of its own for what comes after it.

use super::{Lease, Phase, Run, WAITED_HOURS_MAX, WAITS_MAX, Waits};
use crate::id::OwnerId;
use crate::instant::{Duration, Instant};

/// A run can't wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WaitError {
    /// It is over.
    #[error("the run has ended")]
    Ended,
    /// Another worker has it, or none.
    #[error("the worker does not hold the run")]
    NotHeld,
    /// A test answers at once.
    #[error("a test does not wait")]
    Test,
    /// It has waited as often or as long as is allowed.
    #[error("the run has waited {WAITS_MAX} times or for {WAITED_HOURS_MAX} hours")]
    UsedUp,
}

impl Run {
    /// Lets it wait for its git host, which asks to be left alone for so long, where it says so. Only the worker that holds
    /// it can do that, and it holds the run no more then.
    pub fn wait(self, owner: OwnerId, asked: Option<Duration>, now: Instant) -> Result<Self, WaitError> {
        match self.phase {
            Phase::Ended(_) => return Err(WaitError::Ended),
            Phase::Running(lease) if lease.owner != Some(owner) => return Err(WaitError::NotHeld),
            Phase::Running(_) if self.trigger.is_test() => return Err(WaitError::Test),
            Phase::Running(_) => {}
        }
        let until = self.waits.next(asked, now).ok_or(WaitError::UsedUp)?;
        Ok(Self {
            waits: Waits { count: self.waits.count.saturating_add(1), since: self.waits.since.or(Some(now)) },
            phase: Phase::Running(Lease { owner: None, until }),
            updated_at: now,
            ..self
        })
    }

    /// Until when it waits for its git host; none where it does not. It may be over already, until a worker has
    /// claimed the run.
    #[must_use]
    pub fn waiting_until(&self) -> Option<Instant> {
        self.lease().filter(|lease| lease.owner.is_none() && self.waits.count > 0).map(|lease| lease.until)
    }

    /// Whether this is the wait that `meant` describes: of the same attempt, as the same one, and until the same instant.
    #[must_use]
    pub fn waits_as(&self, meant: &Self) -> bool {
        self.waiting_until().is_some()
            && self.attempt == meant.attempt
            && self.waits == meant.waits
            && self.lease() == meant.lease()
    }
}
