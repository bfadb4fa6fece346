//! The counter of a month, computed from its runs and compared with the stored one.

use super::{CounterMove, Run};
use crate::usage::UsageCounter;

/// A figure of a counter that is not the sum of the month's runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    /// The figure's name, such as `counted_runs`. Costs are in millionths of a US dollar.
    pub figure: &'static str,
    /// The value in the counter; `None` if the stored value is not a count.
    pub counted: Option<u64>,
    pub runs: u64,
}

const BLOCKED_RUNS: &str = "blocked_runs";
const LAST_RUN_AT: &str = "last_run_at";
const ALERTED: &str = "alerted";
const REVISION: &str = "revision";

/// When the last run began, in milliseconds since 1970.
fn counter_millis(counter: &UsageCounter) -> u64 {
    counter.last_run_at.and_then(|at| u64::try_from(at.timestamp_millis()).ok()).unwrap_or_default()
}

impl UsageCounter {
    /// The counter that these runs of its month give: every run begins and, if it has ended, ends, by the same rules as
    /// in the transactions. Figures that are not in the runs are kept, if they can be read: blocked reports, reported
    /// thresholds, when the last run began, and the revision. Runs of other months are skipped. A counter that outlives
    /// its runs is correct as it is.
    #[must_use]
    pub fn of_runs(&self, runs: &[Run]) -> Self {
        if self.outlives_runs {
            return self.clone();
        }
        let empty = Self::empty(self.user, self.month);
        let sums = runs
            .iter()
            .filter(|run| run.month() == self.month)
            .flat_map(Run::moves)
            .fold(empty, |sums, step| sums.after(&step));
        Self {
            blocked_runs: self.blocked_runs,
            alerted: self.alerted.clone(),
            last_run_at: self.last_run_at.or_else(|| sums.last_run_at.filter(|_| self.is_unreadable(LAST_RUN_AT))),
            revision: self.revision,
            ..sums
        }
    }

    /// Whether the stored value of a figure is not a count.
    fn is_unreadable(&self, figure: &str) -> bool {
        self.unreadable.contains_key(figure)
    }

    /// The figures that differ from the sums of the runs, and those whose stored values can't be read.
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
                // Figures that are not in the runs are compared only if they can't be read.
                (BLOCKED_RUNS, runs.blocked_runs),
                (LAST_RUN_AT, counter_millis(runs)),
                (ALERTED, u64::try_from(runs.alerted.len()).unwrap_or(u64::MAX)),
                (REVISION, runs.revision),
            ]
        };
        figures(self)
            .into_iter()
            .zip(figures(runs))
            .map(|((figure, counted), (_, runs))| (figure, counted, runs))
            .filter(|(figure, counted, runs)| counted != runs || self.is_unreadable(figure))
            .map(|(figure, counted, runs)| Drift {
                figure,
                counted: (!self.is_unreadable(figure)).then_some(counted),
                runs,
            })
            .collect()
    }
}

impl Run {
    /// The moves of the run so far: its beginning, and its end or what was paid.
    pub fn moves(&self) -> [CounterMove; 2] {
        let (holds_slot, test) = (self.receipt.holds_slot, self.trigger.is_test());
        [CounterMove::Begin { holds_slot, test, at: self.started_at }, self.last_move()]
    }

    /// What happened to the run after its beginning, as one move: its end, or what was paid so far.
    pub(crate) fn last_move(&self) -> CounterMove {
        let (tokens, cost, unpriced) = (self.figures.tokens, self.figures.cost, self.figures.unpriced);
        match self.end() {
            None => CounterMove::Pay { tokens, cost, unpriced },
            Some(end) => CounterMove::End {
                status: end.outcome.status(),
                counted: end.counted,
                degraded: end.outcome.is_degraded(),
                held_slot: self.receipt.holds_slot,
                tokens,
                cost,
                unpriced,
            },
        }
    }
}
