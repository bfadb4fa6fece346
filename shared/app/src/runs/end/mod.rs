//! Ending a run, whoever ends it: the worker, its user, or the sweep.

mod retirement;

pub use retirement::WarnOfRetirement;

use crate::optimistic::{self, Step};
use crate::ports::{
    Accounts, Clock, ConfigurationEnd, Configurations, CoverageMove, Entropy, Fence, Finish, LimitSeen, Part,
    RunLedger, Runs, StoreError, UsageCounters,
};
use crate::usage::unless_repaired;
use domain::account::Account;
use domain::delivery::Delivery;
use domain::id::{EventId, NoticeId};
use domain::instant::Instant;
use domain::notice::{ReachedThreshold, Recipient};
use domain::run::{CounterMove, Outcome, Payment, Run};
use domain::usage::{Mark, UsageCounter, crossed_by_next, next_unmarked};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Ends runs. The run, the month's counter and the configuration move in one transaction; a threshold of the limit that
/// is reached by it is told in the same one.
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

/// An end that is to happen.
#[derive(Clone, Debug)]
pub struct Ending {
    pub run: Run,
    pub fence: Fence,
    pub outcome: Outcome,
    /// Payments of attempts that this worker knows of.
    pub payments: Vec<Payment>,
    /// Whether its text is to be delivered.
    pub deliver: bool,
    /// For a scheduled success.
    pub coverage: Option<CoverageMove>,
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum Ended {
    /// The run ended so.
    Done(Box<Run>),
    /// Somebody else has it or ended it; nothing was changed, save that the payments were added. None: there is no
    /// such run.
    Lost(Option<Box<Run>>),
}

impl EndRun {
    /// Ends a run.
    pub async fn end(&self, ending: Ending) -> Result<Ended, StoreError> {
        let now = self.clock.now();
        let (ending, configuration_refused) = (&ending, &AtomicBool::new(false));
        let (user, id, month) = (ending.run.user, ending.run.id, ending.run.month());
        optimistic::update(
            ("the end of run", id),
            |again| async move {
                let run = if again { self.runs.run(user, id).await? } else { Some(ending.run.clone()) };
                let refused = configuration_refused.load(Ordering::Relaxed);
                let is_active = if refused { Some(self.is_active(&ending.run).await?) } else { None };
                Ok((run, is_active))
            },
            |(found, _): &(Option<Run>, Option<bool>), sent: &Run| {
                let mine = found.as_ref().filter(|found| ended_so(found, sent));
                mine.map(|found| Ended::Done(Box::new(found.clone())))
            },
            |(found, is_active)| async move {
                let run = match found {
                    Some(found) if is_fenced(&found, ending.fence) => found,
                    other => return Ok(Step::Done(self.lose(ending, other, now).await?)),
                };
                let mut state = Ending { run, ..ending.clone() };
                // What refused is coverage, if the run is still the active one of its configuration.
                if is_active.is_some() {
                    state.coverage = None;
                }
                let configuration_moves = state.run.trigger.is_scheduled() && is_active != Some(false);
                let Some(finish) = self.prepare(&state, configuration_moves, now).await? else {
                    return Ok(Step::Done(self.lose(ending, Some(state.run), now).await?));
                };
                let finished = self.ledger.finish(&finish).await;
                if finished.as_ref().is_err_and(|error| error.refused_by(Part::Configuration)) {
                    configuration_refused.store(true, Ordering::Relaxed);
                }
                let step = Step::of(finished, finish.run);
                let step = unless_repaired(step, &self.usage, &self.runs, user, month).await?;
                Ok(step.map(|run| Ended::Done(Box::new(run))))
            },
        )
        .await
    }

    /// Whether a run is the active one of its configuration.
    async fn is_active(&self, run: &Run) -> Result<bool, StoreError> {
        let found = self.configurations.configuration(run.user, run.configuration).await?;
        Ok(found.is_some_and(|found| found.progress.active_run == Some(run.id)))
    }

    /// The transaction for the state that is read now; none if the run has ended.
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
                coverage: state.coverage.clone(),
            }),
            fence: state.fence,
            payments,
            counted_below: None,
            counted_is: None,
            marks: Vec::new(),
            limit: None,
            notices: Vec::new(),
            events: Vec::new(),
            run,
            counter,
        };
        finish.notices.extend(self.retirement.notice(&finish.run, now).await?);
        if matches!(finish.counter, CounterMove::End { counted: true, .. }) {
            let account = self.accounts.account(finish.run.user).await?;
            let usage = self.usage.usage(finish.run.user, finish.run.month()).await?;
            self.watch_thresholds(&mut finish, &account, &usage, now).await?;
        }
        Ok(Some(finish))
    }

    /// A counting end either stays below the next threshold, or marks and tells it.
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
                self.tell(finish, account, mark, usage.counted_runs.saturating_add(1), now).await?;
            }
        }
        Ok(())
    }

    async fn tell(
        &self,
        finish: &mut Finish,
        account: &Account,
        mark: Mark,
        used: u64,
        now: Instant,
    ) -> Result<(), StoreError> {
        let run = &finish.run;
        let configuration = self.configurations.configuration(run.user, run.configuration).await?;
        let recipient = match &configuration {
            Some(configuration) => Recipient::of(account, configuration),
            None => Recipient::of_erased(account, run.configuration),
        };
        let ids = (NoticeId::at(now, self.entropy.randomness()), EventId::at(now, self.entropy.randomness()));
        let reached = ReachedThreshold { user: run.user, mark, used, month: run.month() };
        let (notice, event) = reached.announce(Some(&recipient), ids, now);
        finish.notices.extend(notice);
        finish.events.push(event);
        Ok(())
    }

    /// The run is somebody else's: what this worker paid is added all the same, once.
    async fn lose(&self, state: &Ending, fresh: Option<Run>, now: Instant) -> Result<Ended, StoreError> {
        if let Some(run) = &fresh {
            for payment in &state.payments {
                self.pay(run, payment, now).await?;
            }
        }
        Ok(Ended::Lost(fresh.map(Box::new)))
    }

    /// Adds a payment unless it is added already.
    pub async fn pay(&self, run: &Run, payment: &Payment, now: Instant) -> Result<(), StoreError> {
        optimistic::ensure(
            ("the payment of run", run.id),
            |again| async move { if again { self.runs.run(run.user, run.id).await } else { Ok(Some(run.clone())) } },
            |found| async move {
                // A refusal means that the attempt is paid already, that the run was erased, or that another worker has
                // just added tokens of unknown price: the run says which.
                let Some(found) = found.filter(|found| !found.paid_attempts.contains(&payment.attempt)) else {
                    return Ok(Step::Done(()));
                };
                let step = Step::of(self.ledger.pay(&found, payment, now).await, ());
                unless_repaired(step, &self.usage, &self.runs, run.user, run.month()).await
            },
        )
        .await
    }
}

/// Whether the run that stands there ended as this transaction would have ended it: its answer was lost.
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
