//! A run that waits for its git host.
//!
//! A waiting run is a running run under a lease without an owner: it keeps its slot and the number of its attempt, and
//! is in the due index at the end of the wait. After the wait the run is claimed like one whose worker died, so that no
//! other rule is needed.

use super::{Lease, Phase, Run, WAITED_HOURS_MAX, WAITS_MAX, Waits};
use crate::id::OwnerId;
use crate::instant::{Duration, Instant};

/// Why a run can't wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WaitError {
    #[error("the run has ended")]
    Ended,
    #[error("the worker does not hold the run")]
    NotHeld,
    #[error("a test does not wait")]
    Test,
    #[error("the run has waited {WAITS_MAX} times or for {WAITED_HOURS_MAX} hours")]
    UsedUp,
}

impl Run {
    /// Lets the run wait for its git host, as long as the host `asked` for, if it did. Only the worker that holds the
    /// run can do this, and it no longer holds the run then.
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

    /// The end of the wait for the git host; `None` without a wait. It can be past, until a worker claims the run.
    pub fn waiting_until(&self) -> Option<Instant> {
        self.lease().filter(|lease| lease.owner.is_none() && self.waits.count > 0).map(|lease| lease.until)
    }

    /// Whether the run waits as `meant` does: in the same attempt, in the same wait, and until the same instant.
    pub fn waits_as(&self, meant: &Self) -> bool {
        self.waiting_until().is_some()
            && self.attempt == meant.attempt
            && self.waits == meant.waits
            && self.lease() == meant.lease()
    }
}
