//! How a Lambda handles an event of its queue: message by message, several at a time.

use super::{MessageError, OwnQueues};
use crate::boot::Role;
use crate::dynamodb::Budget;
use app::ports::Clock;
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use domain::instant::{Duration, Instant};
use futures::stream::{self, StreamExt};
use tracing::{Instrument, Span};

/// A function that reads a queue.
///
/// A message that can't be parsed or carried out stays in the queue, which delivers it again and after five times moves
/// it to the dead-letter queue: one that can't be parsed at once, others after their visibility time-outs. Nothing
/// depends on it: the due index repeats every request that was lost.
pub trait QueueFunction: Send + Sync {
    /// What a message asks for.
    type Request: Send;
    /// Which function it is.
    const ROLE: Role;
    /// Requests of one event that are carried out at the same time.
    const AT_ONCE: usize;

    /// Parses a message's body.
    fn parse(body: &str) -> Result<Self::Request, MessageError>;

    /// The time that one request needs at least. A request for which less is left is not begun.
    fn time_needed(&self) -> Duration;

    /// The queues that it reads; `None` where messages come from elsewhere.
    fn queues(&self) -> Option<&OwnQueues>;

    /// The clock that deadlines are compared with.
    fn clock(&self) -> &dyn Clock;

    /// The span of a request, whose fields every line of it has.
    fn span(request: &Self::Request) -> Span;

    /// Carries out a request. Answers whether the message is done; if not, it is delivered again.
    fn carry_out(&self, request: Self::Request, deadline: Instant) -> impl Future<Output = bool> + Send;

    /// Carries out the requests of an event before `deadline`, [`Self::AT_ONCE`] at a time, so that one that takes long
    /// does not delay the others; each has a budget of its own for the table. Answers which messages must be delivered
    /// again.
    fn handle(&self, event: SqsEvent, deadline: Instant) -> impl Future<Output = SqsBatchResponse> + Send {
        let handled = stream::iter(event.records).map(move |message| async move {
            let done = handle_message(self, &message, deadline).await;
            (message.message_id.unwrap_or_default(), done)
        });
        handled.buffer_unordered(Self::AT_ONCE).fold(SqsBatchResponse::default(), async |mut response, (id, done)| {
            if !done {
                // Without an id the whole batch is delivered again, which does no harm.
                response.add_failure(id);
            }
            response
        })
    }
}

async fn handle_message<F>(function: &F, message: &SqsMessage, deadline: Instant) -> bool
where
    F: QueueFunction + ?Sized,
{
    let message_id = message.message_id.as_deref().unwrap_or_default();
    let request = match F::parse(message.body.as_deref().unwrap_or_default()) {
        Ok(request) => request,
        Err(error) => {
            tracing::error!(message_id, %error, "a message can't be parsed");
            // Another build, which is being deployed, may know the version.
            let may_be_read = matches!(error, MessageError::Version(_));
            if let Some(queues) = function.queues().filter(|_| !may_be_read) {
                queues.release(message).await;
            }
            return false;
        }
    };
    let span = F::span(&request);
    let carried_out = async {
        let now = function.clock().now();
        if now + function.time_needed() >= deadline {
            tracing::warn!(message_id, "no time is left to begin the request");
            return false;
        }
        Budget::of_message(now, deadline).within(function.carry_out(request, deadline)).await
    };
    carried_out.instrument(span).await
}
