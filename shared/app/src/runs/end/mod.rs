//! Ending a run: by its worker, its user, or the sweep.

mod notices;
mod retirement;

pub use retirement::WarnOfRetirement;

use crate::metrics;
use crate::optimistic::{self, Step};
use crate::ports::{
    Accounts, Clock, ConfigurationEnd, Configurations, CoverageMove, Entropy, Fence, Finish, LimitSeen, Part,
    RunLedger, Runs, StoreError, UsageCounters,
};
use crate::usage::unless_repaired;
use domain::account::Account;
use domain::configuration::Configuration;
use domain::delivery::Delivery;
use domain::id::{EventId, NoticeId, RunId};
use domain::instant::Instant;
use domain::notice::{Named, ReachedThreshold, Recipient};
use domain::run::{CounterMove, Outcome, Payment, Run};
use domain::usage::{Mark, UsageCounter, crossed_by_next, next_unmarked};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Ends runs. The run, the month's counter and the configuration change in one transaction, which also reports a
/// threshold of the limit that this end reaches.
#[derive(Clone)]
pub struct EndRun {
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    pub accounts: Arc<dyn Accounts>,
    pub configurations: Arc<dyn Configurations>,
    pub runs: Arc<dyn Runs>,
    pub usage: Arc<dyn UsageCounters>,
    pub ledger: Arc<dyn RunLedger>,
    pub retirement: WarnOfRetirement,
}

/// How a run is to be ended.
#[derive(Clone, Debug)]
pub struct Ending {
    pub run: Run,
    pub fence: Fence,
    pub outcome: Outcome,
    /// Payments of attempts that this worker knows of.
    pub payments: Vec<Payment>,
    pub deliver: bool,
    /// For a scheduled success: of each branch that was read.
    pub coverage: Vec<CoverageMove>,
    /// The configuration as its worker has read it.
    pub configuration: Option<Box<Configuration>>,
}

impl Ending {
    /// The moves of coverage that apply to the configuration that was read last.
    fn applicable_coverage(&self) -> Vec<CoverageMove> {
        let Some(configuration) = self.configuration.as_deref() else { return Vec::new() };
        self.coverage.iter().cloned().filter_map(|step| step.applied_to(configuration)).collect()
    }
}

/// The configuration of a run that is to be ended.
enum Configured {
    /// It has refused nothing so far.
    AsRead,
    /// It has refused the end, and is this by now.
    Is(Box<Configuration>),
    /// It has refused the end, because it does not exist.
    Missing,
}

impl Configured {
    /// Whether this run is the active one of the configuration, as far as is known.
    fn has_active(&self, run: RunId) -> bool {
        match self {
            Self::AsRead => true,
            Self::Is(configuration) => configuration.progress.active_run == Some(run),
            Self::Missing => false,
        }
    }
}

/// The result.
#[derive(Clone, Debug)]
pub enum Ended {
    Done(Box<Run>),
    /// Another worker has it or ended it; only the payments were added. `None` if there is no such run.
    Lost(Option<Box<Run>>),
}

impl EndRun {
    /// Ends a run.
    pub async fn end(&self, ending: Ending) -> Result<Ended, StoreError> {
        let ended = self.end_once(ending).await?;
        if let Ended::Done(run) = &ended {
            metrics::run_ended(run);
        }
        Ok(ended)
    }

    async fn end_once(&self, ending: Ending) -> Result<Ended, StoreError> {
        let now = self.clock.now();
        let (ending, configuration_refused) = (&ending, &AtomicBool::new(false));
        let (user, id, month) = (ending.run.user, ending.run.id, ending.run.month());
        optimistic::update(
            ("the end of run", id),
            |again| self.current(&ending.run, again, configuration_refused.load(Ordering::Relaxed)),
            |(found, _): &(Option<Run>, Configured), sent: &Run| {
                let mine = found.as_ref().filter(|found| ended_so(found, sent));
                mine.map(|found| Ended::Done(Box::new(found.clone())))
            },
            |(found, configured)| async move {
                let run = match found {
                    Some(found) if is_fenced(&found, ending.fence) => found,
                    other => return Ok(Step::Done(self.add_payments(ending, other, now).await?)),
                };
                let mut state = Ending { run, ..ending.clone() };
                let is_active = configured.has_active(state.run.id);
                // If the run is still the active one of its configuration, coverage was the reason of the refusal: only
                // what applies to the configuration as it is now moves.
                if let Configured::Is(configuration) = configured {
                    state.configuration = Some(configuration);
                }
                let configuration_moves = state.run.trigger.is_scheduled() && is_active;
                let Some(finish) = self.prepare(&state, configuration_moves, now).await? else {
                    return Ok(Step::Done(self.add_payments(ending, Some(state.run), now).await?));
                };
                let finished = self.ledger.finish(&finish).await;
                let refused_by = |part| finished.as_ref().is_err_and(|error| error.refused_by(part));
                if refused_by(Part::Configuration) {
                    configuration_refused.store(true, Ordering::Relaxed);
                }
                // A run that has ended already may have ended by an earlier try.
                let may_be_mine = refused_by(Part::Run);
                let step =
                    if may_be_mine { Step::of_once(finished, finish.run) } else { Step::of(finished, finish.run) };
                let step = unless_repaired(step, &self.usage, &self.runs, user, month).await?;
                Ok(step.map(|run| Ended::Done(Box::new(run))))
            },
        )
        .await
    }

    /// The current run and, after a refusal by its configuration, what that is now.
    async fn current(
        &self,
        run: &Run,
        again: bool,
        configuration_refused: bool,
    ) -> Result<(Option<Run>, Configured), StoreError> {
        let found = self.read(run, again).await?;
        if !configuration_refused {
            return Ok((found, Configured::AsRead));
        }
        let configuration = self.configurations.configuration(run.user, run.configuration).await?;
        Ok((found, configuration.map_or(Configured::Missing, |configuration| Configured::Is(Box::new(configuration)))))
    }

    /// The run as its caller has read it or, for another try, as it is stored now.
    pub(crate) async fn read(&self, run: &Run, again: bool) -> Result<Option<Run>, StoreError> {
        if again { self.runs.run(run.user, run.id).await } else { Ok(Some(run.clone())) }
    }

    /// The transaction for the current state; `None` if the run has ended.
    async fn prepare(
        &self,
        state: &Ending,
        configuration_moves: bool,
        now: Instant,
    ) -> Result<Option<Finish>, StoreError> {
        let delivery = if state.deliver { Delivery::pending(now) } else { Delivery::none() };
        let Ok((run, counter)) = state.run.clone().finish(state.outcome.clone(), &state.payments, delivery, now) else {
            return Ok(None);
        };
        let payments = state
            .payments
            .iter()
            .filter(|payment| !state.run.paid_attempts.contains(&payment.attempt))
            .cloned()
            .collect();
        let mut finish = Finish {
            configuration: configuration_moves.then(|| ConfigurationEnd {
                last_run_status: state.outcome.last_run_status(),
                last_run_at: now,
                failing_since: None,
                skipped_at: None,
                coverage: state.applicable_coverage(),
            }),
            fence: state.fence,
            payments,
            counted_below: None,
            counted_is: None,
            marks: Vec::new(),
            pause: None,
            limit: None,
            notices: Vec::new(),
            events: Vec::new(),
            run,
            counter,
        };
        finish.notices.extend(self.retirement.notice(&finish.run, now).await?);
        self.report_change(&mut finish, state, now).await?;
        if matches!(finish.counter, CounterMove::End { counted: true, .. }) {
            let account = self.accounts.account(finish.run.user).await?;
            let usage = self.usage.usage(finish.run.user, finish.run.month()).await?;
            self.watch_thresholds(&mut finish, &account, &usage, now).await?;
        }
        Ok(Some(finish))
    }

    /// A counted end either stays below the next threshold, or marks and reports it.
    async fn watch_thresholds(
        &self,
        finish: &mut Finish,
        account: &Account,
        usage: &UsageCounter,
        now: Instant,
    ) -> Result<(), StoreError> {
        let limit = account.limits().monthly_runs;
        finish.limit = Some(LimitSeen { version: account.limits_version });
        finish.marks = crossed_by_next(usage, limit);
        match finish.marks.last().copied() {
            None => finish.counted_below = next_unmarked(usage, limit).map(|reached_at| reached_at.saturating_sub(1)),
            Some(mark) => {
                finish.counted_is = Some(usage.counted_runs);
                self.report_threshold(finish, account, mark, usage.counted_runs.saturating_add(1), now).await?;
            }
        }
        Ok(())
    }

    async fn report_threshold(
        &self,
        finish: &mut Finish,
        account: &Account,
        mark: Mark,
        used: u64,
        now: Instant,
    ) -> Result<(), StoreError> {
        let run = &finish.run;
        let configuration = self.configurations.configuration(run.user, run.configuration).await?;
        let named = Named::of_run(run.configuration, &run.snapshot);
        let recipient = Recipient::of(account, named, configuration.as_ref());
        let ids = (NoticeId::at(now, self.entropy.randomness()), EventId::at(now, self.entropy.randomness()));
        let reached = ReachedThreshold { user: run.user, mark, used, month: run.month() };
        let (notice, event) = reached.announce(Some(&recipient), ids, now);
        finish.notices.extend(notice);
        finish.events.push(event);
        Ok(())
    }

    /// The run belongs to another worker: what this worker paid is added all the same, once.
    async fn add_payments(&self, state: &Ending, fresh: Option<Run>, now: Instant) -> Result<Ended, StoreError> {
        if let Some(run) = &fresh {
            for payment in &state.payments {
                self.pay(run, payment, now).await?;
            }
        }
        Ok(Ended::Lost(fresh.map(Box::new)))
    }

    /// Adds a payment, unless it is already added.
    pub async fn pay(&self, run: &Run, payment: &Payment, now: Instant) -> Result<(), StoreError> {
        optimistic::ensure(
            ("the payment of run", run.id),
            |again| self.read(run, again),
            |found| async move {
                // A refusal means that the payment is already added, that the run was erased, or that another worker
                // has just added tokens of unknown price. The run shows which.
                let Some(found) = found.filter(|found| !found.paid_attempts.contains(&payment.attempt)) else {
                    return Ok(Step::Done(()));
                };
                let paid = self.ledger.pay(&found, payment, now).await;
                if paid.is_ok() && found.end().is_some() {
                    metrics::paid_late(payment);
                }
                let step = Step::of(paid, ());
                unless_repaired(step, &self.usage, &self.runs, run.user, run.month()).await
            },
        )
        .await
    }
}

/// Whether the stored run ended as in `meant`: then the answer of that transaction was lost.
fn ended_so(found: &Run, meant: &Run) -> bool {
    found.end().is_some() && found.end() == meant.end() && found.attempt == meant.attempt
}

fn is_fenced(run: &Run, fence: Fence) -> bool {
    match fence {
        Fence::Held { owner, attempt } => run.is_held_by(owner, attempt),
        Fence::Attempt(attempt) => run.end().is_none() && run.attempt == attempt,
        Fence::Lapsed { attempt, until } => {
            run.attempt == attempt && run.lease().is_some_and(|lease| lease.until == until)
        }
    }
}
