//! Starting a run at its user's request.

use crate::holdings::access;
use crate::metrics;
use crate::optimistic::{self, Step};
use crate::ports::{
    Accounts, Configurations, IdempotencyKey, IdempotencyRecords, Part, Repositories, Reservation, RunLedger, Runs,
    StoreError, TransactionError, UsageCounters,
};
use crate::usage::unless_repaired;
use domain::account::{Account, Limits};
use domain::configuration::{Configuration, Writer};
use domain::id::{ConfigurationId, RunId, UserId};
use domain::instant::Instant;
use domain::month::Month;
use domain::run::{Draft, Run, Subject, Trigger};
use domain::usage::{Admission, UsageCounter, admission};
use std::sync::Arc;

/// Reserves runs that users request, each together with the record of the client's idempotency key. After a lost
/// answer, the run shows whether its reservation was made.
#[derive(Clone)]
pub struct BeginRun {
    pub accounts: Arc<dyn Accounts>,
    pub repositories: Arc<dyn Repositories>,
    pub configurations: Arc<dyn Configurations>,
    pub runs: Arc<dyn Runs>,
    pub idempotency: Arc<dyn IdempotencyRecords>,
    pub usage: Arc<dyn UsageCounters>,
    pub ledger: Arc<dyn RunLedger>,
    /// Who writes the report if the configuration names no writer.
    pub default_writer: Writer,
}

/// A run that its user requested.
#[derive(Clone, Debug)]
pub(crate) enum Begun {
    Now(Run),
    /// The same key started it before: the run in its current state.
    Before(Run),
}

/// A run was not started.
#[derive(Clone, Debug)]
pub(crate) enum NotBegun {
    /// The account is being deleted or was deleted.
    AccountClosed,
    NoConfiguration,
    /// The configuration's repository was deleted.
    NoRepository,
    /// The webhook is disabled, so that the report could not be delivered.
    WebhookDisabled,
    /// There is no slot for it.
    NotAdmitted(Box<Refused>),
    KeyReused,
    /// The run that the client's key started was erased.
    MadeAndDeleted,
    Store(StoreError),
}

/// Why a run was not admitted, with the records that were read.
#[derive(Clone, Debug)]
pub(crate) struct Refused {
    pub(crate) admission: Admission,
    pub(crate) limits: Limits,
    pub(crate) counter: UsageCounter,
    /// When the limit resets.
    pub(crate) resets_at: Instant,
}

impl From<StoreError> for NotBegun {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<NoSubject> for NotBegun {
    fn from(error: NoSubject) -> Self {
        match error {
            NoSubject::Configuration => Self::NoConfiguration,
            NoSubject::Repository => Self::NoRepository,
            NoSubject::Store(error) => Self::Store(error),
        }
    }
}

/// The configuration of a run or its repository does not exist.
#[derive(Clone, Debug)]
pub(crate) enum NoSubject {
    Configuration,
    /// The configuration's repository was deleted.
    Repository,
    Store(StoreError),
}

impl From<StoreError> for NoSubject {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// The configuration of a requested run, which is not deleted, and its repositories, not all of which are.
pub(crate) async fn subject(
    configurations: &dyn Configurations,
    repositories: &dyn Repositories,
    user: UserId,
    id: ConfigurationId,
) -> Result<(Configuration, access::Watched), NoSubject> {
    let configuration = access::configuration(configurations, user, id).await?.ok_or(NoSubject::Configuration)?;
    let watched = access::watched(repositories, &configuration).await?.ok_or(NoSubject::Repository)?;
    if watched.all().all(|repository| repository.deleted_at.is_some()) {
        return Err(NoSubject::Repository);
    }
    Ok((configuration, watched))
}

impl BeginRun {
    /// Reserves the drafted run of a configuration, unless the same key has started one before.
    pub(crate) async fn begin(
        &self,
        user: UserId,
        configuration: ConfigurationId,
        draft: &Draft,
        idempotency: Option<&IdempotencyKey>,
    ) -> Result<Begun, NotBegun> {
        optimistic::update(
            ("the start of run", draft.id),
            |again| async move { if again { Ok(self.runs.run(user, draft.id).await?) } else { Ok(None) } },
            |found: &Option<Run>, _: &Run| found.clone().map(Begun::Now),
            |_| async move {
                // Only for a better error: the reservation of a closed account is refused because its configuration is
                // deleted.
                let account = self.accounts.account(user).await?;
                if !account.standing.is_open() {
                    return Err(NotBegun::AccountClosed);
                }
                if let Some(run) = self.made_before(user, idempotency, draft.now).await? {
                    return Ok(Step::Done(Begun::Before(run)));
                }
                let (configuration, watched) =
                    subject(self.configurations.as_ref(), self.repositories.as_ref(), user, configuration).await?;
                // A test report is how a disabled webhook is enabled. One that is disabled from here on refuses the
                // delivery.
                if matches!(draft.trigger, Trigger::Manual(_)) && configuration.delivery_health.is_disabled() {
                    return Err(NotBegun::WebhookDisabled);
                }
                let subject = Subject {
                    configuration: &configuration,
                    repository: &watched.first,
                    further: &watched.further,
                    account: &account,
                    default_writer: &self.default_writer,
                };
                let reservation = Reservation {
                    run: Run::begin(draft, &subject),
                    uncounted_max: account.limits().uncounted_runs(),
                    next_fire: None,
                    idempotency: idempotency.cloned(),
                };
                let reserved = self.ledger.reserve(&reservation).await;
                if reserved.as_ref().is_err_and(has_no_slot) {
                    self.explain_refusal(&account, draft).await?;
                }
                let step = Step::of_once(reserved, reservation.run);
                let step = unless_repaired(step, &self.usage, &self.runs, user, Month::of(draft.now)).await?;
                Ok(step.map(Begun::Now))
            },
        )
        .await
    }

    async fn made_before(
        &self,
        user: UserId,
        key: Option<&IdempotencyKey>,
        now: Instant,
    ) -> Result<Option<Run>, NotBegun> {
        let Some(key) = key else { return Ok(None) };
        match self.idempotency.idempotency_record(user, key, now).await? {
            None => Ok(None),
            Some(record) if record.request_hash != key.request_hash => Err(NotBegun::KeyReused),
            Some(record) => {
                let run = self.runs.run(user, RunId::from_uuid(record.made)).await?;
                run.map(Some).ok_or(NotBegun::MadeAndDeleted)
            }
        }
    }

    /// Returns why there was no slot, as an error; `Ok` if a slot is free by now.
    async fn explain_refusal(&self, account: &Account, draft: &Draft) -> Result<(), NotBegun> {
        let month = Month::of(draft.now);
        let counter = self.usage.usage(account.user, month).await?;
        match admission(account, &counter, draft.holds_slot) {
            Admission::Admitted => Ok(()),
            admission => {
                let (limits, resets_at) = (account.limits(), month.resets_at());
                if matches!(admission, Admission::LimitReached | Admission::UncountedReached) {
                    metrics::run_blocked();
                }
                Err(NotBegun::NotAdmitted(Box::new(Refused { admission, limits, counter, resets_at })))
            }
        }
    }
}

/// Whether a reservation was refused because of the counter alone. If the run exists or the key was used meanwhile, the
/// next read finds what was started, whatever the counter says.
fn has_no_slot(error: &TransactionError) -> bool {
    error.refused_by(Part::Counter) && !error.refused_by(Part::Idempotency) && !error.refused_by(Part::Run)
}
