//! One delivery message, one attempt.
//!
//! Each message is one attempt of [`Deliver`], which sets the time of the next one. A message whose receiver refuses
//! is not repeated.

use adapters::boot::Role;
use adapters::sqs::{MessageError, OwnQueues, QueueFunction, parse_delivery_request};
use app::deliveries::{Deliver, DeliverOutcome};
use app::limits::{DELIVERIES_AT_ONCE, WEBHOOK_TIMEOUT_SECONDS};
use app::ports::{Clock, DeliveryRequest};
use domain::instant::{Duration, Instant};
use tracing::Span;

/// The time for the wait for a turn and the claim before the request to the receiver, and for the result after it.
const STORE_SECONDS: i64 = 7;

/// The function: SQS events in, the messages that must be delivered again out.
#[derive(Clone)]
pub struct Courier {
    pub verb: Deliver,
    /// The queues that the messages come from, if they come from SQS itself.
    pub queues: Option<OwnQueues>,
}

impl QueueFunction for Courier {
    type Request = DeliveryRequest;
    const ROLE: Role = Role::Delivery;
    /// All messages of an event: each mostly waits for its receiver.
    const AT_ONCE: usize = DELIVERIES_AT_ONCE;

    fn parse(body: &str) -> Result<DeliveryRequest, MessageError> {
        parse_delivery_request(body)
    }

    /// The receiver's time, and a little for the store: an attempt that is cut off counts as made with an unknown
    /// result.
    fn time_needed(&self) -> Duration {
        let receiver = i64::try_from(WEBHOOK_TIMEOUT_SECONDS).unwrap_or(i64::MAX);
        Duration::seconds(receiver.saturating_add(STORE_SECONDS))
    }

    fn queues(&self) -> Option<&OwnQueues> {
        self.queues.as_ref()
    }

    fn clock(&self) -> &dyn Clock {
        self.verb.clock.as_ref()
    }

    fn span(request: &DeliveryRequest) -> Span {
        let DeliveryRequest { user, subject, attempt, .. } = request;
        tracing::error_span!("delivery", %user, %subject, attempt)
    }

    async fn carry_out(&self, request: DeliveryRequest, _deadline: Instant) -> bool {
        match self.verb.attempt_in_turn(&request).await {
            Ok(DeliverOutcome::Attempted(_)) => true,
            Ok(DeliverOutcome::Nothing(why)) => {
                tracing::info!(why, "nothing was to be done");
                true
            }
            Err(error) => {
                tracing::error!(%error, "the attempt failed; its message will be delivered again");
                false
            }
        }
    }
}
