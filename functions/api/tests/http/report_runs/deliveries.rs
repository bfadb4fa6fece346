//! Every attempt at a delivery.

use crate::support::stack::{ANN, BOB};
use crate::support::test_api::TestApi;
use app::ports::{Attempt, Deliveries};
use domain::delivery::AttemptResult;
use domain::event::DeliverySubject;
use domain::instant::Duration;
use serde_json::json;

#[tokio::test]
async fn attempts_are_listed_oldest_first() {
    let api = TestApi::new().await;
    let id = api.report("Text.").await;
    let at = api.run(id).await.started_at;
    let retry = at + Duration::seconds(5);
    let first = Attempt {
        user: api.configuration.user,
        subject: DeliverySubject::Run(id),
        number: 1,
        at,
        duration_ms: Some(120),
        result: AttemptResult::Status(503),
        response_excerpt: None,
        next_attempt_at: Some(retry),
    };
    let second = Attempt {
        number: 2,
        at: retry,
        duration_ms: None,
        result: AttemptResult::Unknown,
        response_excerpt: None,
        next_attempt_at: None,
        ..first.clone()
    };
    for attempt in [&second, &first] {
        api.store.put_attempt(attempt).await.unwrap();
    }
    let path = format!("/report-runs/{id}/deliveries");
    let body = api.get(ANN, &path).await.expect(200);
    let expected = json!({
        "delivery": {
            "state": "none", "attempts": 0, "in_flight": false, "last_status": null, "next_attempt_at": null,
        },
        "data": [
            {"number": 1, "attempted_at": "2026-01-15T10:30:00.000Z", "response_status": 503, "duration_ms": 120,
             "error_class": "http_503", "response_excerpt": null, "next_attempt_at": "2026-01-15T10:30:05.000Z"},
            {"number": 2, "attempted_at": "2026-01-15T10:30:05.000Z", "response_status": null, "duration_ms": null,
             "error_class": "unknown", "response_excerpt": null, "next_attempt_at": null},
        ],
        "pagination": {"limit": 2, "offset": 0, "has_more": false, "next_cursor": null},
    });
    assert_eq!(body, expected);
    api.get(BOB, &path).await.expect_problem("NOT_FOUND");
    api.get(ANN, "/report-runs/none/deliveries").await.expect_problem("NOT_FOUND");
}
