//! Redeliveries, recoveries and tests are limited for each account, by a token bucket.

use crate::support::stack::{ANN, BOB};
use crate::support::test_api::TestApi;
use app::limits::{REQUEST_INTERVAL_SECONDS, REQUESTS_BURST};
use axum::http::StatusCode;
use domain::instant::Duration;
use futures::future::join_all;
use serde_json::json;

/// A route that takes a token before it looks for its record.
const UNKNOWN: &str = "/report-runs/0190a3b0-0000-7000-8000-000000000009/redeliver";

/// How many of these requests at the same time were not refused because of the rate.
async fn admitted(api: &TestApi, path: &str, count: usize) -> usize {
    let answers = join_all((0..count).map(|_| api.post(ANN, path))).await;
    answers.iter().filter(|answer| answer.status != StatusCode::TOO_MANY_REQUESTS).count()
}

#[tokio::test]
async fn fifty_requests_at_once_get_exactly_the_bucket_and_each_refill_one_more() {
    let api = TestApi::new().await;
    let burst = usize::try_from(REQUESTS_BURST).unwrap();
    assert_eq!(admitted(&api, UNKNOWN, 50).await, burst);
    let refused = api.post(ANN, UNKNOWN).await;
    let seconds = refused.headers["retry-after"].to_str().unwrap().to_owned();
    assert_eq!(seconds, REQUEST_INTERVAL_SECONDS.to_string());
    let problem = refused.expect_problem("RATE_LIMITED");
    assert!(problem["detail"].as_str().unwrap().contains("Try again in 6 s."), "{problem}");
    api.stack.pass(Duration::seconds(REQUEST_INTERVAL_SECONDS) - Duration::milliseconds(1));
    assert_eq!(admitted(&api, UNKNOWN, 1).await, 0);
    api.stack.pass(Duration::milliseconds(1));
    assert_eq!(admitted(&api, UNKNOWN, 5).await, 1);
    api.stack.pass(Duration::days(1));
    assert_eq!(admitted(&api, UNKNOWN, 50).await, burst, "a bucket never has more tokens");
}

#[tokio::test]
async fn every_route_that_sends_on_request_draws_on_one_bucket_for_its_account_alone() {
    let api = TestApi::new().await;
    let before = api.get(ANN, "/report-runs/usage").await.expect(200);
    admitted(&api, UNKNOWN, 50).await;
    let place = format!("/report-configurations/{}", api.configuration.id);
    for test in ["test", "test-webhook", "test?deliver=false"] {
        api.post(ANN, &format!("{place}/{test}")).await.expect_problem("RATE_LIMITED");
    }
    let since = json!({"since": "2026-01-01T00:00:00Z"});
    let recover = api.create(ANN, &format!("{place}/recover"), &since).await;
    recover.expect_problem("RATE_LIMITED");
    api.post(BOB, UNKNOWN).await.expect_problem("NOT_FOUND");
    assert_eq!(api.get(ANN, "/report-runs/usage").await.expect(200), before, "no figure changes");
}

#[tokio::test]
async fn repetition_with_the_same_key_takes_no_token() {
    let api = TestApi::new().await;
    let path = format!("/report-configurations/{}/test?deliver=false", api.configuration.id);
    let first = api.start_once(ANN, &path, "once", "").await.expect(200);
    let left = usize::try_from(REQUESTS_BURST).unwrap() - 1;
    for _ in 0..=left {
        assert_eq!(api.start_once(ANN, &path, "once", "").await.expect(200)["id"], first["id"]);
    }
    assert_eq!(admitted(&api, UNKNOWN, 50).await, left);
    assert_eq!(api.start_once(ANN, &path, "once", "").await.expect(200)["id"], first["id"]);
    api.start_once(ANN, &path, "another", "").await.expect_problem("RATE_LIMITED");
}
