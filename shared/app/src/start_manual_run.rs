//! A report now, at its user's wish.

use crate::limits::RACES_MAX;
use crate::ports::{
    Accounts, Clock, Configurations, Entropy, IdempotencyKey, IdempotencyRecords, Part, Repositories, Reservation,
    RunLedger, RunQueue, RunRequest, Runs, StoreError, TransactionError, UsageCounters,
};
use domain::account::Account;
use domain::configuration::{Configuration, Writer};
use domain::delivery::Delivery;
use domain::id::{ConfigurationId, OwnerId, RunId, UserId};
use domain::instant::{Duration, Instant};
use domain::month::Month;
use domain::repository::Repository;
use domain::run::{Figures, Lease, Phase, Receipt, Run, Snapshot, Trigger, Window};
use domain::usage::{Admission, admission};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Starts manual runs: the slot is reserved here, together with the client's idempotency record; a worker does the rest.
#[derive(Clone)]
pub struct StartManualRun {
    /// Now.
    pub clock: Arc<dyn Clock>,
    /// The run's id.
    pub entropy: Arc<dyn Entropy>,
    /// The limit.
    pub accounts: Arc<dyn Accounts>,
    /// What the report is about.
    pub repositories: Arc<dyn Repositories>,
    /// How it is to be written.
    pub configurations: Arc<dyn Configurations>,
    /// The run, when an answer was lost.
    pub runs: Arc<dyn Runs>,
    /// Why there was no slot.
    pub usage: Arc<dyn UsageCounters>,
    /// What the client's key made before.
    pub idempotency: Arc<dyn IdempotencyRecords>,
    /// The reservation.
    pub ledger: Arc<dyn RunLedger>,
    /// A hint to the worker.
    pub run_queue: Arc<dyn RunQueue>,
    /// Who writes where the configuration says nothing.
    pub default_writer: Writer,
}

/// A run can't start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// There is no such configuration.
    #[error("there is no such report configuration")]
    NoConfiguration,
    /// Its repository was deleted.
    #[error("the configuration's repository was deleted: choose another one")]
    NoRepository,
    /// The month's runs are used up.
    #[error("all {limit} report runs of this month are used: the limit returns on {}", .resets_at.format("%-d %B %Y"))]
    LimitReached {
        /// The limit.
        limit: u64,
        /// Counted runs.
        used: u64,
        /// When it returns.
        resets_at: Instant,
    },
    /// Running runs hold the last slots.
    #[error("running reports hold the last of {limit} report runs of this month: try again in a minute")]
    SlotsInUse {
        /// The limit.
        limit: u64,
        /// Counted runs.
        used: u64,
        /// When the limit returns.
        resets_at: Instant,
    },
    /// Too many runs began that do not count.
    #[error("too many runs of this month failed, were tests or were cancelled ({bound}): more are possible on {}", .resets_at.format("%-d %B %Y"))]
    AllRunsReached {
        /// The bound on them.
        bound: u64,
        /// When it returns.
        resets_at: Instant,
    },
    /// The key was used for another request.
    #[error("the Idempotency-Key was used for another request: choose a new one")]
    KeyReused,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl StartManualRun {
    /// Starts a report over a range, or answers the run that the same key has started before.
    pub async fn start(
        &self,
        user: UserId,
        configuration: ConfigurationId,
        window: Window,
        idempotency: Option<IdempotencyKey>,
    ) -> Result<Run, StartError> {
        let now = self.clock.now();
        let id = RunId::at(now, self.entropy.randomness());
        let mut failure = None;
        for _ in 0..RACES_MAX {
            if let Some(run) = self.made_before(user, idempotency.as_ref(), now).await? {
                return Ok(run);
            }
            let (configuration, repository) = self.subject(user, configuration).await?;
            let account = self.accounts.account(user).await?;
            let draft = Draft {
                id,
                trigger: Trigger::Manual(window),
                owner: None,
                attempt: 0,
                holds_slot: true,
                lease: Duration::zero(),
                now,
            };
            let run = draft.run(&configuration, &repository, &account, &self.default_writer);
            let reservation = Reservation {
                run,
                uncounted_max: account.limits().uncounted_runs(),
                next_fire: None,
                idempotency: idempotency.clone(),
            };
            match self.ledger.reserve(&reservation).await {
                Ok(()) => return Ok(self.request(reservation.run).await),
                Err(TransactionError::Store(error)) if !error.is_transient() => return Err(error.into()),
                Err(error) => {
                    if let Some(run) = self.runs.run(user, id).await? {
                        return Ok(self.request(run).await);
                    }
                    if error.refused_by(Part::Counter) {
                        self.refuse(&account, now).await?;
                    }
                    if let TransactionError::Store(error) = error {
                        failure = Some(error);
                    }
                }
            }
        }
        let busy = || StoreError::Busy {
            detail: format!("the start of run {id} lost {RACES_MAX} races"),
            retry_after: std::time::Duration::from_secs(5),
        };
        Err(failure.unwrap_or_else(busy).into())
    }

    async fn made_before(
        &self,
        user: UserId,
        key: Option<&IdempotencyKey>,
        now: Instant,
    ) -> Result<Option<Run>, StartError> {
        let Some(key) = key else { return Ok(None) };
        match self.idempotency.idempotency_record(user, key, now).await? {
            None => Ok(None),
            Some(record) if record.request_hash != key.request_hash => Err(StartError::KeyReused),
            Some(record) => Ok(self.runs.run(user, RunId::from_uuid(record.made)).await?),
        }
    }

    async fn subject(&self, user: UserId, id: ConfigurationId) -> Result<(Configuration, Repository), StartError> {
        let configuration = self.configurations.configuration(user, id).await?;
        let configuration = configuration.filter(|found| found.deleted_at.is_none());
        let configuration = configuration.ok_or(StartError::NoConfiguration)?;
        let repository = self.repositories.repository(user, configuration.settings.repository).await?;
        let repository = repository.filter(|found| found.deleted_at.is_none()).ok_or(StartError::NoRepository)?;
        Ok((configuration, repository))
    }

    /// Says why there was no slot; nothing, if one has come free meanwhile.
    async fn refuse(&self, account: &Account, now: Instant) -> Result<(), StartError> {
        let month = Month::of(now);
        let limits = account.limits();
        let counter = self.usage.usage(account.user, month).await?;
        let (limit, used, resets_at) = (limits.monthly_runs, counter.counted_runs, month.resets_at());
        match admission(&counter, &limits, true) {
            Admission::Admitted => Ok(()),
            Admission::SlotsInUse => Err(StartError::SlotsInUse { limit, used, resets_at }),
            Admission::LimitReached => Err(StartError::LimitReached { limit, used, resets_at }),
            Admission::AllRunsReached => Err(StartError::AllRunsReached { bound: limits.uncounted_runs(), resets_at }),
        }
    }

    /// Hints at the run. A lost hint costs a minute: the run's lease is due at once.
    async fn request(&self, run: Run) -> Run {
        let request = RunRequest { user: run.user, run: run.id, configuration: run.configuration, fire: None };
        if let Err(error) = self.run_queue.request_runs(&[request]).await {
            tracing::warn!(run = %run.id, %error, "the run waits for the sweep");
        }
        run
    }
}

/// A run that is about to be reserved.
pub(crate) struct Draft {
    pub(crate) id: RunId,
    pub(crate) trigger: Trigger,
    pub(crate) owner: Option<OwnerId>,
    pub(crate) attempt: u32,
    pub(crate) holds_slot: bool,
    pub(crate) lease: Duration,
    pub(crate) now: Instant,
}

impl Draft {
    /// The run, with what is set now as its snapshot and the limit that was read as its receipt.
    pub(crate) fn run(
        self,
        configuration: &Configuration,
        repository: &Repository,
        account: &Account,
        default_writer: &Writer,
    ) -> Run {
        Run {
            id: self.id,
            user: configuration.user,
            repository: repository.id,
            configuration: configuration.id,
            trigger: self.trigger,
            snapshot: Snapshot::of(configuration, repository, default_writer),
            receipt: Receipt { plan: account.plan, limit: account.limits().monthly_runs, holds_slot: self.holds_slot },
            generation: configuration.progress.coverage.generation,
            started_at: self.now,
            attempt: self.attempt,
            paid_attempts: BTreeSet::new(),
            figures: Figures::default(),
            phase: Phase::Running(Lease { owner: self.owner, until: self.now + self.lease }),
            delivery: Delivery::none(),
            updated_at: self.now,
        }
    }
}
