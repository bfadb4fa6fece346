//! A report is sent again.

use crate::support::stack::{ANN, BOB};
use crate::support::test_api::TestApi;
use domain::delivery::{Delivery, DeliveryState, Stage};
use domain::id::RunId;
use testkit::queue::Queued;

/// A run of Ann's whose report was delivered at the third attempt.
async fn delivered(api: &TestApi) -> RunId {
    let delivery = Delivery { stage: Stage::Delivered, attempts: 3, response_status: Some(200), ..Delivery::none() };
    api.report_with(delivery).await.id
}

fn requested(api: &TestApi) -> Vec<u32> {
    let messages = api.stack.queue.take_due();
    messages
        .into_iter()
        .map(|message| match message {
            Queued::Delivery(request) => request.attempt,
            Queued::Run(request) => panic!("{request:?}"),
        })
        .collect()
}

#[tokio::test]
async fn redelivery_begins_a_new_cycle_and_continues_the_count() {
    let api = TestApi::new().await;
    let id = delivered(&api).await;
    let path = format!("/report-runs/{id}/redeliver");
    let run = api.post(ANN, &path).await.expect(202);
    assert_eq!((&run["webhook_delivered"], &run["webhook_delivery_attempts"]), (&false.into(), &3.into()));
    assert_eq!(requested(&api), [4]);
    let delivery = api.run(id).await.delivery;
    assert_eq!((delivery.state(), delivery.attempts, delivery.earlier_attempts), (DeliveryState::Pending, 3, 3));
    let state = api.get(ANN, &format!("/report-runs/{id}/deliveries")).await.expect(200)["delivery"].clone();
    assert_eq!((&state["state"], &state["next_attempt_at"]), (&"pending".into(), &"2026-01-15T10:30:00.000Z".into()));
    api.post(ANN, &path).await.expect_problem("CONFLICT");
    assert!(requested(&api).is_empty());
}

#[tokio::test]
async fn run_without_a_webhook_is_a_conflict() {
    let api = TestApi::new().await;
    let id = api.report("No webhook.").await;
    api.post(ANN, &format!("/report-runs/{id}/redeliver")).await.expect_problem("CONFLICT");
}

#[tokio::test]
async fn repeated_key_sends_once() {
    let api = TestApi::new().await;
    let id = delivered(&api).await;
    let path = format!("/report-runs/{id}/redeliver");
    let once = api.start_once(ANN, &path, "again", "").await.expect(202);
    api.stack.pass(domain::instant::Duration::minutes(1));
    let twice = api.start_once(ANN, &path, "again", "").await.expect(202);
    assert_eq!(once, twice);
    assert_eq!(requested(&api), [4]);
    let other = delivered(&api).await;
    api.start_once(ANN, &format!("/report-runs/{other}/redeliver"), "again", "")
        .await
        .expect_problem("IDEMPOTENCY_KEY_REUSED");
    assert_eq!(api.run(other).await.delivery.state(), DeliveryState::Delivered);
}

#[tokio::test]
async fn concurrent_requests_send_once() {
    let api = TestApi::new().await;
    let path = format!("/report-runs/{}/redeliver", delivered(&api).await);
    let answers = futures::future::join_all((0..8).map(|_| api.post(ANN, &path))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status.as_u16() == 202).count(), 1);
    for answer in answers.iter().filter(|answer| answer.status.as_u16() != 202) {
        answer.expect_problem("CONFLICT");
    }
    assert_eq!(requested(&api), [4]);
}

#[tokio::test]
async fn other_user_sends_nothing() {
    let api = TestApi::new().await;
    let id = delivered(&api).await;
    api.post(BOB, &format!("/report-runs/{id}/redeliver")).await.expect_problem("NOT_FOUND");
    assert_eq!(api.run(id).await.delivery.state(), DeliveryState::Delivered);
    assert!(requested(&api).is_empty());
}
