//! A report now, to try a configuration: synchronous, and free unless the deployment says otherwise.

use crate::begin_run::{BeginRun, Draft, NotBegun, Refused, lost_races};
use crate::deliver::{Deliver, DeliverOutcome};
use crate::end_run::{EndRun, Ended};
use crate::execute_run::{Composer, Held, StepTimes, WriteAndEnd, write_and_end};
use crate::limits::lease;
use crate::ports::{Clock, Configurations, Contents, DeliveryRequest, Entropy, StoreError};
use domain::delivery::{Delivery, DeliveryState};
use domain::event::DeliverySubject;
use domain::id::{ConfigurationId, OwnerId, RunId, UserId};
use domain::instant::{Duration, Instant};
use domain::run::{Run, Trigger, Window};
use domain::usage::Admission;
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
    /// The configuration, as the run began with it.
    pub configurations: Arc<dyn Configurations>,
    /// The text.
    pub contents: Arc<dyn Contents>,
    /// The reservation.
    pub begin: BeginRun,
    /// Fetching and writing.
    pub composer: Composer,
    /// The end.
    pub end: EndRun,
    /// The delivery.
    pub deliver: Deliver,
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
    /// The account is being deleted, or was.
    #[error("the account was closed to be deleted: no report can be made any more")]
    AccountClosed,
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
        let draft = Draft {
            id: RunId::at(now, self.entropy.randomness()),
            trigger: Trigger::Test(Window::of_any_length(now - Duration::days(TEST_RANGE_DAYS), now)),
            owner: Some(owner),
            attempt: 1,
            holds_slot: self.test_runs_count,
            lease: lease(),
            now,
        };
        match self.begin.begin(user, id, &draft, None).await {
            Ok(run) => Ok(Held { run, owner }),
            Err(NotBegun::AccountClosed) => Err(TestError::AccountClosed),
            Err(NotBegun::NoConfiguration) => Err(TestError::NoConfiguration),
            Err(NotBegun::NoRepository) => Err(TestError::NoRepository),
            Err(NotBegun::NotAdmitted(refused)) => Err(refused.into()),
            Err(NotBegun::KeyTaken) => Err(lost_races(draft.id).into()),
            Err(NotBegun::Store(error)) => Err(error.into()),
        }
    }
}

impl From<Refused> for TestError {
    fn from(refused: Refused) -> Self {
        let Refused { admission, limits, counter, resets_at } = refused;
        let (limit, used) = match admission {
            Admission::AllRunsReached => (limits.uncounted_runs(), counter.uncounted_runs),
            Admission::Admitted | Admission::SlotsInUse | Admission::LimitReached => {
                (limits.monthly_runs, counter.counted_runs)
            }
        };
        Self::NotAdmitted { admission, limit, used, resets_at }
    }
}
