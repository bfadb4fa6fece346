//! Starting a report at its user's request.

use crate::deliveries::DISABLED;
use crate::ports::{Clock, Entropy, IdempotencyKey, RunQueue, RunRequest, StoreError};
use crate::runs::{BeginRun, Begun, NotBegun, Refused};
use domain::id::{ConfigurationId, RunId, UserId};
use domain::instant::Instant;
use domain::run::{Draft, Run, Window};
use domain::usage::Admission;
use std::sync::Arc;

/// Starts manual runs: reserves the slot together with the client's idempotency record. A worker does the rest.
#[derive(Clone)]
pub struct StartManualRun {
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    pub begin: BeginRun,
    pub run_queue: Arc<dyn RunQueue>,
}

/// A run was not started.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    #[error("the account is closed: no report can be created")]
    AccountClosed,
    #[error("the report configuration is unknown")]
    NoConfiguration,
    #[error("the configuration's repository was deleted: choose another one")]
    NoRepository,
    #[error("{DISABLED}")]
    WebhookDisabled,
    #[error("all {limit} report runs of this month are used: the limit resets on {}", .resets_at.format("%-d %B %Y"))]
    LimitReached { limit: u64, used: u64, resets_at: Instant },
    #[error("running reports hold the last of {limit} report runs of this month: try again in a minute")]
    SlotsInUse { limit: u64, used: u64, resets_at: Instant },
    /// Too many uncounted runs were started: `used` of at most `bound`. `limit` is the one on counted runs.
    #[error(
        "{used} report runs of this month did not count (they failed, were cancelled, were tests, or were written \
         without the model), and at most {bound} such runs may start in a month. Runs can start again on {}.",
        .resets_at.format("%-d %B %Y")
    )]
    UncountedReached { bound: u64, used: u64, limit: u64, resets_at: Instant },
    #[error("the Idempotency-Key was used for another request: use a new one")]
    KeyReused,
    #[error("The run that the first request with this Idempotency-Key started was deleted since. Use a new key.")]
    MadeAndDeleted,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl StartManualRun {
    /// Starts a report over a range, or returns the run that the same key has started before.
    pub async fn start(
        &self,
        user: UserId,
        configuration: ConfigurationId,
        window: Window,
        idempotency: Option<IdempotencyKey>,
    ) -> Result<Run, StartError> {
        let now = self.clock.now();
        let draft = Draft::manual(RunId::at(now, self.entropy.randomness()), window, now);
        match self.begin.begin(user, configuration, &draft, idempotency.as_ref()).await {
            Ok(Begun::Now(run)) => Ok(self.request(run).await),
            Ok(Begun::Before(run)) => Ok(run),
            Err(NotBegun::AccountClosed) => Err(StartError::AccountClosed),
            Err(NotBegun::NoConfiguration) => Err(StartError::NoConfiguration),
            Err(NotBegun::NoRepository) => Err(StartError::NoRepository),
            Err(NotBegun::WebhookDisabled) => Err(StartError::WebhookDisabled),
            Err(NotBegun::NotAdmitted(refused)) => Err((*refused).into()),
            Err(NotBegun::KeyReused) => Err(StartError::KeyReused),
            Err(NotBegun::MadeAndDeleted) => Err(StartError::MadeAndDeleted),
            Err(NotBegun::Store(error)) => Err(error.into()),
        }
    }

    /// Sends the run's message. If it is lost, the run starts a minute later, because its lease is due at once.
    async fn request(&self, run: Run) -> Run {
        let request = RunRequest { user: run.user, run: run.id, configuration: run.configuration, fire: None };
        if let Err(error) = self.run_queue.request_runs(&[request]).await {
            tracing::warn!(run = %run.id, %error, "the run waits for the sweep");
        }
        run
    }
}

impl From<Refused> for StartError {
    fn from(refused: Refused) -> Self {
        let Refused { admission, limits, counter, resets_at } = refused;
        let (limit, used) = (limits.monthly_runs, counter.counted_runs);
        match admission {
            Admission::LimitReached => Self::LimitReached { limit, used, resets_at },
            Admission::UncountedReached => Self::UncountedReached {
                bound: limits.uncounted_runs(),
                used: counter.uncounted_runs,
                limit,
                resets_at,
            },
            Admission::AccountClosed => Self::AccountClosed,
            Admission::SlotsInUse | Admission::Admitted => Self::SlotsInUse { limit, used, resets_at },
        }
    }
}
