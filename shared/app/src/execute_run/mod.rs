//! One run request, one report: reserve or take over, fetch, summarise, finish.

mod choice;
mod compose;
mod hold;
mod observe;
mod patience;
mod wait;
mod write;

pub use choice::ModelChoice;
pub(crate) use choice::Prices;
pub use compose::{Composed, Composer, Later, StepTimes};
pub(crate) use compose::{brief, model_asked};
pub use observe::Observer;
pub(crate) use observe::Stop;

use crate::block_fire::BlockFire;
use crate::end_run::{EndRun, Ended, Ending};
use crate::ports::{
    Accounts, Clock, Configurations, Contents, CoverageMove, DeliveryQueue, DeliveryRequest, Entropy, Fence,
    Repositories, RunLedger, RunRequest, Runs, StoreError, UsageCounters,
};
use domain::configuration::{Configuration, Writer};
use domain::delivery::DeliveryState;
use domain::event::DeliverySubject;
use domain::id::OwnerId;
use domain::instant::Instant;
use domain::run::{Content, ErrorCode, Failure, Findings, Outcome, Payment, Priced, Run, Trigger, Window};
use std::sync::Arc;
use wait::Waited;

/// What the user of a run reads whose text was paid for and could not be stored. The run ends with what it paid:
/// another attempt would pay again.
const NOT_STORED: &str = "The report was written but could not be stored. Its commits come with the next scheduled \
                          report; start a run to have them now.";

/// Executes run requests. The same request may come twice, late, or for a run that is over: it does no harm.
#[derive(Clone)]
pub struct ExecuteRun {
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    pub accounts: Arc<dyn Accounts>,
    pub repositories: Arc<dyn Repositories>,
    pub configurations: Arc<dyn Configurations>,
    pub runs: Arc<dyn Runs>,
    pub contents: Arc<dyn Contents>,
    pub usage: Arc<dyn UsageCounters>,
    pub ledger: Arc<dyn RunLedger>,
    pub block: BlockFire,
    pub composer: Composer,
    pub end: EndRun,
    pub delivery_queue: Arc<dyn DeliveryQueue>,
    /// Who writes the report if the configuration names no writer.
    pub default_writer: Writer,
}

/// What came of a request.
#[derive(Clone, Debug)]
pub enum Executed {
    /// The run has ended.
    Finished(Box<Run>),
    /// The run waits for its git host, which fails so; the due index asks for it again.
    Waiting(Box<Run>, Failure),
    /// The limit is reached; the fire is left out.
    Blocked,
    /// There was nothing to do, or somebody else does it.
    Nothing(&'static str),
    /// The worker was told to stop: the run was released, and the request is to come again.
    Released,
}

/// A request could not be carried out; it is to come again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExecuteError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A run that this worker holds.
pub(crate) struct Held {
    pub(crate) run: Run,
    pub(crate) owner: OwnerId,
}

impl Held {
    fn fence(&self) -> Fence {
        Fence::Held { owner: self.owner, attempt: self.run.attempt }
    }
}

impl ExecuteRun {
    /// Carries out a request before `deadline`.
    pub async fn execute(&self, request: &RunRequest, deadline: Instant) -> Result<Executed, ExecuteError> {
        self.execute_until(request, deadline, std::future::pending()).await
    }

    /// The same, unless `stop` ends first: then what is under way is dropped, as by a worker that dies, and the run is
    /// released, so that the next worker need not wait for its lease.
    pub async fn execute_until(
        &self,
        request: &RunRequest,
        deadline: Instant,
        stop: impl Future<Output = ()>,
    ) -> Result<Executed, ExecuteError> {
        let held = match self.hold(request).await? {
            hold::Hold::Mine(held) => *held,
            hold::Hold::Blocked => return Ok(Executed::Blocked),
            hold::Hold::Not(why) => return Ok(Executed::Nothing(why)),
        };
        let (run, owner) = (held.run.clone(), held.owner);
        tokio::select! {
            biased;
            ended = self.carry_out(held, deadline) => Ok(ended?),
            () = stop => {
                self.release(run, owner).await?;
                Ok(Executed::Released)
            }
        }
    }

    async fn carry_out(&self, held: Held, deadline: Instant) -> Result<Executed, StoreError> {
        let (rest, _) = write_and_end(&self.parts(), held, true, deadline).await?;
        let run = match rest {
            Rest::Ended(Ended::Done(run)) => run,
            Rest::Ended(Ended::Lost(_)) => return Ok(Executed::Nothing("another worker or the user ended the run")),
            Rest::Waiting(run, failure) => return Ok(Executed::Waiting(run, failure)),
        };
        if run.delivery.state == DeliveryState::Pending {
            let request = DeliveryRequest { user: run.user, subject: DeliverySubject::Run(run.id), attempt: 1 };
            if let Err(error) = self.delivery_queue.request_deliveries(&[request], 0).await {
                tracing::warn!(run = %run.id, %error, "the delivery waits for the sweep");
            }
        }
        Ok(Executed::Finished(run))
    }

    fn parts(&self) -> WriteAndEnd<'_> {
        WriteAndEnd {
            configurations: self.configurations.as_ref(),
            contents: self.contents.as_ref(),
            composer: &self.composer,
            end: &self.end,
        }
    }
}

/// What writing and ending a held run needs.
pub(crate) struct WriteAndEnd<'a> {
    pub(crate) configurations: &'a dyn Configurations,
    pub(crate) contents: &'a dyn Contents,
    pub(crate) composer: &'a Composer,
    pub(crate) end: &'a EndRun,
}

/// What a worker leaves of a run that it held.
pub(crate) enum Rest {
    /// The run has ended, or is another's.
    Ended(Ended),
    /// It waits for its git host, which fails so. A test never does.
    Waiting(Box<Run>, Failure),
}

/// Writes a held run's text, unless there is one, and ends the run with it; or lets it wait for its git host. What was
/// paid for a text is added whatever comes of the text: a text that can't be stored fails its run, and no later attempt
/// asks a model again.
pub(crate) async fn write_and_end(
    parts: &WriteAndEnd<'_>,
    held: Held,
    deliver: bool,
    deadline: Instant,
) -> Result<(Rest, StepTimes), StoreError> {
    let run = &held.run;
    let configuration = parts.configurations.configuration(run.user, run.configuration).await?;
    let mut times = StepTimes::default();
    let mut payments = Vec::new();
    let (outcome, coverage) = match parts.contents.content(run.user, run.id).await {
        Ok(Some(content)) => told(&content, window(run, configuration.as_ref(), &content), &mut payments),
        // There is a text that was paid for: another would be paid for again, and could not be stored.
        Err(StoreError::Unreadable { .. }) => (Outcome::Failed(unreadable_text()), None),
        Err(error) => return Err(error),
        Ok(None) if is_unwanted(run, configuration.as_ref()) => (Outcome::Cancelled, None),
        Ok(None) => match parts.composer.compose(run, configuration.as_ref(), deadline, &mut times).await? {
            Composed::Text(content) => match keep(parts.contents, &content).await {
                Ok(stored) => {
                    if stored.attempt != content.attempt {
                        payments.push(content.payment());
                    }
                    told(&stored, window(run, configuration.as_ref(), &stored), &mut payments)
                }
                Err(error) if content.priced == Priced::default() => return Err(error),
                Err(error) => {
                    tracing::error!(run = %run.id, %error, "a report that was paid for can't be stored");
                    payments.push(content.payment());
                    (Outcome::Failed(Failure::new(ErrorCode::Internal, NOT_STORED)), None)
                }
            },
            Composed::NothingNew { coverage, findings } => (Outcome::Success(findings), coverage),
            Composed::Failed(failure) => (Outcome::Failed(failure), None),
            Composed::Later(later) => {
                let failure = later.failure.clone();
                match parts.let_wait(&held, later).await? {
                    Waited::Yes(run) => return Ok((Rest::Waiting(run, failure), times)),
                    Waited::No(failure) => (Outcome::Failed(failure), None),
                    Waited::Lost(run) => return Ok((Rest::Ended(Ended::Lost(run)), times)),
                }
            }
        },
    };
    let has_text = matches!(&outcome, Outcome::Success(findings) if findings.content_attempt.is_some());
    let has_webhook = configuration.as_ref().is_some_and(|found| found.settings.webhook.is_some());
    let ending = Ending {
        fence: held.fence(),
        coverage: coverage.filter(|_| run.trigger.is_scheduled() && generation_holds(run, configuration.as_ref())),
        deliver: deliver && has_text && has_webhook,
        run: held.run,
        outcome,
        payments,
    };
    Ok((Rest::Ended(parts.end.end(ending).await?), times))
}

/// Whether a run's configuration was deleted while the run waited, perhaps for a day: its user wants no report any
/// more.
fn is_unwanted(run: &Run, configuration: Option<&Configuration>) -> bool {
    run.waits.count > 0 && configuration.is_none_or(|found| found.deleted_at.is_some())
}

fn unreadable_text() -> Failure {
    let message = "The text of the report was stored and can't be read. Its commits come with the next report.";
    Failure::new(ErrorCode::Internal, message)
}

/// Stores a text. The store repeats a write that fails, and it is not repeated here: the rest of the budget must be
/// enough to end the run. Where the answer of a write was lost, the text is found by reading it.
async fn keep(contents: &dyn Contents, content: &Content) -> Result<Content, StoreError> {
    match contents.put_content(content).await {
        Err(error) if error.is_transient() => match contents.content(content.user, content.run).await {
            Ok(Some(stored)) => Ok(stored),
            Ok(None) | Err(_) => Err(error),
        },
        stored => stored,
    }
}

fn generation_holds(run: &Run, configuration: Option<&Configuration>) -> bool {
    configuration.is_some_and(|found| found.progress.coverage.generation == run.generation)
}

/// The range of time that the text of a scheduled run reports on: from what was covered, or over the first period.
fn window(run: &Run, configuration: Option<&Configuration>, content: &Content) -> Option<Window> {
    let Trigger::Schedule { fire } = run.trigger else { return None };
    let first = || configuration.map(|found| content.observed_at - found.first_period(fire));
    Some(Window::of_any_length(content.covered_from.or_else(first)?, content.observed_at))
}

/// How a run ends with a stored text, and the payment that belongs to the text.
fn told(content: &Content, window: Option<Window>, payments: &mut Vec<Payment>) -> (Outcome, Option<CoverageMove>) {
    payments.push(content.payment());
    let coverage = CoverageMove {
        generation: content.generation,
        from: content.covered_from,
        to: content.observed_at,
        head: content.head.clone(),
    };
    (Outcome::Success(Findings { window, ..content.findings() }), Some(coverage))
}
