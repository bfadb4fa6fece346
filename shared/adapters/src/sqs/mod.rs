//! The queues over SQS. They are hints: a message may arrive twice, late or never without harm.
//!
//! In reading order: [`SqsQueue`], which sends; [`parse_run_request`] and [`parse_delivery_request`], which parse what
//! it sent. The bodies are this module's own and carry a version.

mod batch;
mod function;
mod message;

pub use function::QueueFunction;
pub use message::{MessageError, delivery_request_body, parse_delivery_request, parse_run_request, run_request_body};

use app::ports::{DeliveryQueue, DeliveryRequest, QueueError, RunQueue, RunRequest};
use async_trait::async_trait;
use aws_sdk_sqs::Client;
use domain::delivery::QUEUE_DELAY_SECONDS_MAX;

/// A queue over SQS, of either kind of request.
#[derive(Clone, Debug)]
pub struct SqsQueue {
    client: Client,
    url: String,
}

impl SqsQueue {
    /// The queue at this address.
    pub fn new(client: Client, url: impl Into<String>) -> Self {
        Self { client, url: url.into() }
    }
}

#[async_trait]
impl RunQueue for SqsQueue {
    async fn request_runs(&self, requests: &[RunRequest]) -> Result<(), QueueError> {
        let bodies = requests.iter().map(run_request_body).collect();
        batch::send(&self.client, &self.url, bodies, 0).await
    }
}

#[async_trait]
impl DeliveryQueue for SqsQueue {
    /// A longer delay than SQS takes becomes the longest: whether the attempt is due is checked when it is claimed.
    async fn request_deliveries(&self, requests: &[DeliveryRequest], delay_seconds: u32) -> Result<(), QueueError> {
        let bodies = requests.iter().map(delivery_request_body).collect();
        batch::send(&self.client, &self.url, bodies, delay_seconds.min(QUEUE_DELAY_SECONDS_MAX)).await
    }
}
