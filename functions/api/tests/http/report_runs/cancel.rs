//! The end of a run at its user's wish.

use crate::support::house::House;
use crate::support::stack::{ANN, BOB};

#[tokio::test]
async fn a_cancelled_run_gives_its_slot_back() {
    let house = House::new().await;
    house.limit(1).await;
    let id = house.started().await;
    house.start().await.expect_problem("SLOTS_IN_USE");
    let run = house.post(ANN, &format!("/report-runs/{id}/cancel")).await.expect(200);
    assert_eq!((&run["id"], &run["status"]), (&id.to_string().into(), &"cancelled".into()));
    assert_eq!((&run["quota"]["counted"], &run["quota"]["reason"]), (&false.into(), &"cancelled".into()));
    assert_eq!(run["completed_at"], "2026-01-15T10:30:00.000Z");
    house.started().await;
}

#[tokio::test]
async fn what_has_ended_is_a_conflict() {
    let house = House::new().await;
    let id = house.report("Done.").await;
    let problem = house.post(ANN, &format!("/report-runs/{id}/cancel")).await.expect_problem("CONFLICT");
    assert!(problem["detail"].as_str().unwrap().contains("'success'"), "{problem}");
    assert_eq!(house.get(ANN, &format!("/report-runs/{id}")).await.expect(200)["status"], "success");
}

#[tokio::test]
async fn another_user_cancels_nothing() {
    let house = House::new().await;
    let id = house.started().await;
    house.post(BOB, &format!("/report-runs/{id}/cancel")).await.expect_problem("NOT_FOUND");
    assert_eq!(house.get(ANN, &format!("/report-runs/{id}")).await.expect(200)["status"], "running");
}

#[tokio::test]
async fn cancelled_at_once_it_ends_once() {
    let house = House::new().await;
    let id = house.started().await;
    let path = format!("/report-runs/{id}/cancel");
    let answers = futures::future::join_all((0..8).map(|_| house.post(ANN, &path))).await;
    assert!(answers.iter().any(|answer| answer.status.as_u16() == 200));
    for answer in answers.iter().filter(|answer| answer.status.as_u16() != 200) {
        answer.expect_problem("CONFLICT");
    }
    let usage = house.get(ANN, "/report-runs/usage").await.expect(200);
    assert_eq!(usage["monthlyUsage"]["cancelled_runs"], 1);
    assert_eq!(usage["runsInFlight"], 0);
}
