//! The month's figures of one user, in one item.

use super::Mark;
use crate::id::UserId;
use crate::instant::Instant;
use crate::money::{Cost, TokenUsage};
use crate::month::Month;
use crate::words::words;
use std::collections::{BTreeMap, BTreeSet};

words! {
    /// What a user was last notified of in a month whose limit is reached.
    pub enum PauseReported {
        /// Reports are paused.
        Paused = "paused",
        /// Reports continue: the limit was raised, or a new month has begun.
        Resumed = "resumed",
    }
}

/// The sums of a user's runs of one month. Every figure changes in the transaction that changes the run.
///
/// At any instant `slots_used = counted_runs + running runs that hold a slot`,
/// `uncounted_runs = total_runs - counted_runs`, and
/// `total_runs = successful_runs + failed_runs + cancelled_runs + running runs`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageCounter {
    pub user: UserId,
    pub month: Month,
    /// Units of the monthly limit that are used or reserved.
    pub slots_used: u64,
    /// Runs that began, tests included.
    pub total_runs: u64,
    pub counted_runs: u64,
    /// Runs that began less those that count; stored, since a condition of the store can't subtract.
    pub uncounted_runs: u64,
    /// Runs that ended well, counted or not.
    pub successful_runs: u64,
    pub failed_runs: u64,
    pub cancelled_runs: u64,
    /// Successes whose text was written without the model that was chosen.
    pub degraded_runs: u64,
    /// Test runs that began.
    pub test_runs: u64,
    /// Due reports that were not started because the limit was reached. They are not runs.
    pub blocked_runs: u64,
    /// Runs that used tokens whose price is unknown: their cost is not in `cost`.
    pub unpriced_runs: u64,
    pub tokens: TokenUsage,
    /// Cost of all runs, as far as prices are known.
    pub cost: Cost,
    /// When the last run began.
    pub last_run_at: Option<Instant>,
    pub alerted: BTreeSet<Mark>,
    /// What the user was last notified of: that reports are paused, or that they continue.
    pub pause: Option<PauseReported>,
    /// Incremented by every write.
    pub revision: u64,
    /// The account is being deleted, or was: its runs are erased, and the figures stay. They can't be recounted.
    pub outlives_runs: bool,
    /// Figures whose stored values are not counts, with the stored number if it is one (negative, or a fraction). They
    /// are 0 or absent here. No part of this service writes such a value; a recount replaces it.
    pub unreadable: BTreeMap<&'static str, Option<String>>,
}

impl UsageCounter {
    /// A month in which nothing happened yet.
    pub fn empty(user: UserId, month: Month) -> Self {
        Self {
            user,
            month,
            slots_used: 0,
            total_runs: 0,
            counted_runs: 0,
            uncounted_runs: 0,
            successful_runs: 0,
            failed_runs: 0,
            cancelled_runs: 0,
            degraded_runs: 0,
            test_runs: 0,
            blocked_runs: 0,
            unpriced_runs: 0,
            tokens: TokenUsage::ZERO,
            cost: Cost::ZERO,
            last_run_at: None,
            alerted: BTreeSet::new(),
            pause: None,
            revision: 0,
            outlives_runs: false,
            unreadable: BTreeMap::new(),
        }
    }

    /// Running runs that hold a slot.
    pub fn in_flight(&self) -> u64 {
        self.slots_used.saturating_sub(self.counted_runs)
    }

    /// Counted runs that are left under a limit.
    pub fn remaining(&self, limit: u64) -> u64 {
        limit.saturating_sub(self.counted_runs)
    }
}
