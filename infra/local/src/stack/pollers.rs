//! Lambda's event source mapping: messages become events, and messages that a function has handled are deleted.

use super::stop::Stop;
use adapters::sqs::QueueFunction;
use app::ports::Clock;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{Message, MessageSystemAttributeName};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::task::{JoinHandle, JoinSet};

/// How long one poll waits for messages, in seconds: less than the client's time-out of one try.
const WAIT_SECONDS: i32 = 2;
/// How long to wait after a failed poll.
const PAUSE_AFTER_FAILURE: std::time::Duration = std::time::Duration::from_secs(1);

/// A queue and the function that reads it.
#[derive(Clone)]
pub struct Poller<F> {
    /// The queues' client.
    pub client: Client,
    pub queue_url: String,
    /// For the events.
    pub queue_arn: String,
    /// The function.
    pub function: Arc<F>,
    /// Messages of one event at most.
    pub batch_size: i32,
    /// Events that are handled at the same time at most.
    pub concurrency: usize,
    /// For the deadlines of invocations.
    pub clock: Arc<dyn Clock>,
}

impl<F: QueueFunction + 'static> Poller<F> {
    /// Polls until it is time to stop; events that are being handled are handled to their end. An event that takes long
    /// holds one of the concurrent invocations, and delays no other.
    #[must_use]
    pub fn start(self, stop: Stop) -> JoinHandle<()> {
        let poller = Arc::new(self);
        tokio::spawn(async move {
            // If this task is aborted, the set is dropped, and its tasks are aborted too.
            let mut invocations = JoinSet::new();
            while let Some(received) = stop.unless(poller.receive()).await {
                match received {
                    Ok(messages) if messages.is_empty() => {}
                    Ok(messages) => {
                        let poller = Arc::clone(&poller);
                        invocations.spawn(async move { poller.hand_over(messages).await });
                    }
                    Err(error) => {
                        tracing::warn!(function = F::ROLE.package(), error, "the queue does not answer");
                        if stop.unless(tokio::time::sleep(PAUSE_AFTER_FAILURE)).await.is_none() {
                            break;
                        }
                    }
                }
                while invocations.try_join_next().is_some() {}
                while invocations.len() >= poller.concurrency && stop.unless(invocations.join_next()).await.is_some() {}
            }
            while invocations.join_next().await.is_some() {}
        })
    }

    async fn receive(&self) -> Result<Vec<Message>, String> {
        let answer = self
            .client
            .receive_message()
            .queue_url(&self.queue_url)
            .max_number_of_messages(self.batch_size)
            .wait_time_seconds(WAIT_SECONDS)
            .message_system_attribute_names(MessageSystemAttributeName::All)
            .send()
            .await
            .map_err(|error| error.into_service_error().to_string())?;
        Ok(answer.messages.unwrap_or_default())
    }

    async fn hand_over(&self, messages: Vec<Message>) {
        let name = F::ROLE.package();
        let records: Vec<Value> = messages.iter().map(|message| self.record(message)).collect();
        let event = json!({ "Records": records });
        let event = match serde_json::from_value(event) {
            Ok(event) => event,
            Err(error) => return tracing::error!(function = name, %error, "the event can't be parsed"),
        };
        let (function, deadline) = (Arc::clone(&self.function), self.clock.now() + F::ROLE.timeout());
        // In a task of its own, so that a panic fails this event alone, as it would in Lambda.
        let handled = tokio::spawn(async move { function.handle(event, deadline).await }).await;
        let failed: BTreeSet<String> = match handled {
            Ok(response) => response.batch_item_failures.into_iter().map(|failure| failure.item_identifier).collect(),
            Err(error) => return tracing::error!(function = name, %error, "the function broke off"),
        };
        // An empty identifier means the whole batch.
        if failed.contains("") {
            return;
        }
        for message in messages {
            if message.message_id.as_ref().is_some_and(|id| failed.contains(id)) {
                continue;
            }
            self.delete(message).await;
        }
    }

    /// If this fails, the message is delivered again, which is harmless.
    async fn delete(&self, message: Message) {
        let deleted = self
            .client
            .delete_message()
            .queue_url(&self.queue_url)
            .set_receipt_handle(message.receipt_handle)
            .send()
            .await;
        if let Err(error) = deleted {
            let error = error.into_service_error();
            tracing::warn!(function = F::ROLE.package(), %error, "a message was not deleted");
        }
    }

    /// A record of the event, in the format of AWS
    /// (<https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event>).
    fn record(&self, message: &Message) -> Value {
        let attributes: serde_json::Map<String, Value> = message
            .attributes
            .iter()
            .flatten()
            .map(|(name, value)| (name.as_str().to_owned(), Value::String(value.clone())))
            .collect();
        json!({
            "messageId": message.message_id,
            "receiptHandle": message.receipt_handle,
            "body": message.body,
            "attributes": attributes,
            "messageAttributes": {},
            "md5OfBody": message.md5_of_body,
            "eventSource": "aws:sqs",
            "eventSourceARN": self.queue_arn,
            "awsRegion": super::REGION,
        })
    }
}
