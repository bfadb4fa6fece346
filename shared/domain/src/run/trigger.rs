//! What started a run, and the requested range of time.

use crate::instant::{Duration, Instant};
use crate::words::words;

/// The longest range that a manual run may ask for, in days.
pub const MANUAL_RANGE_MAX_DAYS: i64 = 31;

/// What started a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trigger {
    Schedule {
        fire: Instant,
    },
    /// Its user, for a range of time.
    Manual(Window),
    /// Its user, to try the configuration.
    Test(Window),
}

words! {
    /// What started a run, in one word.
    pub enum TriggerKind of Trigger {
        Schedule = "schedule",
        Manual = "manual",
        Test = "test",
    }
}

impl Trigger {
    /// Whether the run is a test.
    pub fn is_test(&self) -> bool {
        matches!(self, Self::Test(_))
    }

    /// Whether the schedule started the run.
    pub fn is_scheduled(&self) -> bool {
        matches!(self, Self::Schedule { .. })
    }
}

/// A range of commit dates, its end excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub from: Instant,
    /// Excluded.
    pub to: Instant,
}

/// Why a range can't be requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WindowError {
    #[error("the range is empty: 'from' must be before 'to'")]
    Empty,
    #[error("the range has not begun yet: give a 'from' before now")]
    Future,
    #[error("the range is longer than {MANUAL_RANGE_MAX_DAYS} days: ask for a shorter one")]
    TooLong,
}

impl Window {
    /// A range of at most [`MANUAL_RANGE_MAX_DAYS`].
    pub fn new(from: Instant, to: Instant) -> Result<Self, WindowError> {
        if from >= to {
            Err(WindowError::Empty)
        } else if to - from > Duration::days(MANUAL_RANGE_MAX_DAYS) {
            Err(WindowError::TooLong)
        } else {
            Ok(Self { from, to })
        }
    }

    /// The same range; an error if it begins after `now`, since it can't contain commits.
    pub fn begun(self, now: Instant) -> Result<Self, WindowError> {
        if self.from >= now { Err(WindowError::Future) } else { Ok(self) }
    }

    /// A range of any length, for the command line and for tests of a configuration.
    pub fn of_any_length(from: Instant, to: Instant) -> Self {
        Self { from: from.min(to), to: to.max(from) }
    }
}
