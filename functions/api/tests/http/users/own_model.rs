//! A model of the user's own in the profile. Its address is a literal outside address wherever it must pass: nothing is
//! resolved, and nobody connects.

use crate::support::call::{Answer, pointers};
use crate::support::house::{House, user};
use crate::support::stack::{ANN, BOB};
use app::ports::{Accounts, SecretContext, Vault};
use domain::account::{Account, Plan};
use serde_json::{Value, json};

const BASE: &str = "https://93.184.215.14/v1";

async fn pro() -> House {
    let house = House::new().await;
    let account = Account { plan: Plan::Pro, limits_version: 1, ..Account::free(user(ANN)) };
    house.store.put_account(&account).await.unwrap();
    house
}

async fn put(house: &House, model: &Value) -> Answer {
    house.put(ANN, "/users/profile", &json!({"model": model})).await
}

/// The key as it stands in the store, opened.
async fn key(house: &House) -> Option<Vec<u8>> {
    let sealed = house.store.account(user(ANN)).await.unwrap().own_model?.key?;
    Some(house.stack.outside.vault.open(SecretContext::of_account(user(ANN)), &sealed).await.unwrap())
}

#[tokio::test]
async fn it_is_set_without_its_key_being_told_and_removed_by_leaving_it_out() {
    let house = pro().await;
    let model = json!({
        "base_url": BASE, "api_key": "sk-own", "model": "llama-3",
        "prices": {"input": 0.15, "cached_input": 0.075, "cache_write": 0.1875, "output": 0.6},
    });
    let answer = put(&house, &model).await;
    assert!(!answer.text.contains("sk-own"));
    let set = answer.expect(200);
    let expected = json!({
        "base_url": BASE, "model": "llama-3", "has_api_key": true, "in_use": true,
        "prices": {"input": 0.15, "cached_input": 0.075, "cache_write": 0.1875, "output": 0.6},
    });
    assert_eq!((&set["model"], &set["limits"]["own_model"]), (&expected, &json!(true)));
    assert_eq!(house.get(ANN, "/users/profile").await.expect(200), set);
    assert_eq!(key(&house).await.as_deref(), Some(&b"sk-own"[..]));
    assert_eq!(house.get(BOB, "/users/profile").await.expect(200)["model"], Value::Null);
    let gone = house.put(ANN, "/users/profile", &json!({})).await.expect(200);
    assert_eq!(gone["model"], Value::Null);
    assert_eq!(house.store.account(user(ANN)).await.unwrap().own_model, None);
}

#[tokio::test]
async fn a_key_stays_at_its_host_is_removed_by_null_and_never_moves_to_another() {
    let house = pro().await;
    put(&house, &json!({"base_url": BASE, "api_key": "sk-own", "model": "m"})).await.expect(200);
    let kept = put(&house, &json!({"base_url": "https://93.184.215.14/v2", "model": "m2"})).await.expect(200);
    assert_eq!((&kept["model"]["has_api_key"], &kept["model"]["model"]), (&json!(true), &json!("m2")));
    assert_eq!(key(&house).await.as_deref(), Some(&b"sk-own"[..]));
    for elsewhere in ["https://93.184.215.15/v1", "https://93.184.215.14:8443/v1"] {
        let moved = put(&house, &json!({"base_url": elsewhere, "model": "m"})).await;
        assert_eq!(pointers(&moved.expect_problem("VALIDATION_FAILED")), ["/model/api_key"], "{elsewhere}");
    }
    assert_eq!(key(&house).await.as_deref(), Some(&b"sk-own"[..]), "a refusal changes nothing");
    let elsewhere = json!({"base_url": "https://93.184.215.15/v1", "model": "m", "api_key": null});
    assert_eq!(put(&house, &elsewhere).await.expect(200)["model"]["has_api_key"], false);
    assert_eq!(key(&house).await, None);
}

#[tokio::test]
async fn a_plan_that_does_not_allow_it_refuses_it_and_keeps_one_that_was_set_before() {
    let house = House::new().await;
    let model = json!({"base_url": BASE, "model": "m"});
    let refused = put(&house, &model).await.expect_problem("PLAN_LIMIT_REACHED");
    assert!(refused["detail"].as_str().unwrap().contains("plan"), "{refused}");
    assert_eq!(house.store.account(user(ANN)).await.unwrap().own_model, None);
    assert_eq!(house.get(ANN, "/users/profile").await.expect(200)["limits"]["own_model"], false);

    let house = pro().await;
    put(&house, &model).await.expect(200);
    let account = house.store.account(user(ANN)).await.unwrap();
    house.store.put_account(&Account { plan: Plan::Free, limits_version: 2, ..account }).await.unwrap();
    assert_eq!(house.get(ANN, "/users/profile").await.expect(200)["model"]["in_use"], false);
    put(&house, &model).await.expect_problem("PLAN_LIMIT_REACHED");
    house.put(ANN, "/users/profile", &json!({"timezone": "Europe/Berlin"})).await.expect(200);
}

#[tokio::test]
async fn an_address_inside_or_without_tls_is_refused_when_it_is_set() {
    let house = pro().await;
    for inside in [
        "https://127.0.0.1/v1",
        "https://169.254.169.254/v1",
        "https://10.0.0.7:8443",
        "https://[::1]/v1",
        "http://127.0.0.1:8080/v1",
        "http://models.example.com/v1",
        "https://me:secret@93.184.215.14/v1",
    ] {
        let refused = put(&house, &json!({"base_url": inside, "model": "m"})).await;
        assert_eq!(pointers(&refused.expect_problem("VALIDATION_FAILED")), ["/model/base_url"], "{inside}");
        assert!(!refused.text.contains("secret"));
    }
    assert_eq!(house.store.account(user(ANN)).await.unwrap().own_model, None);
}

#[tokio::test]
async fn every_wrong_member_is_named_at_once_and_no_key_is_repeated() {
    let house = pro().await;
    let wrong = json!({
        "base_url": "x", "api_key": "sk-own two", "model": "plain", "temperature": 1,
        "prices": {"input": 0.123_456_7, "output": "1", "reasoning": 0},
    });
    let refused = put(&house, &wrong).await;
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
        let refused = put(&house, &json!({"base_url": BASE, "model": "m", "prices": prices})).await;
        assert_eq!(pointers(&refused.expect_problem("VALIDATION_FAILED")), [pointer], "{prices}");
    }
    let text = house.put(ANN, "/users/profile", &json!({"model": "gpt-4o-mini"})).await;
    assert_eq!(pointers(&text.expect_problem("VALIDATION_FAILED")), ["/model"]);
}

#[tokio::test]
async fn prices_are_kept_as_they_are_written() {
    let house = pro().await;
    for (written, answered) in [("0.1", "0.1"), ("1e-1", "0.1"), ("0.000001", "0.000001"), ("1000000", "1000000")] {
        let body = format!(
            r#"{{"model": {{"base_url": "{BASE}", "model": "m", "prices": {{"input": {written}, "output": 0}}}}}}"#
        );
        let body: Value = serde_json::from_str(&body).unwrap();
        let set = house.put(ANN, "/users/profile", &body).await.expect(200);
        let prices = &set["model"]["prices"];
        assert_eq!(prices["input"].to_string(), answered, "{written}");
        assert_eq!(prices["cached_input"], prices["input"], "without a price of its own");
    }
}
