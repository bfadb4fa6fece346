//! Ending a run, whoever ends it: the worker, its user, or the sweep.

mod retirement;

pub use retirement::WarnOfRetirement;

use crate::limits::RACES_MAX;
use crate::ports::{
    Accounts, Clock, ConfigurationEnd, Configurations, CoverageMove, Entropy, Fence, Finish, LimitSeen, Part,
    RunLedger, Runs, StoreError, TransactionError, UsageCounters,
};
use crate::recount::repaired;
use domain::account::Account;
use domain::delivery::Delivery;
use domain::id::{EventId, NoticeId};
use domain::instant::Instant;
use domain::notice::{ReachedThreshold, Recipient};
use domain::run::{CounterMove, Outcome, Payment, Run};
use domain::usage::{Mark, UsageCounter, crossed_by_next, next_unmarked};
use std::sync::Arc;

/// Ends runs. The run, the month's counter and the configuration move in one transaction; a threshold of the limit that
/// is reached by it is told in the same one.
#[derive(Clone)]
pub struct EndRun {
    /// Now.
    pub clock: Arc<dyn Clock>,
    /// Ids of notices and events.
    pub entropy: Arc<dyn Entropy>,
    /// The limit.
    pub accounts: Arc<dyn Accounts>,
    /// Whether coverage may still move; where a notice goes.
    pub configurations: Arc<dyn Configurations>,
    /// The run, when a race was lost.
    pub runs: Arc<dyn Runs>,
    /// Which threshold is next.
    pub usage: Arc<dyn UsageCounters>,
    /// The transaction.
    pub ledger: Arc<dyn RunLedger>,
    /// The notice that the model ends.
    pub retirement: WarnOfRetirement,
}

/// An end that is to happen.
#[derive(Clone, Debug)]
pub struct Ending {
    /// The run as it was last read.
    pub run: Run,
    /// Whose end it is.
    pub fence: Fence,
    /// How it ends.
    pub outcome: Outcome,
    /// What attempts paid that this worker knows of.
    pub payments: Vec<Payment>,
    /// Its text is to be delivered.
    pub deliver: bool,
    /// A scheduled success moves coverage.
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
        let mut state = ending;
        let mut configuration_moves = state.run.trigger.is_scheduled();
        let mut last_failure = None;
        for _ in 0..RACES_MAX {
            let Some(finish) = self.prepare(&state, configuration_moves, now).await? else {
                return self.lose(&state, Some(state.run.clone()), now).await;
            };
            let error = match self.ledger.finish(&finish).await {
                Ok(()) => return Ok(Ended::Done(Box::new(finish.run))),
                Err(error) => error,
            };
            if error.refused_by(Part::Configuration) {
                let found = self.configurations.configuration(state.run.user, state.run.configuration).await?;
                match found {
                    Some(found) if found.progress.active_run == Some(state.run.id) => state.coverage = None,
                    _ => configuration_moves = false,
                }
            }
            if error.refused_by(Part::Run) || matches!(error, TransactionError::Store(_)) {
                let fresh = self.runs.run(state.run.user, state.run.id).await?;
                match fresh {
                    Some(fresh) if ended_so(&fresh, &finish.run) => return Ok(Ended::Done(Box::new(fresh))),
                    Some(fresh) if is_fenced(&fresh, state.fence) => state.run = fresh,
                    other => return self.lose(&state, other, now).await,
                }
            }
            match error {
                TransactionError::Store(failure) if !failure.is_transient() => {
                    if !repaired(&self.usage, &self.runs, state.run.user, state.run.month()).await? {
                        return Err(failure);
                    }
                }
                TransactionError::Store(failure) => last_failure = Some(failure),
                TransactionError::Refused(_) => {}
            }
        }
        Err(last_failure.unwrap_or_else(|| StoreError::Busy {
            detail: format!("the end of run {} lost {RACES_MAX} races", state.run.id),
            retry_after: std::time::Duration::from_secs(30),
        }))
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
        let mut run = run.clone();
        let mut failure = None;
        for _ in 0..RACES_MAX {
            if run.paid_attempts.contains(&payment.attempt) {
                return Ok(());
            }
            match self.ledger.pay(&run, payment, now).await {
                Ok(()) => return Ok(()),
                // Its attempt is paid already, the run was erased, or another worker has just added tokens of unknown
                // price: the run says which.
                Err(TransactionError::Refused(_)) => match self.runs.run(run.user, run.id).await? {
                    Some(fresh) => run = fresh,
                    None => return Ok(()),
                },
                Err(TransactionError::Store(error)) if error.is_transient() => failure = Some(error),
                Err(TransactionError::Store(error)) => {
                    if !repaired(&self.usage, &self.runs, run.user, run.month()).await? {
                        return Err(error);
                    }
                }
            }
        }
        Err(failure.unwrap_or_else(|| StoreError::Busy {
            detail: format!("the payment of run {} lost {RACES_MAX} races", run.id),
            retry_after: std::time::Duration::from_secs(30),
        }))
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
