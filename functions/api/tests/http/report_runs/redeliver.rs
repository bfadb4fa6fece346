//! A report is sent again.

use crate::support::house::House;
use crate::support::stack::{ANN, BOB};
use app::ports::{Deliveries, DeliveryMove};
use domain::delivery::{Delivery, DeliveryState, Stage};
use domain::event::DeliverySubject;
use domain::id::RunId;
use testkit::queue::Queued;

/// A run of Ann's whose report was delivered at the third attempt.
async fn delivered(house: &House) -> RunId {
    let id = house.report("Text.").await;
    let run = house.run(id).await;
    let after = Delivery { stage: Stage::Delivered, attempts: 3, response_status: Some(200), ..Delivery::none() };
    let step = DeliveryMove {
        user: run.user,
        subject: DeliverySubject::Run(id),
        before: run.delivery,
        after,
        now: run.updated_at,
        event: None,
        idempotency: None,
    };
    house.store.move_delivery(&step).await.unwrap();
    let _ = house.stack.queue.take_due();
    id
}

fn requested(house: &House) -> Vec<u32> {
    let messages = house.stack.queue.take_due();
    messages
        .into_iter()
        .map(|message| match message {
            Queued::Delivery(request) => request.attempt,
            Queued::Run(request) => panic!("{request:?}"),
        })
        .collect()
}

#[tokio::test]
async fn a_new_cycle_begins_whose_attempts_go_on_counting() {
    let house = House::new().await;
    let id = delivered(&house).await;
    let path = format!("/report-runs/{id}/redeliver");
    let run = house.post(ANN, &path).await.expect(202);
    assert_eq!((&run["webhook_delivered"], &run["webhook_delivery_attempts"]), (&false.into(), &3.into()));
    assert_eq!(requested(&house), [4]);
    let delivery = house.run(id).await.delivery;
    assert_eq!((delivery.state(), delivery.attempts, delivery.earlier_attempts), (DeliveryState::Pending, 3, 3));
    let state = house.get(ANN, &format!("/report-runs/{id}/deliveries")).await.expect(200)["delivery"].clone();
    assert_eq!((&state["state"], &state["next_attempt_at"]), (&"pending".into(), &"2026-01-15T10:30:00.000Z".into()));
    house.post(ANN, &path).await.expect_problem("CONFLICT");
    assert!(requested(&house).is_empty());
}

#[tokio::test]
async fn what_was_never_to_be_delivered_is_a_conflict() {
    let house = House::new().await;
    let id = house.report("No webhook.").await;
    house.post(ANN, &format!("/report-runs/{id}/redeliver")).await.expect_problem("CONFLICT");
}

#[tokio::test]
async fn a_repeated_key_sends_once() {
    let house = House::new().await;
    let id = delivered(&house).await;
    let path = format!("/report-runs/{id}/redeliver");
    let once = house.start_once(ANN, &path, "again", "").await.expect(202);
    house.stack.pass(domain::instant::Duration::minutes(1));
    let twice = house.start_once(ANN, &path, "again", "").await.expect(202);
    assert_eq!(once, twice);
    assert_eq!(requested(&house), [4]);
    let other = delivered(&house).await;
    house
        .start_once(ANN, &format!("/report-runs/{other}/redeliver"), "again", "")
        .await
        .expect_problem("IDEMPOTENCY_KEY_REUSED");
    assert_eq!(house.run(other).await.delivery.state(), DeliveryState::Delivered);
}

#[tokio::test]
async fn asked_for_at_once_it_is_sent_once() {
    let house = House::new().await;
    let path = format!("/report-runs/{}/redeliver", delivered(&house).await);
    let answers = futures::future::join_all((0..8).map(|_| house.post(ANN, &path))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status.as_u16() == 202).count(), 1);
    for answer in answers.iter().filter(|answer| answer.status.as_u16() != 202) {
        answer.expect_problem("CONFLICT");
    }
    assert_eq!(requested(&house), [4]);
}

#[tokio::test]
async fn another_user_sends_nothing() {
    let house = House::new().await;
    let id = delivered(&house).await;
    house.post(BOB, &format!("/report-runs/{id}/redeliver")).await.expect_problem("NOT_FOUND");
    assert_eq!(house.run(id).await.delivery.state(), DeliveryState::Delivered);
    assert!(requested(&house).is_empty());
}
