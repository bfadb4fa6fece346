//! A report now, to try a configuration: synchronous, and free unless the deployment says otherwise.

use crate::deliver::{Deliver, DeliverOutcome};
use crate::end_run::{EndRun, Ended};
use crate::execute_run::{Composer, Held, StepTimes, WriteAndEnd, write_and_end};
use crate::limits::{RACES_MAX, lease};
use crate::ports::{
    Accounts, Clock, Configurations, Contents, DeliveryRequest, Entropy, Part, Repositories, Reservation, RunLedger,
    Runs, StoreError, TransactionError, UsageCounters,
};
use crate::start_manual_run::Draft;
use domain::account::Account;
use domain::configuration::{Configuration, Writer};
use domain::delivery::{Delivery, DeliveryState};
use domain::event::DeliverySubject;
use domain::id::{ConfigurationId, OwnerId, RunId, UserId};
use domain::instant::{Duration, Instant};
use domain::month::Month;
use domain::repository::Repository;
use domain::run::{Run, Trigger, Window};
use domain::usage::{Admission, admission};
use std::sync::Arc;

/// How far back a test looks, in days.
pub const TEST_RANGE_DAYS: i64 = 7;

/// Makes test reports.
#[derive(Clone)]
pub struct TestReport {
    /// Now.
    pub clock: Arc<dyn Clock>,
    /// The run's id and owner.
    pub entropy: Arc<dyn Entropy>,
    /// The limit.
    pub accounts: Arc<dyn Accounts>,
    /// What the report is about.
    pub repositories: Arc<dyn Repositories>,
    /// What is tried.
    pub configurations: Arc<dyn Configurations>,
    /// The run.
    pub runs: Arc<dyn Runs>,
    /// Its text.
    pub contents: Arc<dyn Contents>,
    /// Whether another test may begin.
    pub usage: Arc<dyn UsageCounters>,
    /// The reservation.
    pub ledger: Arc<dyn RunLedger>,
    /// Fetching and writing.
    pub composer: Composer,
    /// The end.
    pub end: EndRun,
    /// The delivery.
    pub deliver: Deliver,
    /// Who writes where the configuration says nothing.
    pub default_writer: Writer,
    /// Whether tests count: then each holds a slot as any other run does.
    pub test_runs_count: bool,
}

/// A test report.
#[derive(Clone, Debug)]
pub struct Tested {
    /// The run, ended.
    pub run: Run,
    /// Its text.
    pub text: Option<String>,
    /// How long fetching and writing took.
    pub times: StepTimes,
    /// How the delivery went; none if nothing was to be sent.
    pub delivery: Option<Delivery>,
    /// How long it took, in milliseconds.
    pub deliver_ms: Option<u64>,
}

/// A test can't be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TestError {
    /// There is no such configuration.
    #[error("there is no such report configuration")]
    NoConfiguration,
    /// Its repository was deleted.
    #[error("the configuration's repository was deleted: choose another one")]
    NoRepository,
    /// No further run may begin this month.
    #[error("no further test is possible this month: the limit returns on {}", .resets_at.format("%-d %B %Y"))]
    NotAdmitted {
        /// Why.
        admission: Admission,
        /// The limit or the bound that is reached.
        limit: u64,
        /// Runs that stand against it.
        used: u64,
        /// When the limit returns.
        resets_at: Instant,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl TestReport {
    /// Makes a report over the last [`TEST_RANGE_DAYS`] days and, if `deliver`, sends it once.
    pub async fn run(
        &self,
        user: UserId,
        configuration: ConfigurationId,
        deliver: bool,
        deadline: Instant,
    ) -> Result<Tested, TestError> {
        let held = self.reserve(user, configuration).await?;
        let id = held.run.id;
        let parts = WriteAndEnd {
            configurations: self.configurations.as_ref(),
            contents: self.contents.as_ref(),
            composer: &self.composer,
            end: &self.end,
        };
        let (ended, times) = write_and_end(&parts, held, deliver, deadline).await?;
        let (Ended::Done(run) | Ended::Lost(Some(run))) = ended else {
            return Err(StoreError::Broken { detail: format!("test run {id} is gone") }.into());
        };
        let mut run = *run;
        let sent_at = self.clock.now();
        let delivery = self.send(&mut run).await?;
        let deliver_ms =
            delivery.as_ref().and_then(|_| u64::try_from((self.clock.now() - sent_at).num_milliseconds()).ok());
        let text = self.contents.content(user, id).await?.map(|content| content.text);
        Ok(Tested { run, text, times, delivery, deliver_ms })
    }

    async fn send(&self, run: &mut Run) -> Result<Option<Delivery>, StoreError> {
        if run.delivery.state != DeliveryState::Pending {
            return Ok(None);
        }
        let request = DeliveryRequest { user: run.user, subject: DeliverySubject::Run(run.id), attempt: 1 };
        match self.deliver.attempt(&request).await {
            Ok(DeliverOutcome::Attempted(delivery)) => run.delivery = delivery,
            // The sweep makes the attempt.
            Ok(DeliverOutcome::Nothing(_)) => {}
            Err(crate::deliver::DeliverError::Store(error)) => return Err(error),
        }
        Ok(Some(run.delivery.clone()))
    }

    async fn reserve(&self, user: UserId, id: ConfigurationId) -> Result<Held, TestError> {
        let now = self.clock.now();
        let owner = OwnerId::at(now, self.entropy.randomness());
        let run_id = RunId::at(now, self.entropy.randomness());
        let mut failure = None;
        for _ in 0..RACES_MAX {
            let (configuration, repository) = self.subject(user, id).await?;
            let account = self.accounts.account(user).await?;
            let draft = Draft {
                id: run_id,
                trigger: Trigger::Test(Window::of_any_length(now - Duration::days(TEST_RANGE_DAYS), now)),
                owner: Some(owner),
                attempt: 1,
                holds_slot: self.test_runs_count,
                lease: lease(),
                now,
            };
            let run = draft.run(&configuration, &repository, &account, &self.default_writer);
            let uncounted_max = account.limits().uncounted_runs();
            let reservation = Reservation { run, uncounted_max, next_fire: None, idempotency: None };
            match self.ledger.reserve(&reservation).await {
                Ok(()) => {
                    return Ok(Held { run: reservation.run, owner });
                }
                Err(TransactionError::Store(error)) if !error.is_transient() => return Err(error.into()),
                Err(error) => {
                    if let Some(run) = self.runs.run(user, run_id).await? {
                        return Ok(Held { run, owner });
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
            detail: format!("the start of test run {run_id} lost {RACES_MAX} races"),
            retry_after: std::time::Duration::from_secs(5),
        };
        Err(failure.unwrap_or_else(busy).into())
    }

    async fn subject(&self, user: UserId, id: ConfigurationId) -> Result<(Configuration, Repository), TestError> {
        let configuration = self.configurations.configuration(user, id).await?;
        let configuration = configuration.filter(|found| found.deleted_at.is_none());
        let configuration = configuration.ok_or(TestError::NoConfiguration)?;
        let repository = self.repositories.repository(user, configuration.settings.repository).await?;
        let repository = repository.filter(|found| found.deleted_at.is_none()).ok_or(TestError::NoRepository)?;
        Ok((configuration, repository))
    }

    async fn refuse(&self, account: &Account, now: Instant) -> Result<(), TestError> {
        let month = Month::of(now);
        let counter = self.usage.usage(account.user, month).await?;
        let limits = account.limits();
        let admission = admission(&counter, &limits, self.test_runs_count);
        let (limit, used) = match admission {
            Admission::Admitted => return Ok(()),
            Admission::AllRunsReached => (limits.uncounted_runs(), counter.uncounted_runs),
            Admission::SlotsInUse | Admission::LimitReached => (limits.monthly_runs, counter.counted_runs),
        };
        Err(TestError::NotAdmitted { admission, limit, used, resets_at: month.resets_at() })
    }
}
