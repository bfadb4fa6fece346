//! Cancellation of a run by its user.

use crate::support::stack::{ANN, BOB};
use crate::support::test_api::TestApi;

#[tokio::test]
async fn cancelled_run_releases_its_slot() {
    let api = TestApi::new().await;
    api.limit(1).await;
    let id = api.started().await;
    api.start().await.expect_problem("SLOTS_IN_USE");
    let run = api.post(ANN, &format!("/report-runs/{id}/cancel")).await.expect(200);
    assert_eq!((&run["id"], &run["status"]), (&id.to_string().into(), &"cancelled".into()));
    assert_eq!((&run["quota"]["counted"], &run["quota"]["reason"]), (&false.into(), &"cancelled".into()));
    assert_eq!(run["completed_at"], "2026-01-15T10:30:00.000Z");
    api.started().await;
}

#[tokio::test]
async fn ended_run_is_a_conflict() {
    let api = TestApi::new().await;
    let id = api.report("Done.").await;
    let problem = api.post(ANN, &format!("/report-runs/{id}/cancel")).await.expect_problem("CONFLICT");
    assert!(problem["detail"].as_str().unwrap().contains("'success'"), "{problem}");
    assert_eq!(api.get(ANN, &format!("/report-runs/{id}")).await.expect(200)["status"], "success");
}

#[tokio::test]
async fn other_user_cancels_nothing() {
    let api = TestApi::new().await;
    let id = api.started().await;
    api.post(BOB, &format!("/report-runs/{id}/cancel")).await.expect_problem("NOT_FOUND");
    assert_eq!(api.get(ANN, &format!("/report-runs/{id}")).await.expect(200)["status"], "running");
}

#[tokio::test]
async fn concurrent_cancellations_end_the_run_once() {
    let api = TestApi::new().await;
    let id = api.started().await;
    let path = format!("/report-runs/{id}/cancel");
    let answers = futures::future::join_all((0..8).map(|_| api.post(ANN, &path))).await;
    assert!(answers.iter().any(|answer| answer.status.as_u16() == 200));
    for answer in answers.iter().filter(|answer| answer.status.as_u16() != 200) {
        answer.expect_problem("CONFLICT");
    }
    let usage = api.get(ANN, "/report-runs/usage").await.expect(200);
    assert_eq!(usage["monthlyUsage"]["cancelled_runs"], 1);
    assert_eq!(usage["runsInFlight"], 0);
}
