//! A user's own model in the profile. Addresses that must be accepted are literal public ones: nothing is resolved,
//! and nothing connects.

use crate::support::call::{Answer, pointers};
use crate::support::stack::{ANN, BOB};
use crate::support::test_api::{TestApi, user};
use app::ports::{Accounts, SecretContext, Vault};
use domain::account::{Account, Plan};
use serde_json::{Value, json};

const BASE: &str = "https://93.184.215.14/v1";

async fn pro() -> TestApi {
    let api = TestApi::new().await;
    let account = Account { plan: Plan::Pro, limits_version: 1, ..Account::free(user(ANN)) };
    api.store.put_account(&account).await.unwrap();
    api
}

async fn put(api: &TestApi, model: &Value) -> Answer {
    api.put(ANN, "/users/profile", &json!({"model": model})).await
}

/// The stored key, opened.
async fn key(api: &TestApi) -> Option<Vec<u8>> {
    let sealed = api.store.account(user(ANN)).await.unwrap().own_model?.key?;
    Some(api.stack.outside.vault.open(SecretContext::of_account(user(ANN)), &sealed).await.unwrap())
}

#[tokio::test]
async fn model_is_set_without_returning_its_key_and_removed_by_omission() {
    let api = pro().await;
    let model = json!({
        "base_url": BASE, "api_key": "sk-own", "model": "llama-3",
        "prices": {"input": 0.15, "cached_input": 0.075, "cache_write": 0.1875, "output": 0.6},
    });
    let answer = put(&api, &model).await;
    assert!(!answer.text.contains("sk-own"));
    let set = answer.expect(200);
    let expected = json!({
        "base_url": BASE, "model": "llama-3", "has_api_key": true, "in_use": true,
        "prices": {"input": 0.15, "cached_input": 0.075, "cache_write": 0.1875, "output": 0.6},
    });
    assert_eq!((&set["model"], &set["limits"]["own_model"]), (&expected, &json!(true)));
    assert_eq!(api.get(ANN, "/users/profile").await.expect(200), set);
    assert_eq!(key(&api).await.as_deref(), Some(&b"sk-own"[..]));
    assert_eq!(api.get(BOB, "/users/profile").await.expect(200)["model"], Value::Null);
    let removed = api.put(ANN, "/users/profile", &json!({})).await.expect(200);
    assert_eq!(removed["model"], Value::Null);
    assert_eq!(api.store.account(user(ANN)).await.unwrap().own_model, None);
}

#[tokio::test]
async fn key_is_kept_at_its_host_removed_by_null_and_never_moved() {
    let api = pro().await;
    put(&api, &json!({"base_url": BASE, "api_key": "sk-own", "model": "m"})).await.expect(200);
    let kept = put(&api, &json!({"base_url": "https://93.184.215.14/v2", "model": "m2"})).await.expect(200);
    assert_eq!((&kept["model"]["has_api_key"], &kept["model"]["model"]), (&json!(true), &json!("m2")));
    assert_eq!(key(&api).await.as_deref(), Some(&b"sk-own"[..]));
    for elsewhere in ["https://93.184.215.15/v1", "https://93.184.215.14:8443/v1"] {
        let moved = put(&api, &json!({"base_url": elsewhere, "model": "m"})).await;
        assert_eq!(pointers(&moved.expect_problem("VALIDATION_FAILED")), ["/model/api_key"], "{elsewhere}");
    }
    assert_eq!(key(&api).await.as_deref(), Some(&b"sk-own"[..]), "a refusal changes nothing");
    let elsewhere = json!({"base_url": "https://93.184.215.15/v1", "model": "m", "api_key": null});
    assert_eq!(put(&api, &elsewhere).await.expect(200)["model"]["has_api_key"], false);
    assert_eq!(key(&api).await, None);
}

#[tokio::test]
async fn plan_without_own_models_refuses_one_and_keeps_an_existing_one() {
    let api = TestApi::new().await;
    let model = json!({"base_url": BASE, "model": "m"});
    let refused = put(&api, &model).await.expect_problem("PLAN_LIMIT_REACHED");
    assert!(refused["detail"].as_str().unwrap().contains("plan"), "{refused}");
    assert_eq!(api.store.account(user(ANN)).await.unwrap().own_model, None);
    assert_eq!(api.get(ANN, "/users/profile").await.expect(200)["limits"]["own_model"], false);

    let api = pro().await;
    put(&api, &model).await.expect(200);
    let account = api.store.account(user(ANN)).await.unwrap();
    api.store.put_account(&Account { plan: Plan::Free, limits_version: 2, ..account }).await.unwrap();
    assert_eq!(api.get(ANN, "/users/profile").await.expect(200)["model"]["in_use"], false);
    put(&api, &model).await.expect_problem("PLAN_LIMIT_REACHED");
    api.put(ANN, "/users/profile", &json!({"timezone": "Europe/Berlin"})).await.expect(200);
}

#[tokio::test]
async fn address_in_a_private_network_or_without_tls_is_refused() {
    let api = pro().await;
    for inside in [
        "https://127.0.0.1/v1",
        "https://169.254.169.254/v1",
        "https://10.0.0.7:8443",
        "https://[::1]/v1",
        "http://127.0.0.1:8080/v1",
        "http://models.example.com/v1",
        "https://me:secret@93.184.215.14/v1",
    ] {
        let refused = put(&api, &json!({"base_url": inside, "model": "m"})).await;
        assert_eq!(pointers(&refused.expect_problem("VALIDATION_FAILED")), ["/model/base_url"], "{inside}");
        assert!(!refused.text.contains("secret"));
    }
    assert_eq!(api.store.account(user(ANN)).await.unwrap().own_model, None);
}

#[tokio::test]
async fn all_invalid_members_are_reported_at_once_and_no_key_is_repeated() {
    let api = pro().await;
    let wrong = json!({
        "base_url": "x", "api_key": "sk-own two", "model": "plain", "temperature": 1,
        "prices": {"input": 0.123_456_7, "output": "1", "reasoning": 0},
    });
    let refused = put(&api, &wrong).await;
    let mut named = pointers(&refused.expect_problem("VALIDATION_FAILED"));
    named.sort();
    let expected = [
        "/model/api_key",
        "/model/base_url",
        "/model/model",
        "/model/prices/output",
        "/model/prices/reasoning",
        "/model/temperature",
    ];
    assert_eq!(named, expected);
    assert!(!refused.text.contains("sk-own"));
    for (prices, pointer) in [
        (json!({"input": 0.123_456_7, "output": 1}), "/model/prices/input"),
        (json!({"input": -1, "output": 1}), "/model/prices/input"),
        (json!({"input": 1}), "/model/prices/output"),
        (json!({"input": 1, "cached_input": 2, "output": 1}), "/model/prices/cached_input"),
        (json!({"input": 1, "output": 1_000_001}), "/model/prices/output"),
        (json!([1, 2]), "/model/prices"),
    ] {
        let refused = put(&api, &json!({"base_url": BASE, "model": "m", "prices": prices})).await;
        assert_eq!(pointers(&refused.expect_problem("VALIDATION_FAILED")), [pointer], "{prices}");
    }
    let text = api.put(ANN, "/users/profile", &json!({"model": "gpt-4o-mini"})).await;
    assert_eq!(pointers(&text.expect_problem("VALIDATION_FAILED")), ["/model"]);
}

#[tokio::test]
async fn prices_are_stored_exactly() {
    let api = pro().await;
    for (written, answered) in [("0.1", "0.1"), ("1e-1", "0.1"), ("0.000001", "0.000001"), ("1000000", "1000000")] {
        let body = format!(
            r#"{{"model": {{"base_url": "{BASE}", "model": "m", "prices": {{"input": {written}, "output": 0}}}}}}"#
        );
        let body: Value = serde_json::from_str(&body).unwrap();
        let set = api.put(ANN, "/users/profile", &body).await.expect(200);
        let prices = &set["model"]["prices"];
        assert_eq!(prices["input"].to_string(), answered, "{written}");
        assert_eq!(prices["cached_input"], prices["input"], "the default is the input price");
    }
}
