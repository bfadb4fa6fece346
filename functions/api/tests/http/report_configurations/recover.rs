//! All reports that failed are sent again.

use crate::support::call::{Answer, pointers};
use crate::support::house::House;
use crate::support::stack::{ANN, BOB};
use app::ports::{Deliveries, DeliveryMove};
use axum::http::Method;
use domain::delivery::{Delivery, DeliveryState, Stage};
use domain::event::DeliverySubject;
use domain::id::RunId;
use domain::instant::Duration;
use serde_json::{Value, json};

/// A run of Ann's whose delivery has come to this.
async fn ended(house: &House, stage: Stage) -> RunId {
    let id = house.report("Text.").await;
    let run = house.run(id).await;
    let after = Delivery { stage, attempts: 2, response_status: Some(410), ..Delivery::none() };
    let (user, subject, now) = (run.user, DeliverySubject::Run(id), run.updated_at);
    let step = DeliveryMove { user, subject, before: run.delivery, after, now, event: None, idempotency: None };
    house.store.move_delivery(&step).await.unwrap();
    let _ = house.stack.queue.take_due();
    id
}

async fn recover(house: &House, user: &str, body: &Value, headers: &[(&str, &str)]) -> Answer {
    let path = format!("/report-configurations/{}/recover", house.configuration.id);
    house.send(user, (Method::POST, &path), headers, Some(body)).await
}

fn requested(house: &House) -> Vec<(DeliverySubject, u32)> {
    house.stack.queue.take_deliveries().iter().map(|request| (request.subject, request.attempt)).collect()
}

#[tokio::test]
async fn what_failed_is_sent_again_and_nothing_else() {
    let house = House::new().await;
    let before = ended(&house, Stage::Refused).await;
    house.stack.pass(Duration::hours(1));
    let refused = ended(&house, Stage::Refused).await;
    let given_up = ended(&house, Stage::Exhausted).await;
    let delivered = ended(&house, Stage::Delivered).await;
    let none = house.report("No webhook.").await;
    let since = json!({"since": "2026-01-15T11:00:00Z"});
    let answer = recover(&house, ANN, &since, &[]).await.expect(202);
    assert_eq!(answer, json!({"redeliveries": 2, "has_more": false, "next_after": null}));
    let mut asked = requested(&house);
    asked.sort_by_key(|(subject, _)| format!("{subject:?}"));
    let mut expected = [(DeliverySubject::Run(refused), 3), (DeliverySubject::Run(given_up), 3)];
    expected.sort_by_key(|(subject, _)| format!("{subject:?}"));
    assert_eq!(asked, expected);
    for (run, state) in [
        (before, DeliveryState::Refused),
        (refused, DeliveryState::Pending),
        (given_up, DeliveryState::Pending),
        (delivered, DeliveryState::Delivered),
        (none, DeliveryState::None),
    ] {
        assert_eq!(house.run(run).await.delivery.state(), state);
    }
    assert_eq!(recover(&house, ANN, &since, &[]).await.expect(202)["redeliveries"], 0, "they are on their way");
    assert!(requested(&house).is_empty());
}

#[tokio::test]
async fn a_repeated_key_answers_the_same_number_and_sends_once() {
    let house = House::new().await;
    ended(&house, Stage::Refused).await;
    ended(&house, Stage::Exhausted).await;
    let since = json!({"since": "2026-01-15T00:00:00Z"});
    let key = [("idempotency-key", "again")];
    let once = recover(&house, ANN, &since, &key).await.expect(202);
    assert_eq!((&once["redeliveries"], requested(&house).len()), (&json!(2), 2));
    house.stack.pass(Duration::minutes(5));
    assert_eq!(recover(&house, ANN, &since, &key).await.expect(202), once);
    assert!(requested(&house).is_empty());
    let other = json!({"since": "2026-01-14T00:00:00Z"});
    recover(&house, ANN, &other, &key).await.expect_problem("IDEMPOTENCY_KEY_REUSED");
}

#[tokio::test]
async fn what_is_wrong_is_pointed_at() {
    let house = House::new().await;
    for (body, pointer) in [
        (json!({"since": "2026-01-16T00:00:00Z"}), "/since"),
        (json!({"since": "yesterday"}), "/since"),
        (json!({"since": "2026-01-15T00:00:00Z", "after": "the last one"}), "/after"),
        (json!({"since": "2026-01-15T00:00:00Z", "until": "2026-01-16T00:00:00Z"}), "/until"),
    ] {
        let problem = recover(&house, ANN, &body, &[]).await.expect_problem("VALIDATION_FAILED");
        assert_eq!(pointers(&problem), [pointer]);
    }
}

#[tokio::test]
async fn another_user_sends_nothing() {
    let house = House::new().await;
    let run = ended(&house, Stage::Refused).await;
    recover(&house, BOB, &json!({"since": "2026-01-15T00:00:00Z"}), &[]).await.expect_problem("NOT_FOUND");
    assert_eq!(house.run(run).await.delivery.state(), DeliveryState::Refused);
    assert!(requested(&house).is_empty());
}
