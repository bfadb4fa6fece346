//! A run: one report, from its reservation to its end.
//!
//! A run is [`Phase::Running`] under a lease until it is [`Phase::Ended`]; both own their data, and each transition
//! gives a new run or an error. What a transition does to the month's counter is its [`CounterMove`].
//!
//! In reading order: `begin`, the reservation, with its `snapshot` and its `trigger`; this file, the state and its
//! transitions; `waits` and `wait`, waiting for a git host; `content`, the text; `outcome` and `failure`, how a run
//! ends; `ledger`, `recount`, `rollup` and `day`, what runs come to in a month; `caption`, the text around a report in
//! a message; `import`, runs of an earlier system.

mod begin;
mod caption;
mod content;
mod day;
mod failure;
mod import;
mod ledger;
mod model;
mod outcome;
mod recount;
mod rollup;
mod snapshot;
mod trigger;
mod wait;
mod waits;

pub use begin::{Draft, Subject, Worker};
pub use caption::Caption;
pub use content::{BranchContent, Content, Payment, Priced, REPORTED_MAX, ShaPrefix, sha_prefix};
pub use day::{DailyUsage, DayUsage};
pub use failure::{ErrorCode, FailedBranch, Failure};
pub use import::progress_after;
pub use ledger::{CounterDelta, CounterMove};
pub use model::model_used;
pub use outcome::{CountReason, End, Findings, Outcome, Status};
pub use recount::Drift;
pub use rollup::{
    Breakdown, DayFigures, FLEET_SHARDS, FleetShard, FleetSum, FleetTotals, ModelUse, RANKED_MAX, RankedAccount,
    Rollup, RollupFacts, RollupMove, RollupOf, RollupsOfRuns, Share, breakdown, fleet_shard, total,
};
pub use snapshot::{RunBranch, Snapshot, paths_of};
pub use trigger::{MANUAL_RANGE_MAX_DAYS, Trigger, TriggerKind, Window, WindowError};
pub use wait::WaitError;
pub use waits::{WAITED_HOURS_MAX, WAITS_MAX, Waits};

use crate::account::Plan;
use crate::delivery::Delivery;
use crate::id::{ConfigurationId, OwnerId, RepositoryId, RunId, UserId};
use crate::instant::{Duration, Instant};
use crate::money::{Cost, Rates, TokenUsage, UsageSource};
use crate::month::Month;
use std::collections::BTreeSet;

/// How many attempts of a run may be lost; then the run fails. A wait for the git host is not counted.
pub const ATTEMPTS_MAX: u32 = 3;

/// A run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its instant decides the month.
    pub id: RunId,
    pub user: UserId,
    pub repository: RepositoryId,
    pub configuration: ConfigurationId,
    pub trigger: Trigger,
    pub snapshot: Snapshot,
    pub receipt: Receipt,
    /// The generation of coverage at the reservation.
    pub generation: u64,
    /// When the run was reserved.
    pub started_at: Instant,
    /// The current or last attempt, from 1; 0 until a worker claims a manual run.
    pub attempt: u32,
    pub waits: Waits,
    /// Attempts whose tokens are in `figures`.
    pub paid_attempts: BTreeSet<u32>,
    /// The sums of all attempts.
    pub figures: Figures,
    pub phase: Phase,
    pub delivery: Delivery,
    pub updated_at: Instant,
}

/// The quota receipt: what the reservation read and took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    pub plan: Plan,
    /// The monthly limit at the reservation.
    pub limit: u64,
    /// Whether the run holds one of the limit's slots, and so can count.
    pub holds_slot: bool,
}

/// What a run used.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Figures {
    pub tokens: TokenUsage,
    /// The cost of those whose price is known.
    pub cost: Cost,
    /// Whether any attempt used tokens whose price is unknown.
    pub unpriced: bool,
    pub source: UsageSource,
    pub model: Option<String>,
    pub rates: Option<Rates>,
}

impl Figures {
    /// What the run cost; `None` where the price of any of its tokens is unknown.
    pub fn total_cost(&self) -> Option<Cost> {
        (!self.unpriced).then_some(self.cost)
    }
}

/// Running or ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// A worker has the run, or the run waits for one.
    Running(Lease),
    Ended(End),
}

/// A worker's hold on a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// `None` until a manual run is claimed, and while a run waits for its git host.
    pub owner: Option<OwnerId>,
    /// Until when other workers leave the run alone.
    pub until: Instant,
}

/// Why a worker can't claim a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClaimError {
    #[error("the run has ended")]
    Ended,
    #[error("another worker has the run")]
    LeaseLive,
    #[error("the run was tried {ATTEMPTS_MAX} times")]
    AttemptsUsedUp,
}

/// The run has ended, and can't change any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the run has ended")]
pub struct RunEnded;

impl Run {
    /// The phase and the outcome in one word.
    pub fn status(&self) -> Status {
        match &self.phase {
            Phase::Running(_) => Status::Running,
            Phase::Ended(end) => end.outcome.status(),
        }
    }

    /// The reported range of time, its end excluded: the requested one, or for a scheduled run the observed one. `None`
    /// for a scheduled run that has observed nothing.
    pub fn window(&self) -> Option<Window> {
        match &self.trigger {
            Trigger::Manual(window) | Trigger::Test(window) => Some(*window),
            Trigger::Schedule { .. } => match self.end().map(|end| &end.outcome) {
                Some(Outcome::Success(findings)) => findings.window,
                _ => None,
            },
        }
    }

    /// The month that the run is counted in.
    pub fn month(&self) -> Month {
        self.id.month()
    }

    /// The lease of a running run.
    pub fn lease(&self) -> Option<Lease> {
        match &self.phase {
            Phase::Running(lease) => Some(*lease),
            Phase::Ended(_) => None,
        }
    }

    /// The end of an ended run.
    pub fn end(&self) -> Option<&End> {
        match &self.phase {
            Phase::Running(_) => None,
            Phase::Ended(end) => Some(end),
        }
    }

    /// Whether this worker holds the run in this attempt.
    pub fn is_held_by(&self, owner: OwnerId, attempt: u32) -> bool {
        self.attempt == attempt && self.lease().is_some_and(|lease| lease.owner == Some(owner))
    }

    /// Claims a run whose lease has expired: the next attempt, by a new owner.
    pub fn claim(self, owner: OwnerId, now: Instant, lease: Duration) -> Result<Self, ClaimError> {
        match self.phase {
            Phase::Ended(_) => Err(ClaimError::Ended),
            Phase::Running(held) if held.until > now => Err(ClaimError::LeaseLive),
            Phase::Running(_) if self.attempts_are_used_up() => Err(ClaimError::AttemptsUsedUp),
            Phase::Running(_) => Ok(Self {
                attempt: self.attempt + 1,
                phase: Phase::Running(Lease { owner: Some(owner), until: now + lease }),
                updated_at: now,
                ..self
            }),
        }
    }

    /// Ends the lease early, so that the next worker need not wait. `None` if this owner does not hold the run, or the
    /// lease has expired. Owner and attempt stay, so that an end that is being written still takes effect until the
    /// next claim.
    #[must_use]
    pub fn release(self, owner: OwnerId, now: Instant) -> Option<Self> {
        let held = self.lease().filter(|lease| lease.owner == Some(owner) && lease.until > now)?;
        Some(Self { phase: Phase::Running(Lease { until: now, ..held }), updated_at: now, ..self })
    }

    /// Whether a lost run is to fail rather than to be tried again.
    pub fn is_abandoned(&self, now: Instant) -> bool {
        self.attempts_are_used_up() && self.lease().is_some_and(|lease| lease.until <= now)
    }

    fn attempts_are_used_up(&self) -> bool {
        let lost_at_most = self.attempt.saturating_sub(self.waits.count);
        lost_at_most >= ATTEMPTS_MAX || self.trigger.is_test()
    }

    /// Whether the run would count: a report of at least one commit by the chosen writer, in a run that holds a slot.
    pub fn would_count(&self, outcome: &Outcome) -> bool {
        match outcome {
            Outcome::Success(findings) => self.receipt.holds_slot && findings.commits > 0 && !findings.degraded,
            Outcome::Failed(_) | Outcome::Cancelled => false,
        }
    }

    /// Ends the run, with the payments that were not added yet. The second value is the change of the month's counter.
    pub fn finish(
        self,
        outcome: Outcome,
        payments: &[Payment],
        delivery: Delivery,
        now: Instant,
    ) -> Result<(Self, CounterMove), RunEnded> {
        if self.end().is_some() {
            return Err(RunEnded);
        }
        let counted = self.would_count(&outcome);
        let (paid, sum) = self.with_payments(payments, now);
        let step = CounterMove::End {
            status: outcome.status(),
            counted,
            degraded: outcome.is_degraded(),
            held_slot: paid.receipt.holds_slot,
            tokens: sum.tokens,
            cost: sum.cost,
            unpriced: sum.unpriced,
        };
        let waits = Waits { since: None, ..paid.waits };
        let ended = Self { phase: Phase::Ended(End { at: now, outcome, counted }), delivery, waits, ..paid };
        Ok((ended, step))
    }

    /// Adds payments whose attempts are not added yet. The second value is what was added; it is `unpriced` only if the
    /// run was not before, so that the month's counter counts the run once.
    #[must_use]
    pub fn with_payments(self, payments: &[Payment], now: Instant) -> (Self, Figures) {
        let mut run = Self { updated_at: now, ..self };
        let priced_before = !run.figures.unpriced;
        let mut sum = Figures::default();
        for payment in payments {
            if run.paid_attempts.insert(payment.attempt) {
                sum.tokens += payment.priced.tokens;
                sum.cost += payment.priced.cost;
                run.figures.tokens += payment.priced.tokens;
                run.figures.cost += payment.priced.cost;
                run.figures.unpriced |= payment.priced.is_unpriced();
                run.figures.source = payment.priced.source;
                run.figures.rates.clone_from(&payment.priced.rates);
                run.figures.model.clone_from(&payment.priced.model);
            }
        }
        sum.unpriced = run.figures.unpriced && priced_before;
        (run, sum)
    }

    /// Why the run counts or not, for its quota receipt.
    pub fn count_reason(&self) -> CountReason {
        match &self.phase {
            Phase::Running(_) => CountReason::Running,
            Phase::Ended(end) => match &end.outcome {
                Outcome::Failed(_) => CountReason::Failed,
                Outcome::Cancelled => CountReason::Cancelled,
                Outcome::Success(_) if end.counted => CountReason::Report,
                Outcome::Success(_) if !self.receipt.holds_slot => CountReason::Test,
                Outcome::Success(findings) if findings.commits == 0 => CountReason::NoCommits,
                Outcome::Success(_) => CountReason::Degraded,
            },
        }
    }
}

impl Run {
    /// All branches of the report, the first one first.
    pub fn branches(&self) -> Vec<RunBranch> {
        let snapshot = &self.snapshot;
        let first = RunBranch {
            repository: self.repository,
            repository_name: snapshot.repository_name.clone(),
            repository_url: snapshot.repository_url.clone(),
            branch: snapshot.branch.clone(),
            paths: snapshot.paths.clone(),
            generation: self.generation,
        };
        std::iter::once(first).chain(snapshot.further.iter().cloned()).collect()
    }

    /// Whether the report is about the branch that has this generation of coverage in the configuration.
    pub fn has_generation(&self, generation: u64) -> bool {
        self.generation == generation || self.snapshot.further.iter().any(|further| further.generation == generation)
    }

    /// Whether the report is about a repository, among others or alone.
    pub fn is_about(&self, repository: RepositoryId) -> bool {
        self.repository == repository || self.snapshot.further.iter().any(|further| further.repository == repository)
    }
}
