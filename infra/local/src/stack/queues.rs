//! SQS on loopback: the embedded service behind a socket, and the queues of the system with their dead-letter queues.

use adapters::boot::Role;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::QueueAttributeName;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::sync::Arc;
use winterbaume_core::{MockRequest, MockService};
use winterbaume_sqs::SqsService;

/// How often a message is received before it is moved to the dead-letter queue.
pub const RECEIVES_MAX: u32 = 5;

/// A queue of the system, with its event source mapping.
#[derive(Clone, Copy, Debug)]
pub struct Queue {
    /// The name of its dead-letter queue is this name with the suffix `-dead`.
    pub name: &'static str,
    /// Which function reads it.
    pub reader: Role,
    /// The most messages of one event: `BatchSize` in `template.yaml`, which a test compares.
    pub batch_size: i32,
    /// Events that are handled at the same time.
    pub concurrency: usize,
}

/// Run requests.
pub const RUNS: Queue = Queue { name: "report-runs", reader: Role::Runner, batch_size: 1, concurrency: 4 };
/// Deliveries, handled as many at a time as on AWS by default.
pub const DELIVERIES: Queue =
    Queue { name: "webhook-deliveries", reader: Role::Delivery, batch_size: 10, concurrency: 50 };
/// Deliveries to endpoints that answer late or not at all, with the same attempts.
pub const SLOW_DELIVERIES: Queue =
    Queue { name: "slow-webhook-deliveries", reader: Role::Delivery, batch_size: 10, concurrency: 5 };

/// Every queue.
pub const ALL: [Queue; 3] = [RUNS, DELIVERIES, SLOW_DELIVERIES];

/// A queue can't be created.
#[derive(Debug, thiserror::Error)]
#[error("the embedded SQS could not create the queue '{queue}': {detail}")]
pub struct QueueError {
    queue: &'static str,
    detail: String,
}

/// The service. Messages are in memory: a restart empties the queues, but loses nothing, because the due index requests
/// the work again.
pub fn router() -> Router {
    Router::new().fallback(dispatch).with_state(Arc::new(SqsService::new()))
}

async fn dispatch(
    State(service): State<Arc<SqsService>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let request = MockRequest { method: method.to_string(), uri: uri.to_string(), headers, body };
    let answer = service.handle(request).await;
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, answer.headers, answer.body).into_response()
}

impl Queue {
    /// The queue's URL, given the service's.
    #[must_use]
    pub fn url(&self, service: &str) -> String {
        format!("{service}/000000000000/{}", self.name)
    }

    /// Creates the queue and its dead-letter queue.
    pub async fn create(&self, client: &Client) -> Result<(), QueueError> {
        let failed = |detail: String| QueueError { queue: self.name, detail };
        let dead = client.create_queue().queue_name(format!("{}-dead", self.name)).send().await;
        let dead = dead.map_err(|error| failed(error.into_service_error().to_string()))?;
        let attributes = client
            .get_queue_attributes()
            .queue_url(dead.queue_url.unwrap_or_default())
            .attribute_names(QueueAttributeName::QueueArn)
            .send()
            .await
            .map_err(|error| failed(error.into_service_error().to_string()))?;
        let arn = attributes.attributes.and_then(|mut found| found.remove(&QueueAttributeName::QueueArn));
        let arn = arn.ok_or_else(|| failed("its dead-letter queue has no ARN".to_owned()))?;
        let redrive = json!({"deadLetterTargetArn": arn, "maxReceiveCount": RECEIVES_MAX}).to_string();
        client
            .create_queue()
            .queue_name(self.name)
            .attributes(QueueAttributeName::VisibilityTimeout, self.reader.visibility_seconds().to_string())
            .attributes(QueueAttributeName::RedrivePolicy, redrive)
            .send()
            .await
            .map_err(|error| failed(error.into_service_error().to_string()))?;
        Ok(())
    }
}
