//! How many messages of one event a function carries out at the same time.

use adapters::boot::Role;
use adapters::clock::SystemClock;
use adapters::sqs::{MessageError, QueueFunction};
use app::ports::Clock;
use aws_lambda_events::sqs::SqsEvent;
use domain::instant::{Duration, Instant};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Barrier;
use tracing::Span;

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
