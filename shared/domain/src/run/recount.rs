//! The counter of a month as its runs make it, to compare with the one that was kept along the way.

use super::{CounterMove, Run};
use crate::usage::UsageCounter;

/// A figure of a counter that is not what the month's runs come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    /// The figure's name, such as `counted_runs`. Costs are in millionths of a US dollar.
    pub figure: &'static str,
    /// What the counter says.
    pub counted: u64,
    /// What the runs come to.
    pub runs: u64,
}

impl UsageCounter {
    /// What this counter should be, if these are the runs of its month: every run begins and, if it is over, ends, by
    /// the same law as ever. What no run tells is kept: blocked reports, thresholds that were told, when the last run
    /// began, and the revision. Runs of other months are left out. A counter that outlives its runs is right as it is.
    #[must_use]
    pub fn of_runs(&self, runs: &[Run]) -> Self {
        if self.outlives_runs {
            return self.clone();
        }
        let empty = Self::empty(self.user, self.month);
        let sums = runs
            .iter()
            .filter(|run| run.month() == self.month)
            .flat_map(moves)
            .fold(empty, |sums, step| sums.after(&step));
        Self {
            blocked_runs: self.blocked_runs,
            alerted: self.alerted.clone(),
            last_run_at: self.last_run_at,
            revision: self.revision,
            ..sums
        }
    }

    /// The figures in which this counter differs from what its runs come to.
    #[must_use]
    pub fn drift(&self, runs: &Self) -> Vec<Drift> {
        let figures = |counter: &Self| {
            [
                ("slots_used", counter.slots_used),
                ("total_runs", counter.total_runs),
                ("counted_runs", counter.counted_runs),
                ("uncounted_runs", counter.uncounted_runs),
                ("successful_runs", counter.successful_runs),
                ("failed_runs", counter.failed_runs),
                ("cancelled_runs", counter.cancelled_runs),
                ("degraded_runs", counter.degraded_runs),
                ("test_runs", counter.test_runs),
                ("unpriced_runs", counter.unpriced_runs),
                ("prompt_tokens", counter.tokens.prompt()),
                ("cached_tokens", counter.tokens.cached_prompt()),
                ("cache_write_tokens", counter.tokens.cache_write()),
                ("completion_tokens", counter.tokens.completion()),
                ("reasoning_tokens", counter.tokens.reasoning()),
                ("cost_micros", counter.cost.micros()),
            ]
        };
        figures(self)
            .into_iter()
            .zip(figures(runs))
            .filter(|((_, counted), (_, runs))| counted != runs)
            .map(|((figure, counted), (_, runs))| Drift { figure, counted, runs })
            .collect()
    }
}

/// What a run has done to its counter so far.
fn moves(run: &Run) -> [CounterMove; 2] {
    let holds_slot = run.receipt.holds_slot;
    let (tokens, cost, unpriced) = (run.figures.tokens, run.figures.cost, run.figures.unpriced);
    let begin = CounterMove::Begin { holds_slot, test: run.trigger.is_test(), at: run.started_at };
    let rest = match run.end() {
        None => CounterMove::Pay { tokens, cost, unpriced },
        Some(end) => CounterMove::End {
            status: end.outcome.status(),
            counted: end.counted,
            degraded: end.outcome.is_degraded(),
            held_slot: holds_slot,
            tokens,
            cost,
            unpriced,
        },
    };
    [begin, rest]
}
