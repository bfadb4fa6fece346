//! What a run's transitions do to the month's counter: the one law that the store's transactions, the recount and the
//! tests share.

use super::Status;
use crate::instant::Instant;
use crate::money::{Cost, TokenUsage};
use crate::usage::UsageCounter;

/// One move of a counter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CounterMove {
    /// A run begins.
    Begin {
        /// It takes a slot.
        holds_slot: bool,
        /// It is a test.
        test: bool,
        /// When.
        at: Instant,
    },
    /// A run ends.
    End {
        /// How.
        status: Status,
        /// It counts: the slot stays used.
        counted: bool,
        /// Its text was written without the model that was chosen.
        degraded: bool,
        /// It held a slot, which goes back unless it counts.
        held_slot: bool,
        /// Tokens added now.
        tokens: TokenUsage,
        /// Cost added now.
        cost: Cost,
        /// The run uses tokens of unknown price now, and did not before.
        unpriced: bool,
    },
    /// Tokens that a worker paid for and that are in no run's end yet.
    Pay {
        /// Tokens.
        tokens: TokenUsage,
        /// Their cost.
        cost: Cost,
        /// The run uses tokens of unknown price now, and did not before.
        unpriced: bool,
    },
    /// A due report was not begun.
    Block,
}

/// Differences that a move makes to the counter's figures.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct CounterDelta {
    /// [`UsageCounter::slots_used`].
    pub slots_used: i64,
    /// [`UsageCounter::total_runs`].
    pub total_runs: i64,
    /// [`UsageCounter::counted_runs`].
    pub counted_runs: i64,
    /// [`UsageCounter::uncounted_runs`].
    pub uncounted_runs: i64,
    /// [`UsageCounter::successful_runs`].
    pub successful_runs: i64,
    /// [`UsageCounter::failed_runs`].
    pub failed_runs: i64,
    /// [`UsageCounter::cancelled_runs`].
    pub cancelled_runs: i64,
    /// [`UsageCounter::degraded_runs`].
    pub degraded_runs: i64,
    /// [`UsageCounter::test_runs`].
    pub test_runs: i64,
    /// [`UsageCounter::blocked_runs`].
    pub blocked_runs: i64,
    /// [`UsageCounter::unpriced_runs`].
    pub unpriced_runs: i64,
    /// [`UsageCounter::tokens`].
    pub tokens: TokenUsage,
    /// [`UsageCounter::cost`].
    pub cost: Cost,
    /// [`UsageCounter::last_run_at`].
    pub last_run_at: Option<Instant>,
}

impl CounterMove {
    /// What it changes.
    #[must_use]
    pub fn delta(&self) -> CounterDelta {
        match self {
            Self::Begin { holds_slot, test, at } => CounterDelta {
                slots_used: i64::from(*holds_slot),
                total_runs: 1,
                uncounted_runs: 1,
                test_runs: i64::from(*test),
                last_run_at: Some(*at),
                ..CounterDelta::default()
            },
            Self::End { status, counted, degraded, held_slot, tokens, cost, unpriced } => CounterDelta {
                slots_used: if *held_slot && !counted { -1 } else { 0 },
                counted_runs: i64::from(*counted),
                uncounted_runs: -i64::from(*counted),
                successful_runs: i64::from(*status == Status::Success),
                failed_runs: i64::from(*status == Status::Failed),
                cancelled_runs: i64::from(*status == Status::Cancelled),
                degraded_runs: i64::from(*degraded),
                unpriced_runs: i64::from(*unpriced),
                tokens: *tokens,
                cost: *cost,
                ..CounterDelta::default()
            },
            Self::Pay { tokens, cost, unpriced } => CounterDelta {
                unpriced_runs: i64::from(*unpriced),
                tokens: *tokens,
                cost: *cost,
                ..CounterDelta::default()
            },
            Self::Block => CounterDelta { blocked_runs: 1, ..CounterDelta::default() },
        }
    }
}

impl UsageCounter {
    /// The counter after a move.
    #[must_use]
    pub fn after(&self, step: &CounterMove) -> Self {
        let delta = step.delta();
        Self {
            slots_used: self.slots_used.saturating_add_signed(delta.slots_used),
            total_runs: self.total_runs.saturating_add_signed(delta.total_runs),
            counted_runs: self.counted_runs.saturating_add_signed(delta.counted_runs),
            uncounted_runs: self.uncounted_runs.saturating_add_signed(delta.uncounted_runs),
            successful_runs: self.successful_runs.saturating_add_signed(delta.successful_runs),
            failed_runs: self.failed_runs.saturating_add_signed(delta.failed_runs),
            cancelled_runs: self.cancelled_runs.saturating_add_signed(delta.cancelled_runs),
            degraded_runs: self.degraded_runs.saturating_add_signed(delta.degraded_runs),
            test_runs: self.test_runs.saturating_add_signed(delta.test_runs),
            blocked_runs: self.blocked_runs.saturating_add_signed(delta.blocked_runs),
            unpriced_runs: self.unpriced_runs.saturating_add_signed(delta.unpriced_runs),
            tokens: self.tokens + delta.tokens,
            cost: self.cost + delta.cost,
            last_run_at: delta.last_run_at.or(self.last_run_at),
            revision: self.revision.saturating_add(1),
            ..self.clone()
        }
    }
}
