//! A run that waits for its git host.
//!
//! A waiting run is a running run under a lease without an owner: it keeps its slot, its attempt's number and its place in
//! the due index, now at the end of the wait. When the wait is over the run is claimed as one whose worker died, so
//! that a wait needs no rule of its own for what comes after it.

use super::{Lease, Phase, Run};
use crate::id::OwnerId;
use crate::instant::{Duration, Instant};

/// How often one run waits at most.
pub const WAITS_MAX: u32 = 3;

/// How long one run waits at most, in hours, from the beginning of its first wait to the end of its last one.
pub const WAITED_HOURS_MAX: i64 = 24;

/// The shortest wait: the due index is looked at once a minute.
const WAIT_SECONDS_MIN: i64 = 60;

/// How long each wait is where the host does not say: most outages of a host end within two hours.
const UNSTATED_WAIT_MINUTES: [i64; 3] = [2, 15, 120];

/// The waits of a run so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Waits {
    /// How many there were, at most [`WAITS_MAX`].
    pub count: u32,
    /// When the first one began; none once the run has ended.
    pub since: Option<Instant>,
}

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

impl Waits {
    /// Until when the next wait lasts if the host asks for so long; none where no wait is left. A host that asks for more
    /// than what is left of [`WAITED_HOURS_MAX`] is asked once at the end of them. A host that asked for a minute or less and
    /// still fails after that is not believed again: then the waits are those of a host that does not say.
    fn next(self, asked: Option<Duration>, now: Instant) -> Option<Instant> {
        let unstated = UNSTATED_WAIT_MINUTES.get(usize::try_from(self.count).ok()?)?;
        let shortest = Duration::seconds(WAIT_SECONDS_MIN);
        let wait = match asked {
            Some(asked) if asked > shortest => asked,
            Some(_) if self.count == 0 => shortest,
            Some(_) | None => Duration::minutes(*unstated),
        };
        let last = self.since.unwrap_or(now).checked_add_signed(Duration::hours(WAITED_HOURS_MAX))?;
        let until = now.checked_add_signed(wait).map_or(last, |until| until.min(last));
        (until > now).then_some(until)
    }
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
