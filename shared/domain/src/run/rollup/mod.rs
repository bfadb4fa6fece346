//! The sums of a month's runs for each configuration, repository and model, by day.
//!
//! A rollup changes in the transactions that change the month's counter, by the same moves: at the end of a run, with a
//! payment outside of it, and with a block. So the rollups of a month add up to its counter, except for runs that are
//! still running, which are in the counter only.

mod breakdown;
mod fleet;

pub use breakdown::{Breakdown, Share, breakdown};
pub use fleet::{FLEET_SHARDS, FleetShard, FleetSum, FleetTotals, ModelUse, RANKED_MAX, RankedAccount, fleet_shard};

use super::{CounterMove, ErrorCode, Outcome, Run};
use crate::id::{ConfigurationId, RepositoryId, UserId};
use crate::instant::Instant;
use crate::money::{Cost, TokenUsage};
use crate::month::Month;
use crate::usage::UsageCounter;
use chrono::Datelike;
use std::collections::BTreeMap;
use std::ops::AddAssign;

/// What the runs of a rollup have in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RollupOf {
    pub configuration: ConfigurationId,
    pub repository: RepositoryId,
    /// The model that the run used last; `None` for runs that called none.
    pub model: Option<String>,
}

macro_rules! day_figures {
    ($($(#[$doc:meta])* $figure:ident,)+) => {
        /// The sums of runs that ended; of one day, or of several. A run belongs to the UTC day of its id's instant.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct DayFigures {
            $($(#[$doc])* pub $figure: u64,)+
            /// Prompt and completion only.
            pub tokens: TokenUsage,
            pub cost: Cost,
        }

        impl AddAssign for DayFigures {
            fn add_assign(&mut self, other: Self) {
                $(self.$figure = self.$figure.saturating_add(other.$figure);)+
                self.tokens += other.tokens;
                self.cost += other.cost;
            }
        }
    };
}

day_figures! {
    counted_runs,
    /// Counted or not.
    successful_runs,
    failed_runs,
    cancelled_runs,
    degraded_runs,
    /// Tests among the others.
    test_runs,
    /// Due reports that were not started. They are not runs.
    blocked_runs,
    unpriced_runs,
}

impl DayFigures {
    /// What a move adds. The beginning of a run adds nothing.
    pub fn of(step: &CounterMove, is_test: bool) -> Self {
        if matches!(step, CounterMove::Begin { .. }) {
            return Self::default();
        }
        let delta = step.delta();
        let count = |difference: i64| u64::try_from(difference).unwrap_or(0);
        let ended = matches!(step, CounterMove::End { .. });
        Self {
            counted_runs: count(delta.counted_runs),
            successful_runs: count(delta.successful_runs),
            failed_runs: count(delta.failed_runs),
            cancelled_runs: count(delta.cancelled_runs),
            degraded_runs: count(delta.degraded_runs),
            test_runs: u64::from(ended && is_test),
            blocked_runs: count(delta.blocked_runs),
            unpriced_runs: count(delta.unpriced_runs),
            tokens: TokenUsage::new(delta.tokens.prompt(), 0, delta.tokens.completion(), 0),
            cost: delta.cost,
        }
    }

    /// Runs that ended.
    pub fn runs(&self) -> u64 {
        self.successful_runs.saturating_add(self.failed_runs).saturating_add(self.cancelled_runs)
    }

    /// Whether these are the counter's sums of the runs that ended.
    pub fn agree_with(&self, counter: &UsageCounter) -> bool {
        let tokens = TokenUsage::new(counter.tokens.prompt(), 0, counter.tokens.completion(), 0);
        let of_counter = Self {
            counted_runs: counter.counted_runs,
            successful_runs: counter.successful_runs,
            failed_runs: counter.failed_runs,
            cancelled_runs: counter.cancelled_runs,
            degraded_runs: counter.degraded_runs,
            // The counter counts tests when they begin.
            test_runs: self.test_runs,
            blocked_runs: counter.blocked_runs,
            unpriced_runs: counter.unpriced_runs,
            tokens,
            cost: counter.cost,
        };
        *self == of_counter && self.test_runs <= counter.test_runs
    }
}

/// The names and the limit that a rollup shows: those of the run that ended last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RollupFacts {
    /// `None` if the configuration has no name.
    pub configuration_name: Option<String>,
    pub repository_name: String,
    /// When the run began.
    pub run_at: Instant,
    /// The monthly limit that its reservation read.
    pub limit: u64,
}

/// What one transaction adds to a rollup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RollupMove {
    pub user: UserId,
    pub month: Month,
    /// Of the month, from 1.
    pub day: u32,
    pub of: RollupOf,
    pub figures: DayFigures,
    /// Why the run failed.
    pub error: Option<ErrorCode>,
    /// `None` for a block.
    pub facts: Option<RollupFacts>,
}

impl RollupMove {
    /// What a move of a run adds, with the model that was paid, if any.
    pub fn of_run(run: &Run, step: &CounterMove, model: Option<&str>) -> Self {
        let error = match run.end().map(|end| &end.outcome) {
            Some(Outcome::Failed(failure)) if matches!(step, CounterMove::End { .. }) => Some(failure.code),
            _ => None,
        };
        Self {
            user: run.user,
            month: run.month(),
            day: run.id.instant().day(),
            of: RollupOf {
                configuration: run.configuration,
                repository: run.repository,
                model: model.filter(|model| !model.is_empty()).map(str::to_owned),
            },
            figures: DayFigures::of(step, run.trigger.is_test()),
            error,
            facts: Some(RollupFacts {
                configuration_name: run.snapshot.name.clone(),
                repository_name: run.snapshot.repository_name.clone(),
                run_at: run.started_at,
                limit: run.receipt.limit,
            }),
        }
    }

    /// What a run that has ended adds in all.
    pub fn of_ended(run: &Run) -> Self {
        Self::of_run(run, &run.last_move(), run.figures.model.as_deref())
    }

    /// What a block adds.
    pub fn of_block(user: UserId, configuration: ConfigurationId, repository: RepositoryId, fire: Instant) -> Self {
        Self {
            user,
            month: Month::of(fire),
            day: fire.day(),
            of: RollupOf { configuration, repository, model: None },
            figures: DayFigures::of(&CounterMove::Block, false),
            error: None,
            facts: None,
        }
    }
}

/// The sums of a user's runs of one month that have configuration, repository and model in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rollup {
    pub user: UserId,
    pub month: Month,
    pub of: RollupOf,
    /// By the day of the month, from 1, without the days on which nothing happened.
    pub days: BTreeMap<u32, DayFigures>,
    /// Failed runs by the word of their [`ErrorCode`].
    pub errors: BTreeMap<&'static str, u64>,
    /// `None` if only blocks are in it.
    pub facts: Option<RollupFacts>,
}

impl Rollup {
    /// A rollup without runs.
    pub fn empty(user: UserId, month: Month, of: RollupOf) -> Self {
        Self { user, month, of, days: BTreeMap::new(), errors: BTreeMap::new(), facts: None }
    }

    /// The sums of its days.
    pub fn total(&self) -> DayFigures {
        total(self.days.values())
    }

    /// Adds what a transaction adds.
    pub fn add(&mut self, step: RollupMove) {
        *self.days.entry(step.day).or_default() += step.figures;
        if let Some(code) = step.error {
            *self.errors.entry(code.as_str()).or_default() += 1;
        }
        self.facts = step.facts.or(self.facts.take());
    }

    /// Adds another part of the same rollup.
    pub fn merge(&mut self, other: Self) {
        for (day, figures) in other.days {
            *self.days.entry(day).or_default() += figures;
        }
        for (code, runs) in other.errors {
            let sum = self.errors.entry(code).or_default();
            *sum = sum.saturating_add(runs);
        }
        let run_at = |facts: &Option<RollupFacts>| facts.as_ref().map(|facts| facts.run_at);
        if run_at(&other.facts) > run_at(&self.facts) {
            self.facts = other.facts;
        }
    }
}

/// The rollups that these runs of a month give, for a month whose rollups are absent or damaged. Tokens of all attempts
/// of a run are under the model that it used last.
#[derive(Clone, Debug, Default)]
pub struct RollupsOfRuns(BTreeMap<RollupOf, Rollup>);

impl RollupsOfRuns {
    /// Adds a run as far as it is.
    pub fn add(&mut self, run: &Run) {
        let step = RollupMove::of_ended(run);
        if step.figures == DayFigures::default() {
            return;
        }
        let (user, month, of) = (step.user, step.month, step.of.clone());
        self.0.entry(of.clone()).or_insert_with(|| Rollup::empty(user, month, of)).add(step);
    }

    /// The rollups, in the order of what they are of.
    pub fn into_rollups(self) -> Vec<Rollup> {
        self.0.into_values().collect()
    }
}

/// The sum of days.
pub fn total<'a>(days: impl IntoIterator<Item = &'a DayFigures>) -> DayFigures {
    days.into_iter().fold(DayFigures::default(), |mut sum, day| {
        sum += *day;
        sum
    })
}
