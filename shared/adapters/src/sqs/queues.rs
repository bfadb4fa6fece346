//! The queues that a function reads, to change the visibility of single messages.

use aws_lambda_events::sqs::SqsMessage;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::DisplayErrorContext;

/// The queues of a function.
#[derive(Clone, Debug)]
pub struct OwnQueues {
    client: Client,
    urls: Vec<String>,
}

impl OwnQueues {
    /// The queues at these addresses.
    pub fn new(client: Client, urls: Vec<String>) -> Self {
        Self { client, urls }
    }

    /// Makes a message visible again, so that it is delivered at once and not after the visibility time-out: one that
    /// can't be parsed reaches the dead-letter queue within seconds. If this fails, it takes the time-outs.
    pub(super) async fn release(&self, message: &SqsMessage) {
        let (Some(url), Some(receipt)) = (self.url_of(message), &message.receipt_handle) else { return };
        let call = self.client.change_message_visibility().queue_url(url).receipt_handle(receipt).visibility_timeout(0);
        if let Err(error) = call.send().await {
            let error = DisplayErrorContext(&error);
            tracing::warn!(%error, "a message that can't be parsed stays invisible until its time-out");
        }
    }

    /// The address of the queue that a message came from, whose ARN ends as the address does.
    fn url_of(&self, message: &SqsMessage) -> Option<&str> {
        let name = message.event_source_arn.as_deref()?.rsplit(':').next()?;
        self.urls.iter().map(String::as_str).find(|url| url.rsplit('/').next() == Some(name))
    }
}
