//! Signing secrets of a configuration: each signs for a day after it was replaced, and at most five sign.

use crate::support::stack::ANN;
use crate::support::test_api::{TestApi, user};
use app::ports::{Configurations, SecretContext, Vault};
use axum::http::Method;
use domain::delivery::SigningSecret;
use domain::instant::Duration;
use serde_json::Value;
use std::collections::BTreeSet;

fn path(api: &TestApi) -> String {
    format!("/report-configurations/{}/rotate-secret", api.configuration.id)
}

fn shown(answer: &Value) -> String {
    answer["signing_secret"].as_str().expect("a new secret").to_owned()
}

/// The secrets that sign now, opened as a delivery opens them. The configuration's first one was sealed by no vault.
async fn signing(api: &TestApi) -> BTreeSet<String> {
    let stored = api.store.configuration(user(ANN), api.configuration.id).await.unwrap().unwrap();
    let context = SecretContext::of_configuration(user(ANN), stored.id);
    let mut opened = BTreeSet::new();
    for sealed in stored.secrets.valid_at(api.stack.clock_now()) {
        if let Ok(bytes) = api.stack.outside.vault.open(context, sealed).await {
            opened.insert(SigningSecret::from_bytes(bytes).unwrap().expose());
        }
    }
    opened
}

#[tokio::test]
async fn sixth_secret_of_a_day_is_refused_unless_it_is_forced() {
    let api = TestApi::new().await;
    let mut secrets = Vec::new();
    for _ in 0..4 {
        secrets.push(shown(&api.post(ANN, &path(&api)).await.expect(200)));
        api.stack.pass(Duration::hours(1));
    }
    let problem = api.post(ANN, &path(&api)).await.expect_problem("SIGNING_SECRETS_IN_USE");
    assert_eq!(problem["status"], 409);
    assert!(problem["detail"].as_str().unwrap().contains("2026-01-16T10:30:00.000Z"), "{problem}");
    assert_eq!(signing(&api).await, secrets.iter().cloned().collect(), "nothing has changed");
    let forced = shown(&api.post(ANN, &format!("{}?force=true", path(&api))).await.expect(200));
    let all: BTreeSet<String> = secrets.iter().cloned().chain([forced]).collect();
    assert_eq!(signing(&api).await, all, "the first one, which no rotation showed, was dropped");
    api.post(ANN, &format!("{}?force=yes", path(&api))).await.expect_problem("VALIDATION_FAILED");
}

#[tokio::test]
async fn refused_rotation_succeeds_after_the_instant_that_it_names() {
    let api = TestApi::new().await;
    for _ in 0..4 {
        api.post(ANN, &path(&api)).await.expect(200);
    }
    api.stack.pass(Duration::hours(24) - Duration::milliseconds(1));
    api.post(ANN, &path(&api)).await.expect_problem("SIGNING_SECRETS_IN_USE");
    api.stack.pass(Duration::milliseconds(1));
    let rotated = shown(&api.post(ANN, &path(&api)).await.expect(200));
    let signing = signing(&api).await;
    assert_eq!(signing.len(), 2, "the others were replaced a day ago");
    assert!(signing.contains(&rotated));
}

#[tokio::test]
async fn concurrent_rotations_each_give_a_secret_that_signs_for_its_day() {
    let api = TestApi::new().await;
    let path = path(&api);
    let answers = futures::future::join_all((0..4).map(|_| api.post(ANN, &path))).await;
    let secrets: BTreeSet<String> = answers.iter().map(|answer| shown(&answer.expect(200))).collect();
    assert_eq!(secrets.len(), 4);
    assert_eq!(signing(&api).await, secrets);
    api.stack.pass(Duration::hours(24) - Duration::milliseconds(1));
    assert_eq!(signing(&api).await, secrets);
    api.stack.pass(Duration::milliseconds(1));
    assert_eq!(signing(&api).await.len(), 1);
}

#[tokio::test]
async fn one_of_two_rotations_of_the_same_version_is_refused() {
    let api = TestApi::new().await;
    let path = path(&api);
    let rotate = || api.send(ANN, (Method::POST, &path), &[("if-match", "\"1\"")], None);
    let (first, second) = futures::join!(rotate(), rotate());
    let (done, refused) = if first.status == 200 { (first, second) } else { (second, first) };
    let secret = shown(&done.expect(200));
    refused.expect_problem("PRECONDITION_FAILED");
    assert_eq!(signing(&api).await, BTreeSet::from([secret]));
}

#[tokio::test]
async fn key_of_a_rotation_is_not_that_of_a_forced_one() {
    let api = TestApi::new().await;
    api.start_once(ANN, &path(&api), "key", "").await.expect(200);
    let forced = format!("{}?force=true", path(&api));
    api.start_once(ANN, &forced, "key", "").await.expect_problem("IDEMPOTENCY_KEY_REUSED");
}
