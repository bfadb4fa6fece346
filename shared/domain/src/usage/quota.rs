//! Whether a run may start.

use super::UsageCounter;
use crate::account::{Account, Limits};
use crate::words::words;

/// Whether one more run may start now, and if not, why: the rule of every start and of every answer about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    Admitted,
    /// Running runs hold the last slots and may release them: try again soon.
    SlotsInUse,
    /// The month's runs are used: try again on the 1st.
    LimitReached,
    /// Too many runs started that do not count: try again on the 1st.
    UncountedReached,
    /// The account was closed: nothing starts in it any more.
    AccountClosed,
}

words! {
    /// Why no run may start, in one word.
    pub enum BlockedReason {
        SlotsInUse = "slots_in_use",
        LimitReached = "limit_reached",
        UncountedReached = "uncounted_runs_reached",
        AccountClosed = "account_closed",
    }
}

impl Admission {
    /// Why no run may start; `None` where one may.
    pub fn blocked_reason(self) -> Option<BlockedReason> {
        match self {
            Self::Admitted => None,
            Self::SlotsInUse => Some(BlockedReason::SlotsInUse),
            Self::LimitReached => Some(BlockedReason::LimitReached),
            Self::UncountedReached => Some(BlockedReason::UncountedReached),
            Self::AccountClosed => Some(BlockedReason::AccountClosed),
        }
    }

    /// Whether runs may still start in this month: now, or when running ones release their slots.
    pub fn leaves_runs(self) -> bool {
        match self {
            Self::Admitted | Self::SlotsInUse => true,
            Self::LimitReached | Self::UncountedReached | Self::AccountClosed => false,
        }
    }
}

/// Whether one more run may start. `holds_slot` is false for a run that can't count (a test).
pub fn admission(account: &Account, counter: &UsageCounter, holds_slot: bool) -> Admission {
    let limits = account.limits();
    if !account.standing.is_open() {
        Admission::AccountClosed
    } else if limits.monthly_runs == 0 || (holds_slot && counter.counted_runs >= limits.monthly_runs) {
        Admission::LimitReached
    } else if counter.uncounted_runs >= limits.uncounted_runs() {
        Admission::UncountedReached
    } else if holds_slot && counter.slots_used >= limits.monthly_runs {
        Admission::SlotsInUse
    } else {
        Admission::Admitted
    }
}

/// How many runs may start at once now: as many as there are free slots, within the limit on uncounted runs.
pub fn startable(account: &Account, counter: &UsageCounter) -> u64 {
    let limits: Limits = account.limits();
    match admission(account, counter, true) {
        Admission::Admitted => limits
            .monthly_runs
            .saturating_sub(counter.slots_used)
            .min(limits.uncounted_runs().saturating_sub(counter.uncounted_runs)),
        _ => 0,
    }
}

/// How many runs may still count in this month.
pub fn remaining(account: &Account, counter: &UsageCounter) -> u64 {
    if admission(account, counter, true).leaves_runs() { counter.remaining(account.limits().monthly_runs) } else { 0 }
}

words! {
    /// How near the limit is.
    pub enum Warning {
        /// Below 80 %.
        None = "none",
        /// From 80 %.
        Approaching = "approaching",
        /// At 100 %.
        Reached = "reached",
    }
}

/// The warning for a number of counted runs and a limit. A limit of 0 is always reached.
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
pub fn percentage(counted: u64, limit: u64) -> u64 {
    counted.saturating_mul(100).checked_div(limit).unwrap_or(100)
}
