//! One delivery message, one attempt.
//!
//! SQS hands over messages; each is one attempt of [`Deliver`], which itself says when to try again. What can't be read,
//! and what the store fails at, goes back to the queue, message by message, and after five times into the dead-letter
//! queue: the due index asks again in any case. A receiver that refuses is no failure of a message.

use adapters::dynamodb::Budget;
use adapters::sqs::parse_delivery_request;
use app::deliveries::{Deliver, DeliverOutcome};
use app::limits::WEBHOOK_TIMEOUT_SECONDS;
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use domain::instant::{Duration, Instant};

/// The function: SQS events in, the messages that are to come again out.
#[derive(Clone)]
pub struct Courier {
    /// What is done with a request.
    pub verb: Deliver,
}

impl Courier {
    /// Makes the attempts of an event before `deadline`. Those that there is no time for are not begun, and come again:
    /// an attempt that is cut off would count as made with an unknown result.
    pub async fn handle(&self, event: SqsEvent, deadline: Instant) -> SqsBatchResponse {
        let mut response = SqsBatchResponse::default();
        for message in event.records {
            if !self.carry_out(&message, deadline).await {
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

    /// Whether the message is done with.
    async fn carry_out(&self, message: &SqsMessage, deadline: Instant) -> bool {
        let message_id = message.message_id.as_deref().unwrap_or_default();
        let request = match parse_delivery_request(message.body.as_deref().unwrap_or_default()) {
            Ok(request) => request,
            Err(error) => {
                tracing::error!(message_id, %error, "a delivery request can't be parsed");
                return false;
            }
        };
        let (subject, attempt) = (request.subject, request.attempt);
        let now = self.verb.clock.now();
        if now + attempt_time() >= deadline {
            tracing::warn!(message_id, ?subject, attempt, "no time is left for the attempt");
            return false;
        }
        match Budget::of_message(now, deadline).within(self.verb.attempt(&request)).await {
            Ok(DeliverOutcome::Attempted(delivery)) => {
                tracing::info!(?subject, attempt, state = delivery.state().as_str(), "the attempt was made");
                true
            }
            Ok(DeliverOutcome::Nothing(why)) => {
                tracing::info!(?subject, attempt, why, "nothing was to be done");
                true
            }
            Err(error) => {
                tracing::error!(?subject, attempt, %error, "the attempt comes again");
                false
            }
        }
    }
}

/// What an attempt may take: its receiver's time, and a little for the store.
fn attempt_time() -> Duration {
    Duration::seconds(i64::try_from(WEBHOOK_TIMEOUT_SECONDS).unwrap_or(i64::MAX).saturating_add(STORE_SECONDS))
}

/// Time for the claim before and the result after the request.
const STORE_SECONDS: i64 = 5;
