//! Plans and their limits.

use crate::words::words;

words! {
    /// One plan.
    pub enum Plan {
        Free = "free",
        Pro = "pro",
    }
}

/// The limits of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Counted runs a month.
    pub monthly_runs: u64,
    pub repositories: u64,
    pub configurations: u64,
    pub shortest_interval_minutes: u64,
}

/// How many runs that do not count an account may start in a month, as a multiple of its monthly limit. They cost
/// tokens too, so they are limited.
pub const ALL_RUNS_FACTOR: u64 = 20;

impl Limits {
    /// How many uncounted runs (tests, failures, degraded and running ones) may begin in a month.
    pub fn uncounted_runs(&self) -> u64 {
        self.monthly_runs.saturating_mul(ALL_RUNS_FACTOR)
    }
}

/// Limits of one account that replace those of its plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Overrides {
    pub monthly_runs: Option<u64>,
    pub repositories: Option<u64>,
    pub configurations: Option<u64>,
    pub shortest_interval_minutes: Option<u64>,
}

impl Overrides {
    /// These limits; the plan's where there is no override.
    pub fn over(&self, plan: Limits) -> Limits {
        Limits {
            monthly_runs: self.monthly_runs.unwrap_or(plan.monthly_runs),
            repositories: self.repositories.unwrap_or(plan.repositories),
            configurations: self.configurations.unwrap_or(plan.configurations),
            shortest_interval_minutes: self.shortest_interval_minutes.unwrap_or(plan.shortest_interval_minutes),
        }
    }
}

impl Plan {
    /// Whether the plan allows a user's own model.
    pub fn allows_own_model(self) -> bool {
        match self {
            Self::Free => false,
            Self::Pro => true,
        }
    }

    /// The limits of the plan.
    pub fn limits(self) -> Limits {
        match self {
            Self::Free => {
                Limits { monthly_runs: 50, repositories: 5, configurations: 10, shortest_interval_minutes: 60 }
            }
            Self::Pro => {
                Limits { monthly_runs: 500, repositories: 9_999, configurations: 9_999, shortest_interval_minutes: 5 }
            }
        }
    }
}
