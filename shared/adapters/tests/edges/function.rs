//! How many messages of one event a function carries out at the same time.

use crate::surroundings::{answer_calls, received, sdk};
use adapters::boot::Role;
use adapters::clock::SystemClock;
use adapters::sqs::{MessageError, OwnQueues, QueueFunction, parse_run_request};
use app::ports::{Clock, RunRequest};
use aws_lambda_events::sqs::SqsEvent;
use domain::instant::{Duration, Instant};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Barrier;
use tracing::Span;
use wiremock::MockServer;

/// A function whose requests end once [`Self::ends_with`] of them are in progress.
struct Meeting<const AT_ONCE: usize> {
    ends_with: Barrier,
    in_progress: AtomicUsize,
    most: AtomicUsize,
}

impl<const AT_ONCE: usize> Meeting<AT_ONCE> {
    fn of(count: usize) -> Self {
        Self { ends_with: Barrier::new(count), in_progress: AtomicUsize::new(0), most: AtomicUsize::new(0) }
    }

    async fn handle_ten(&self) -> Value {
        let records: Vec<Value> =
            (0..10).map(|index| json!({"messageId": format!("m{index}"), "body": index.to_string()})).collect();
        let event: SqsEvent = serde_json::from_value(json!({ "Records": records })).expect("an event");
        let deadline = SystemClock.now() + Duration::seconds(30);
        serde_json::to_value(self.handle(event, deadline).await).expect("an answer")
    }
}

impl<const AT_ONCE: usize> QueueFunction for Meeting<AT_ONCE> {
    type Request = u32;
    const ROLE: Role = Role::Delivery;
    const AT_ONCE: usize = AT_ONCE;

    fn parse(body: &str) -> Result<u32, MessageError> {
        body.parse().map_err(|_| MessageError::Attempt)
    }

    fn span(_: &Self::Request) -> Span {
        Span::none()
    }

    fn time_needed(&self) -> Duration {
        Duration::seconds(1)
    }

    fn queues(&self) -> Option<&OwnQueues> {
        None
    }

    fn clock(&self) -> &dyn Clock {
        &SystemClock
    }

    async fn carry_out(&self, request: u32, _: Instant) -> bool {
        let now = self.in_progress.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        self.ends_with.wait().await;
        self.in_progress.fetch_sub(1, Ordering::SeqCst);
        request != 3
    }
}

#[tokio::test]
async fn messages_of_an_event_do_not_wait_for_each_other() {
    let function = Meeting::<10>::of(10);
    assert_eq!(function.handle_ten().await, json!({"batchItemFailures": [{"itemIdentifier": "m3"}]}));
    assert_eq!(function.most.load(Ordering::SeqCst), 10);
}

#[tokio::test]
async fn function_of_one_at_a_time_carries_out_one_after_the_other() {
    let function = Meeting::<1>::of(1);
    assert_eq!(function.handle_ten().await, json!({"batchItemFailures": [{"itemIdentifier": "m3"}]}));
    assert_eq!(function.most.load(Ordering::SeqCst), 1);
}

/// A function that parses run requests and completes none.
struct Parsing(OwnQueues);

impl QueueFunction for Parsing {
    type Request = RunRequest;
    const ROLE: Role = Role::Runner;
    const AT_ONCE: usize = 1;

    fn parse(body: &str) -> Result<RunRequest, MessageError> {
        parse_run_request(body)
    }

    fn span(_: &Self::Request) -> Span {
        Span::none()
    }

    fn time_needed(&self) -> Duration {
        Duration::seconds(1)
    }

    fn queues(&self) -> Option<&OwnQueues> {
        Some(&self.0)
    }

    fn clock(&self) -> &dyn Clock {
        &SystemClock
    }

    async fn carry_out(&self, _: RunRequest, _: Instant) -> bool {
        false
    }
}

const RUN: &str = r#"{"version": 1, "user": "0d9c5e0e-6c1b-4a53-9d2f-000000000a11",
    "run": "018d0000-0000-7000-8000-000000000001", "configuration": "018d0000-0000-7000-8000-000000000002"}"#;

#[tokio::test]
async fn message_that_cannot_be_parsed_is_delivered_again_at_once_and_no_other_is() {
    let server = MockServer::start().await;
    answer_calls(&server, "AmazonSQS.ChangeMessageVisibility", |_, _| (200, json!({}))).await;
    let client = aws_sdk_sqs::Client::new(&sdk(&server, "AWS_ENDPOINT_URL_SQS"));
    let urls = ["slow", "runs"].map(|name| format!("https://sqs.eu-west-1.amazonaws.com/1/{name}"));
    let function = Parsing(OwnQueues::new(client, urls.to_vec()));
    let newer = RUN.replace("\"version\": 1", "\"version\": 2");
    let bodies = ["no JSON", RUN, &newer, r#"{"version": 1}"#, ""];
    let record = |(index, body): (usize, &&str)| {
        json!({"messageId": format!("m{index}"), "receiptHandle": format!("r{index}"), "body": body,
            "eventSourceARN": "arn:aws:sqs:eu-west-1:1:runs"})
    };
    let records: Vec<Value> = bodies.iter().enumerate().map(record).collect();
    let event: SqsEvent = serde_json::from_value(json!({ "Records": records })).expect("an event");
    let answer = function.handle(event, SystemClock.now() + Duration::seconds(30)).await;
    assert_eq!(answer.batch_item_failures.len(), 5, "all are delivered again");
    let change = |receipt: &str| json!({"QueueUrl": urls[1], "ReceiptHandle": receipt, "VisibilityTimeout": 0});
    assert_eq!(received(&server).await, [change("r0"), change("r3"), change("r4")]);
}
