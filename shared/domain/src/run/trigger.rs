//! What started a run, and which range of time it asked for.

use crate::instant::{Duration, Instant};
use crate::words::words;

/// The longest range that a manual run may ask for, in days.
pub const MANUAL_RANGE_MAX_DAYS: i64 = 31;

/// What started a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// Its schedule, at this fire.
    Schedule {
        /// The instant that was due.
        fire: Instant,
    },
    /// Its user, for a range of time.
    Manual(Window),
    /// Its user, to try the configuration.
    Test(Window),
}

words! {
    /// What started a run, in one word.
    pub enum TriggerKind {
        /// Its schedule.
        Schedule = "schedule",
        /// Its user.
        Manual = "manual",
        /// Its user, to try the configuration.
        Test = "test",
    }
}

impl Trigger {
    /// The trigger in one word.
    #[must_use]
    pub fn kind(&self) -> TriggerKind {
        match self {
            Self::Schedule { .. } => TriggerKind::Schedule,
            Self::Manual(_) => TriggerKind::Manual,
            Self::Test(_) => TriggerKind::Test,
        }
    }

    /// Whether it is a test.
    #[must_use]
    pub fn is_test(&self) -> bool {
        matches!(self, Self::Test(_))
    }

    /// Whether its schedule started it.
    #[must_use]
    pub fn is_scheduled(&self) -> bool {
        matches!(self, Self::Schedule { .. })
    }
}

/// A range of commit dates, its end excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The earliest.
    pub from: Instant,
    /// The first that is outside.
    pub to: Instant,
}

/// The range can't be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WindowError {
    /// It ends before it begins.
    #[error("the range is empty: 'from' must be before 'to'")]
    Empty,
    /// All of it is later than now.
    #[error("the range has not begun yet: give a 'from' before now")]
    Future,
    /// It is too long.
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

    /// The same range, unless all of it is later than `now`: nothing can have been committed in it.
    pub fn begun(self, now: Instant) -> Result<Self, WindowError> {
        if self.from >= now { Err(WindowError::Future) } else { Ok(self) }
    }

    /// A range of any length, for the command line and for tests of a configuration.
    #[must_use]
    pub fn of_any_length(from: Instant, to: Instant) -> Self {
        Self { from: from.min(to), to: to.max(from) }
    }
}
