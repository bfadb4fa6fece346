//! The signing secret of the address for notices: made with the address, shown once, rotated like a configuration's.

use crate::support::stack::ANN;
use crate::support::test_api::{TestApi, user};
use app::ports::{Accounts, SecretContext, Vault};
use axum::http::Method;
use domain::account::Account;
use domain::delivery::SigningSecret;
use domain::instant::Duration;
use serde_json::{Value, json};

const PROFILE: &str = "/users/profile";
const ROTATE: &str = "/users/profile/rotate-notification-secret";

fn shown(answer: &Value) -> Option<&str> {
    answer.get("notification_secret").and_then(Value::as_str)
}

/// The secrets that sign now, the newest first.
async fn signing(api: &TestApi) -> Vec<String> {
    let account = api.store.account(user(ANN)).await.unwrap();
    let mut opened = Vec::new();
    for sealed in account.notification_secrets.iter().flat_map(|secrets| secrets.valid_at(api.stack.clock_now())) {
        let bytes = api.stack.outside.vault.open(SecretContext::of_notifications(user(ANN)), sealed).await.unwrap();
        opened.push(SigningSecret::from_bytes(bytes).unwrap().expose());
    }
    opened
}

async fn patch(api: &TestApi, body: Value) -> Value {
    api.send(ANN, (Method::PATCH, PROFILE), &[], Some(&body)).await.expect(200)
}

#[tokio::test]
async fn secret_is_made_with_the_address_shown_once_and_removed_with_it() {
    let api = TestApi::new().await;
    let body = json!({"notification_webhook_url": "https://hooks.example.com/a"});
    let set = api.put(ANN, PROFILE, &body).await.expect(200);
    let secret = shown(&set).expect("shown").to_owned();
    assert_eq!((signing(&api).await, &set["has_notification_secret"]), (vec![secret.clone()], &json!(true)));
    let read = api.get(ANN, PROFILE).await.expect(200);
    assert_eq!((shown(&read), &read["has_notification_secret"]), (None, &json!(true)));
    let moved = patch(&api, json!({"notification_webhook_url": "https://hooks.example.com/b"})).await;
    assert_eq!((shown(&moved), signing(&api).await), (None, vec![secret.clone()]), "it stays with another address");
    let removed = patch(&api, json!({"notification_webhook_url": null})).await;
    assert_eq!((&removed["has_notification_secret"], signing(&api).await), (&json!(false), vec![]));
    let again = patch(&api, body).await;
    assert_eq!(signing(&api).await, [shown(&again).expect("another one")]);
    assert_ne!(shown(&again), Some(secret.as_str()));
}

#[tokio::test]
async fn address_without_a_secret_gets_one_when_it_changes_or_is_rotated() {
    let api = TestApi::new().await;
    let old = Account {
        notification_webhook: Some("https://hooks.example.com/old".parse().unwrap()),
        ..Account::free(user(ANN))
    };
    api.store.put_account(&old).await.unwrap();
    let edited = patch(&api, json!({"timezone": "UTC"})).await;
    assert_eq!(
        (shown(&edited), &edited["has_notification_secret"]),
        (None, &json!(false)),
        "its receiver is not affected"
    );
    let rotated = api.post(ANN, ROTATE).await.expect(200);
    assert_eq!(rotated["previous_secret_until"], Value::Null);
    assert_eq!(signing(&api).await, [shown(&rotated).expect("shown")]);
    api.store.put_account(&old).await.unwrap();
    let moved = patch(&api, json!({"notification_webhook_url": "https://hooks.example.com/new"})).await;
    assert_eq!(signing(&api).await, [shown(&moved).expect("shown")]);
}

#[tokio::test]
async fn rotated_secret_signs_for_a_day_and_a_sixth_is_refused_unless_it_is_forced() {
    let api = TestApi::new().await;
    let set = patch(&api, json!({"notification_webhook_url": "https://hooks.example.com/a"})).await;
    let mut secrets = vec![shown(&set).unwrap().to_owned()];
    for _ in 0..4 {
        let answer = api.post(ANN, ROTATE).await;
        let rotated = answer.expect(200);
        assert_eq!(rotated["previous_secret_until"], "2026-01-16T10:30:00.000Z");
        secrets.insert(0, shown(&rotated).unwrap().to_owned());
    }
    assert_eq!(signing(&api).await, secrets);
    api.post(ANN, ROTATE).await.expect_problem("SIGNING_SECRETS_IN_USE");
    let forced = api.post(ANN, &format!("{ROTATE}?force=true")).await.expect(200);
    secrets.insert(0, shown(&forced).unwrap().to_owned());
    secrets.pop();
    assert_eq!(signing(&api).await, secrets);
    api.stack.pass(Duration::hours(24));
    assert_eq!(signing(&api).await, secrets[..1]);
}

#[tokio::test]
async fn rotation_without_an_address_or_of_another_version_is_refused() {
    let api = TestApi::new().await;
    let problem = api.post(ANN, ROTATE).await.expect_problem("CONFLICT");
    assert!(problem["detail"].as_str().unwrap().contains("'notification_webhook_url'"), "{problem}");
    patch(&api, json!({"notification_webhook_url": "https://hooks.example.com/a"})).await;
    let rotate = async |version| api.send(ANN, (Method::POST, ROTATE), &[("if-match", version)], None).await;
    rotate("\"0\"").await.expect_problem("PRECONDITION_FAILED");
    let rotated = rotate("\"1\"").await;
    rotated.expect(200);
    assert_eq!(rotated.header("etag"), Some("\"2\""));
}

#[tokio::test]
async fn concurrent_rotations_each_give_a_secret_that_signs() {
    let api = TestApi::new().await;
    let set = patch(&api, json!({"notification_webhook_url": "https://hooks.example.com/a"})).await;
    let answers = futures::future::join_all((0..4).map(|_| api.post(ANN, ROTATE))).await;
    let mut given: Vec<String> = answers.iter().map(|answer| shown(&answer.expect(200)).unwrap().to_owned()).collect();
    given.push(shown(&set).unwrap().to_owned());
    let mut signing = signing(&api).await;
    given.sort();
    signing.sort();
    assert_eq!(signing, given);
}

#[tokio::test]
async fn repeated_key_makes_one_new_secret_shown_once() {
    let api = TestApi::new().await;
    patch(&api, json!({"notification_webhook_url": "https://hooks.example.com/a"})).await;
    let rotate = async || api.start_once(ANN, ROTATE, "key", "").await.expect(200);
    let answers = futures::future::join_all((0..6).map(|_| rotate())).await;
    let secrets: Vec<&str> = answers.iter().filter_map(shown).collect();
    assert_eq!((secrets.len(), signing(&api).await[0].as_str()), (1, secrets[0]));
    assert_eq!((shown(&rotate().await), signing(&api).await.len()), (None, 2));
    let forced = format!("{ROTATE}?force=true");
    api.start_once(ANN, &forced, "key", "").await.expect_problem("IDEMPOTENCY_KEY_REUSED");
}
