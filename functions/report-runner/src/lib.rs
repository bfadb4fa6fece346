//! One run request, one report.
//!
//! SQS hands over messages; each is carried out by [`ExecuteRun`], one after the other. What can't be read or carried out
//! goes back to the queue, message by message, and after five times into the dead-letter queue: the due index asks
//! again in any case, so that nothing depends on it.

use adapters::boot::Stop;
use adapters::dynamodb::Budget;
use adapters::sqs::parse_run_request;
use app::limits::FINISH_RESERVE_SECONDS;
use app::runs::{ExecuteRun, Executed};
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use domain::instant::{Duration, Instant};

/// The function: SQS events in, the messages that are to come again out.
#[derive(Clone)]
pub struct Runner {
    /// What is done with a request.
    pub verb: ExecuteRun,
}

impl Runner {
    /// Carries out the requests of an event before `deadline`. Those that there is no time for are not begun, and come
    /// again.
    pub async fn handle(&self, event: SqsEvent, deadline: Instant) -> SqsBatchResponse {
        self.handle_until(event, deadline, None).await
    }

    /// The same, until it is time to stop: then the run that is under way is released, and its request and those that were
    /// not begun come again.
    pub async fn handle_until(&self, event: SqsEvent, deadline: Instant, stop: Option<&Stop>) -> SqsBatchResponse {
        let mut response = SqsBatchResponse::default();
        for message in event.records {
            if !self.carry_out(&message, deadline, stop).await {
                // Without an id the whole batch comes again, which does no harm.
                response.add_failure(message.message_id.unwrap_or_default());
            }
        }
        response
    }

    /// The same for an event as JSON, as a local queue feeds it.
    pub async fn handle_json(
        &self,
        event: serde_json::Value,
        deadline: Instant,
    ) -> Result<SqsBatchResponse, serde_json::Error> {
        Ok(self.handle(serde_json::from_value(event)?, deadline).await)
    }

    /// [`Self::handle_until`] for an event as JSON.
    pub async fn handle_json_until(
        &self,
        event: serde_json::Value,
        deadline: Instant,
        stop: &Stop,
    ) -> Result<SqsBatchResponse, serde_json::Error> {
        Ok(self.handle_until(serde_json::from_value(event)?, deadline, Some(stop)).await)
    }

    /// Whether the message is done with.
    async fn carry_out(&self, message: &SqsMessage, deadline: Instant, stop: Option<&Stop>) -> bool {
        let message_id = message.message_id.as_deref().unwrap_or_default();
        let request = match parse_run_request(message.body.as_deref().unwrap_or_default()) {
            Ok(request) => request,
            Err(error) => {
                tracing::error!(message_id, %error, "a run request can't be parsed");
                return false;
            }
        };
        if stop.is_some_and(Stop::is_stopped) {
            return false;
        }
        let now = self.verb.clock.now();
        if now + Duration::seconds(FINISH_RESERVE_SECONDS) >= deadline {
            tracing::warn!(message_id, run = %request.run, "no time is left to begin the run");
            return false;
        }
        let work = Box::pin(self.verb.execute_until(&request, deadline, stopped(stop)));
        match Budget::of_message(now, deadline).within(work).await {
            Ok(Executed::Finished(run)) => {
                tracing::info!(run = %run.id, status = run.status().as_str(), "the run has ended");
                true
            }
            Ok(Executed::Waiting(run, failure)) => {
                let until = run.waiting_until().map(|until| until.to_rfc3339());
                let (code, why) = (failure.code.as_str(), failure.message);
                tracing::warn!(run = %run.id, until, waits = run.waits.count, code, why, "the run waits for its git host");
                true
            }
            Ok(Executed::Blocked) => {
                tracing::info!(run = %request.run, "the limit is reached, the fire is skipped");
                true
            }
            Ok(Executed::Nothing(why)) => {
                tracing::info!(run = %request.run, why, "nothing was to be done");
                true
            }
            Ok(Executed::Released) => {
                tracing::info!(run = %request.run, "the worker stops: the run was released");
                false
            }
            Err(error) => {
                tracing::error!(run = %request.run, %error, "the run comes again");
                false
            }
        }
    }
}

/// Ends when it is time to stop; never where nothing signals it.
async fn stopped(stop: Option<&Stop>) {
    match stop {
        Some(stop) => stop.clone().stopped().await,
        None => std::future::pending().await,
    }
}
