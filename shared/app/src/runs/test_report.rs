//! A test report, to try a configuration: synchronous, and not counted unless the deployment counts tests.

use crate::deliveries::{DISABLED, Deliver, DeliverError, DeliverOutcome, TooManyRequests, take_request};
use crate::limits::lease;
use crate::ports::{
    Attempt, Clock, Configurations, Contents, DeliveryRequest, Entropy, Fence, IdempotencyKey, Rates, StoreError,
    readable,
};
use crate::runs::end_unfenced;
use crate::runs::{BeginRun, Begun, NotBegun, Refused};
use crate::runs::{Completed, Completion, Composer, Held, StepTimes};
use crate::runs::{EndRun, Ended};
use domain::delivery::{Delivery, DeliveryState};
use domain::event::DeliverySubject;
use domain::id::{ConfigurationId, OwnerId, RunId, UserId};
use domain::instant::{Duration, Instant};
use domain::run::{Draft, ErrorCode, Failure, Outcome, Run, Window, Worker};
use domain::usage::Admission;
use std::sync::Arc;
use tokio::time::timeout;

/// The range of a test report, in days.
pub const TEST_RANGE_DAYS: i64 = 7;

/// How long after its deadline a test may still take, in seconds: to end its run and to finish its delivery.
pub const ENDING_SECONDS: i64 = 4;

/// Makes test reports.
#[derive(Clone)]
pub struct TestReport {
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    pub configurations: Arc<dyn Configurations>,
    pub contents: Arc<dyn Contents>,
    pub rates: Arc<dyn Rates>,
    pub begin: BeginRun,
    pub composer: Composer,
    pub end: EndRun,
    pub deliver: Deliver,
    /// Whether tests count: then each holds a slot like any other run.
    pub test_runs_count: bool,
}

/// A test report.
#[derive(Clone, Debug)]
pub struct Tested {
    pub run: Run,
    pub text: Option<String>,
    pub times: StepTimes,
    /// `None` if nothing was to be sent.
    pub delivery: Option<Delivery>,
    /// `None` if nothing was sent, or the result is not known yet.
    pub attempt: Option<Attempt>,
    pub deliver_ms: Option<u64>,
    pub made_before: bool,
}

/// A test report was not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TestError {
    #[error("the account is closed: no report can be created")]
    AccountClosed,
    #[error("the report configuration is unknown")]
    NoConfiguration,
    #[error("the configuration's repository was deleted: choose another one")]
    NoRepository,
    /// Not the answer today: a test is how a disabled webhook is enabled.
    #[error("{DISABLED}")]
    WebhookDisabled,
    #[error("{}", not_admitted(*.admission, *.limit, *.used, *.resets_at))]
    NotAdmitted { admission: Admission, limit: u64, used: u64, resets_at: Instant },
    #[error("the Idempotency-Key was used for another request: use a new one")]
    KeyReused,
    #[error(
        "The first request with this Idempotency-Key has not ended. Send it again in a few seconds for its result."
    )]
    InProgress,
    #[error("The run that the first request with this Idempotency-Key started was deleted since. Use a new key.")]
    MadeAndDeleted,
    #[error(transparent)]
    TooMany(#[from] TooManyRequests),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl TestReport {
    /// Makes a report over the last [`TEST_RANGE_DAYS`] days and, if `deliver`, sends it once; or returns the test that
    /// the same key has made before. If the report is not written by `deadline`, its run fails. The end of the run and
    /// the delivery take at most [`ENDING_SECONDS`] more.
    pub async fn run(
        &self,
        user: UserId,
        configuration: ConfigurationId,
        deliver: bool,
        deadline: Instant,
        idempotency: Option<IdempotencyKey>,
    ) -> Result<Tested, TestError> {
        // Nothing is written for a closed account, not even the token.
        if !self.begin.accounts.account(user).await?.standing.is_open() {
            return Err(TestError::AccountClosed);
        }
        let records = self.begin.idempotency.as_ref();
        take_request(self.rates.as_ref(), records, user, idempotency.as_ref(), self.clock.now()).await??;
        let held = match self.reserve(user, configuration, idempotency.as_ref()).await? {
            (Begun::Now(run), owner) => Held { run, owner },
            (Begun::Before(run), _) => return self.as_it_is(run).await,
        };
        let (mut run, times) = self.written(held, deliver, deadline).await?;
        let sent_at = self.clock.now();
        let delivery = self.send(&mut run, deadline + Duration::seconds(ENDING_SECONDS)).await?;
        let deliver_ms =
            delivery.as_ref().and_then(|_| u64::try_from((self.clock.now() - sent_at).num_milliseconds()).ok());
        let (text, attempt) = (self.text(&run).await?, self.attempt(&run).await?);
        Ok(Tested { run, text, times, delivery, attempt, deliver_ms, made_before: false })
    }

    /// The result of an earlier request, once it has ended: its run and the one attempt to deliver it. If that request
    /// was interrupted, the sweep ends both.
    async fn as_it_is(&self, run: Run) -> Result<Tested, TestError> {
        if run.end().is_none() || run.delivery.state() == DeliveryState::Pending {
            return Err(TestError::InProgress);
        }
        let (text, attempt) = (self.text(&run).await?, self.attempt(&run).await?);
        let delivery = Some(run.delivery.clone()).filter(|delivery| delivery.state() != DeliveryState::None);
        Ok(Tested { run, text, times: StepTimes::default(), delivery, attempt, deliver_ms: None, made_before: true })
    }

    /// The last attempt to deliver the run's report, if it has a result.
    async fn attempt(&self, run: &Run) -> Result<Option<Attempt>, StoreError> {
        if run.delivery.attempts == 0 || run.delivery.is_in_flight() {
            return Ok(None);
        }
        let subject = DeliverySubject::Run(run.id);
        readable(self.deliver.deliveries.attempt(run.user, subject, run.delivery.attempts).await)
    }

    async fn text(&self, run: &Run) -> Result<Option<String>, StoreError> {
        Ok(readable(self.contents.content(run.user, run.id).await)?.map(|content| content.text))
    }

    /// The ended run: with its report, or failed if that took too long.
    async fn written(&self, held: Held, deliver: bool, deadline: Instant) -> Result<(Run, StepTimes), StoreError> {
        let begun = held.run.clone();
        let completion = Completion {
            configurations: self.configurations.as_ref(),
            contents: self.contents.as_ref(),
            composer: &self.composer,
            end: &self.end,
        };
        let written = timeout(self.left(deadline), completion.complete(held, deliver, deadline)).await;
        match written {
            Ok(Ok((
                Completed::Ended(Ended::Done(run) | Ended::Lost(Some(run)), _) | Completed::Waiting(run, _),
                times,
            ))) => Ok((*run, times)),
            Ok(Ok((Completed::Ended(Ended::Lost(None), _), _))) => {
                Err(StoreError::Broken { detail: format!("test run {} was not found", begun.id) })
            }
            Ok(Err(error)) => Err(error),
            Err(_) => Ok((self.give_up(begun).await?, StepTimes::default())),
        }
    }

    /// Fails a run that took too long, so that the sweep need not find it. If it has just ended, that end stays.
    async fn give_up(&self, run: Run) -> Result<Run, StoreError> {
        let (user, id) = (run.user, run.id);
        let message = "The test report was not finished in time and was cancelled. Try again.";
        let outcome = Outcome::Failed(Failure::new(ErrorCode::RunAbandoned, message));
        let ending = async {
            let fence = Fence::Attempt(run.attempt);
            match end_unfenced(&self.end, self.contents.as_ref(), run, fence, outcome).await? {
                Some(run) => Ok(run),
                None => self
                    .begin
                    .runs
                    .run(user, id)
                    .await?
                    .ok_or_else(|| StoreError::Broken { detail: format!("test run {id} was not found") }),
            }
        };
        let unended =
            || StoreError::Unavailable { detail: format!("test run {id} took too long and could not be ended") };
        timeout(Duration::seconds(ENDING_SECONDS).to_std().unwrap_or_default(), ending)
            .await
            .unwrap_or_else(|_| Err(unended()))
    }

    /// Sends the report once, if it is to be sent. Without a result by `until` the delivery stays pending, and the
    /// sweep completes it.
    async fn send(&self, run: &mut Run, until: Instant) -> Result<Option<Delivery>, StoreError> {
        if run.delivery.state() != DeliveryState::Pending {
            return Ok(None);
        }
        let request = DeliveryRequest::of(run.user, DeliverySubject::Run(run.id), 1);
        match timeout(self.left(until), self.deliver.attempt(&request)).await {
            Ok(Ok(DeliverOutcome::Attempted(delivery))) => run.delivery = delivery,
            // The sweep makes the attempt, or finds its result.
            Ok(Ok(DeliverOutcome::Nothing(_))) | Err(_) => {}
            Ok(Err(DeliverError::Store(error))) => return Err(error),
        }
        Ok(Some(run.delivery.clone()))
    }

    fn left(&self, until: Instant) -> std::time::Duration {
        (until - self.clock.now()).to_std().unwrap_or_default()
    }

    async fn reserve(
        &self,
        user: UserId,
        id: ConfigurationId,
        idempotency: Option<&IdempotencyKey>,
    ) -> Result<(Begun, OwnerId), TestError> {
        let now = self.clock.now();
        let owner = OwnerId::at(now, self.entropy.randomness());
        let id_of_run = RunId::at(now, self.entropy.randomness());
        let window = Window::of_any_length(now - Duration::days(TEST_RANGE_DAYS), now);
        let draft = Draft::test(id_of_run, window, Worker { owner, lease: lease() }, self.test_runs_count, now);
        match self.begin.begin(user, id, &draft, idempotency).await {
            Ok(begun) => Ok((begun, owner)),
            Err(NotBegun::AccountClosed) => Err(TestError::AccountClosed),
            Err(NotBegun::NoConfiguration) => Err(TestError::NoConfiguration),
            Err(NotBegun::NoRepository) => Err(TestError::NoRepository),
            Err(NotBegun::WebhookDisabled) => Err(TestError::WebhookDisabled),
            Err(NotBegun::NotAdmitted(refused)) => Err((*refused).into()),
            Err(NotBegun::KeyReused) => Err(TestError::KeyReused),
            Err(NotBegun::MadeAndDeleted) => Err(TestError::MadeAndDeleted),
            Err(NotBegun::Store(error)) => Err(error.into()),
        }
    }
}

/// The message for the user if no test may start.
fn not_admitted(admission: Admission, limit: u64, used: u64, resets_at: Instant) -> String {
    let day = resets_at.format("%-d %B %Y");
    match admission {
        Admission::UncountedReached => format!(
            "{used} report runs of this month did not count (they failed, were cancelled, were tests, or were written \
             without the model), and at most {limit} such runs may start in a month. Tests can start again on {day}."
        ),
        Admission::SlotsInUse => {
            format!("Running reports hold the last of {limit} report runs of this month. Try again in a minute.")
        }
        Admission::LimitReached | Admission::Admitted | Admission::AccountClosed => {
            format!("All {limit} report runs of this month are used. Tests can start again on {day}.")
        }
    }
}

impl From<Refused> for TestError {
    fn from(refused: Refused) -> Self {
        let Refused { admission, limits, counter, resets_at } = refused;
        let (limit, used) = match admission {
            Admission::UncountedReached => (limits.uncounted_runs(), counter.uncounted_runs),
            Admission::Admitted | Admission::SlotsInUse | Admission::LimitReached | Admission::AccountClosed => {
                (limits.monthly_runs, counter.counted_runs)
            }
        };
        Self::NotAdmitted { admission, limit, used, resets_at }
    }
}
