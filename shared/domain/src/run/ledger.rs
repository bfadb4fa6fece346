//! What a run's transitions do to the month's counter: the same in the store's transactions, the recount and the tests.

use super::Status;
use crate::instant::Instant;
use crate::money::{Cost, TokenUsage};
use crate::usage::UsageCounter;
use std::ops::AddAssign;

/// A change of the counter by one transition of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CounterMove {
    Begin {
        holds_slot: bool,
        test: bool,
        at: Instant,
    },
    End {
        status: Status,
        /// Whether the run counts: then its slot stays used.
        counted: bool,
        degraded: bool,
        /// Whether the run held a slot, which is released unless the run counts.
        held_slot: bool,
        tokens: TokenUsage,
        cost: Cost,
        /// Whether the run uses tokens of unknown price now, and did not before.
        unpriced: bool,
    },
    /// Tokens that a worker paid for before the end of the run.
    Pay {
        tokens: TokenUsage,
        cost: Cost,
        unpriced: bool,
    },
    /// A due report was not started.
    Block,
}

/// The differences that a move makes to the figures of the counter.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct CounterDelta {
    pub slots_used: i64,
    pub total_runs: i64,
    pub counted_runs: i64,
    pub uncounted_runs: i64,
    pub successful_runs: i64,
    pub failed_runs: i64,
    pub cancelled_runs: i64,
    pub degraded_runs: i64,
    pub test_runs: i64,
    pub blocked_runs: i64,
    pub unpriced_runs: i64,
    pub tokens: TokenUsage,
    pub cost: Cost,
    pub last_run_at: Option<Instant>,
}

impl CounterMove {
    /// The differences.
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

impl AddAssign for CounterDelta {
    fn add_assign(&mut self, other: Self) {
        self.slots_used += other.slots_used;
        self.total_runs += other.total_runs;
        self.counted_runs += other.counted_runs;
        self.uncounted_runs += other.uncounted_runs;
        self.successful_runs += other.successful_runs;
        self.failed_runs += other.failed_runs;
        self.cancelled_runs += other.cancelled_runs;
        self.degraded_runs += other.degraded_runs;
        self.test_runs += other.test_runs;
        self.blocked_runs += other.blocked_runs;
        self.unpriced_runs += other.unpriced_runs;
        self.tokens += other.tokens;
        self.cost += other.cost;
        self.last_run_at = self.last_run_at.max(other.last_run_at);
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
