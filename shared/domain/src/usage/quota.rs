//! Who may start a run.

use super::UsageCounter;
use crate::account::Limits;

/// What a month's counter says to one more run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// It may begin.
    Admitted,
    /// Running runs hold the last slots and may give them back: ask again soon.
    SlotsInUse,
    /// The month's runs are used up: ask again on the 1st.
    LimitReached,
    /// Too many runs began that do not count: ask again on the 1st.
    AllRunsReached,
}

/// Judges one more run. `holds_slot` is false for a run that cannot count (a test).
#[must_use]
pub fn admission(counter: &UsageCounter, limits: &Limits, holds_slot: bool) -> Admission {
    if holds_slot && counter.counted_runs >= limits.monthly_runs {
        Admission::LimitReached
    } else if counter.uncounted_runs >= limits.uncounted_runs() {
        Admission::AllRunsReached
    } else if holds_slot && counter.slots_used >= limits.monthly_runs {
        Admission::SlotsInUse
    } else {
        Admission::Admitted
    }
}

/// How near the limit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warning {
    /// Below 80 %.
    None,
    /// From 80 %.
    Approaching,
    /// At 100 %.
    Reached,
}

impl Warning {
    /// Every warning.
    pub const ALL: [Self; 3] = [Self::None, Self::Approaching, Self::Reached];

    /// The word in answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Approaching => "approaching",
            Self::Reached => "reached",
        }
    }
}

/// The warning that goes with a number of counted runs under a limit. A limit of 0 is always reached.
#[must_use]
pub fn warning(counted: u64, limit: u64) -> Warning {
    if counted >= limit {
        Warning::Reached
    } else if u128::from(counted) * 100 >= u128::from(limit) * 80 {
        Warning::Approaching
    } else {
        Warning::None
    }
}

/// Counted runs in whole percent of the limit, rounded down; 100 for a limit of 0.
#[must_use]
pub fn percentage(counted: u64, limit: u64) -> u64 {
    counted.saturating_mul(100).checked_div(limit).unwrap_or(100)
}
