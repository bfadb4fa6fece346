//! One run request, one report.
//!
//! Each message is carried out by [`ExecuteRun`].

use adapters::boot::{Role, Stop};
use adapters::sqs::{MessageError, OwnQueues, QueueFunction, parse_run_request};
use app::limits::FINISH_RESERVE_SECONDS;
use app::ports::{Clock, RunRequest};
use app::runs::{ExecuteRun, Executed};
use domain::instant::{Duration, Instant};
use domain::run::{ErrorCode, Failure, Outcome, Run};
use tracing::Span;

/// The function: SQS events in, the messages that must be delivered again out.
#[derive(Clone)]
pub struct Runner {
    pub verb: ExecuteRun,
    /// When this is signalled, the running run is released, and no other starts. `None` if nothing signals it.
    pub stop: Option<Stop>,
    /// The queue that the messages come from, if they come from SQS itself.
    pub queues: Option<OwnQueues>,
}

impl Runner {
    /// Ends when it is time to stop.
    async fn stopped(&self) {
        match &self.stop {
            Some(stop) => stop.clone().stopped().await,
            None => std::future::pending().await,
        }
    }
}

impl QueueFunction for Runner {
    type Request = RunRequest;
    const ROLE: Role = Role::Runner;
    /// A report needs the function's memory and time for itself.
    const AT_ONCE: usize = 1;

    fn parse(body: &str) -> Result<RunRequest, MessageError> {
        parse_run_request(body)
    }

    fn time_needed(&self) -> Duration {
        Duration::seconds(FINISH_RESERVE_SECONDS)
    }

    fn queues(&self) -> Option<&OwnQueues> {
        self.queues.as_ref()
    }

    fn clock(&self) -> &dyn Clock {
        self.verb.clock.as_ref()
    }

    fn span(request: &RunRequest) -> Span {
        let RunRequest { user, run, configuration, .. } = request;
        tracing::error_span!("run", %user, %run, %configuration)
    }

    async fn carry_out(&self, request: RunRequest, deadline: Instant) -> bool {
        if self.stop.as_ref().is_some_and(Stop::is_stopped) {
            return false;
        }
        match Box::pin(self.verb.execute_until(&request, deadline, self.stopped())).await {
            Ok(Executed::Finished(run)) => {
                log_end(&run);
                true
            }
            Ok(Executed::Waiting(run, failure)) => {
                let until = run.waiting_until().map(|until| until.to_rfc3339());
                let (waits, code, cause) = (run.waits.count, failure.code.as_str(), failure.message);
                tracing::info!(until, waits, code, cause, "the run waits for its git host");
                true
            }
            Ok(Executed::Blocked) => {
                tracing::info!("the limit is reached, the fire is skipped");
                true
            }
            Ok(Executed::Nothing(why)) => {
                tracing::info!(why, "nothing was to be done");
                true
            }
            Ok(Executed::Released) => {
                tracing::info!("the worker stops: the run was released");
                false
            }
            Err(error) => {
                tracing::error!(%error, "the run failed; its message will be delivered again");
                false
            }
        }
    }
}

/// A failure that only the operator can correct is an error. The user corrects all others.
fn log_end(run: &Run) {
    let (status, attempt) = (run.status().as_str(), run.attempt);
    let failure = run.end().and_then(|end| match &end.outcome {
        Outcome::Failed(failure) => Some(failure),
        Outcome::Success(_) | Outcome::Cancelled => None,
    });
    let Some(Failure { code, message, .. }) = failure else {
        tracing::info!(status, attempt, "the run has ended");
        return;
    };
    let (word, cause) = (code.as_str(), message.as_str());
    if *code == ErrorCode::Internal {
        tracing::error!(status, attempt, code = word, cause, "the run has failed");
    } else {
        tracing::info!(status, attempt, code = word, cause, "the run has failed");
    }
}
