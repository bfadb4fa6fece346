//! All failed reports are sent again.

use crate::support::call::{Answer, pointers};
use crate::support::stack::{ANN, BOB};
use crate::support::test_api::TestApi;

use axum::http::Method;
use domain::delivery::{Delivery, DeliveryState, Stage};
use domain::event::DeliverySubject;
use domain::id::RunId;
use domain::instant::Duration;
use serde_json::{Value, json};

/// A run of Ann's whose delivery is in this state.
async fn ended(api: &TestApi, stage: Stage) -> RunId {
    api.report_with(Delivery { stage, attempts: 2, response_status: Some(410), ..Delivery::none() }).await.id
}

async fn recover(api: &TestApi, user: &str, body: &Value, headers: &[(&str, &str)]) -> Answer {
    let path = format!("/report-configurations/{}/recover", api.configuration.id);
    api.send(user, (Method::POST, &path), headers, Some(body)).await
}

fn requested(api: &TestApi) -> Vec<(DeliverySubject, u32)> {
    api.stack.queue.take_deliveries().iter().map(|request| (request.subject, request.attempt)).collect()
}

#[tokio::test]
async fn only_failed_deliveries_are_sent_again() {
    let api = TestApi::new().await;
    let before = ended(&api, Stage::Refused).await;
    api.stack.pass(Duration::hours(1));
    let refused = ended(&api, Stage::Refused).await;
    let given_up = ended(&api, Stage::Exhausted).await;
    let delivered = ended(&api, Stage::Delivered).await;
    let none = api.report("No webhook.").await;
    let since = json!({"since": "2026-01-15T11:00:00Z"});
    let answer = recover(&api, ANN, &since, &[]).await.expect(202);
    assert_eq!(answer, json!({"redeliveries": 2, "has_more": false, "next_after": null}));
    let mut asked = requested(&api);
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
        assert_eq!(api.run(run).await.delivery.state(), state);
    }
    assert_eq!(recover(&api, ANN, &since, &[]).await.expect(202)["redeliveries"], 0, "they are pending already");
    assert!(requested(&api).is_empty());
}

#[tokio::test]
async fn repeated_key_has_the_same_number_and_sends_once() {
    let api = TestApi::new().await;
    ended(&api, Stage::Refused).await;
    ended(&api, Stage::Exhausted).await;
    let since = json!({"since": "2026-01-15T00:00:00Z"});
    let key = [("idempotency-key", "again")];
    let once = recover(&api, ANN, &since, &key).await.expect(202);
    assert_eq!((&once["redeliveries"], requested(&api).len()), (&json!(2), 2));
    api.stack.pass(Duration::minutes(5));
    assert_eq!(recover(&api, ANN, &since, &key).await.expect(202), once);
    assert!(requested(&api).is_empty());
    let other = json!({"since": "2026-01-14T00:00:00Z"});
    recover(&api, ANN, &other, &key).await.expect_problem("IDEMPOTENCY_KEY_REUSED");
}

#[tokio::test]
async fn invalid_members_have_pointers() {
    let api = TestApi::new().await;
    for (body, pointer) in [
        (json!({"since": "2026-01-16T00:00:00Z"}), "/since"),
        (json!({"since": "yesterday"}), "/since"),
        (json!({"since": "2026-01-15T00:00:00Z", "after": "the last one"}), "/after"),
        (json!({"since": "2026-01-15T00:00:00Z", "until": "2026-01-16T00:00:00Z"}), "/until"),
    ] {
        let problem = recover(&api, ANN, &body, &[]).await.expect_problem("VALIDATION_FAILED");
        assert_eq!(pointers(&problem), [pointer]);
    }
}

#[tokio::test]
async fn other_user_sends_nothing() {
    let api = TestApi::new().await;
    let run = ended(&api, Stage::Refused).await;
    recover(&api, BOB, &json!({"since": "2026-01-15T00:00:00Z"}), &[]).await.expect_problem("NOT_FOUND");
    assert_eq!(api.run(run).await.delivery.state(), DeliveryState::Refused);
    assert!(requested(&api).is_empty());
}
