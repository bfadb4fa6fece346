//! The queues over SQS. They are hints: a message may arrive twice, late or never without harm.
//!
//! In reading order: [`SqsQueue`] and [`SqsDeliveryQueue`], which send; [`parse_run_request`] and
//! [`parse_delivery_request`], which parse what they sent. The bodies are this module's own and carry a version.

mod batch;
mod function;
mod message;
mod queues;

pub use function::QueueFunction;
pub use message::{MessageError, delivery_request_body, parse_delivery_request, parse_run_request, run_request_body};
pub use queues::OwnQueues;

use app::ports::{DeliveryQueue, DeliveryRequest, QueueError, RunQueue, RunRequest};
use async_trait::async_trait;
use aws_sdk_sqs::Client;
use batch::Outgoing;
use domain::delivery::{Lane, QUEUE_DELAY_SECONDS_MAX};

/// Run requests over SQS.
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
        let messages = requests.iter().map(|request| Outgoing::of(request.user, run_request_body(request)));
        batch::send(&self.client, &self.url, messages.collect(), 0).await
    }
}

/// Delivery requests over SQS, with a queue for each lane.
#[derive(Clone, Debug)]
pub struct SqsDeliveryQueue {
    client: Client,
    url: String,
    slow_url: String,
}

impl SqsDeliveryQueue {
    /// The queues of the standard and the slow lane at these addresses.
    pub fn new(client: Client, url: impl Into<String>, slow_url: impl Into<String>) -> Self {
        Self { client, url: url.into(), slow_url: slow_url.into() }
    }

    fn url(&self, lane: Lane) -> &str {
        match lane {
            Lane::Standard => &self.url,
            Lane::Slow => &self.slow_url,
        }
    }
}

#[async_trait]
impl DeliveryQueue for SqsDeliveryQueue {
    /// A longer delay than SQS takes becomes the longest: whether the attempt is due is checked when it is claimed.
    async fn request_deliveries(&self, requests: &[DeliveryRequest], delay_seconds: u32) -> Result<(), QueueError> {
        let mut sent = Ok(());
        for lane in Lane::ALL {
            let in_lane = requests.iter().filter(|request| request.lane == lane);
            let messages = in_lane.map(|request| Outgoing::of(request.user, delivery_request_body(request))).collect();
            let delay_seconds = delay_seconds.min(QUEUE_DELAY_SECONDS_MAX);
            // A lane whose queue fails does not keep the other's messages back.
            sent = sent.and(batch::send(&self.client, self.url(lane), messages, delay_seconds).await);
        }
        sent
    }
}
