//! Headers of a webhook: set, kept, removed; their values are never returned and never go to another host.

use crate::support::call::pointers;
use crate::support::stack::ANN;
use crate::support::test_api::{TestApi, user};
use app::ports::{Configurations, SecretContext, Vault};
use axum::http::Method;
use domain::delivery::CustomHeaders;
use domain::id::ConfigurationId;
use serde_json::{Value, json};

const PATH: &str = "/report-configurations";
const URL: &str = "https://hooks.example.com/a";

fn body(api: &TestApi, headers: &Value) -> Value {
    json!({
        "repository_id": api.repository.id.to_string(), "branch": "main", "schedule": "@daily",
        "webhook_url": URL, "webhook_headers": headers,
    })
}

/// A configuration with these headers.
async fn made(api: &TestApi, headers: Value) -> String {
    let made = api.create(ANN, PATH, &body(api, &headers)).await.expect(201);
    format!("{PATH}/{}", made["id"].as_str().unwrap())
}

async fn patch(api: &TestApi, path: &str, body: Value) -> crate::support::call::Answer {
    api.send(ANN, (Method::PATCH, path), &[], Some(&body)).await
}

/// The stored headers, opened as a delivery opens them.
async fn stored(api: &TestApi, path: &str) -> Vec<(String, String)> {
    let id = ConfigurationId::parse(path.rsplit('/').next().unwrap()).unwrap();
    let found = api.store.configuration(user(ANN), id).await.unwrap().unwrap();
    let Some(headers) = found.headers else { return Vec::new() };
    let context = SecretContext::of_configuration(user(ANN), id);
    let bytes = api.stack.outside.vault.open(context, &headers.sealed).await.unwrap();
    let headers = CustomHeaders::from_bytes(&bytes).unwrap();
    headers.all().iter().map(|(name, value)| (name.to_string(), value.expose().to_owned())).collect()
}

fn pairs<const N: usize>(pairs: [(&str, &str); N]) -> Vec<(String, String)> {
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

#[tokio::test]
async fn values_are_stored_encrypted_and_only_names_are_returned() {
    let api = TestApi::new().await;
    let sent = json!({"X-Api-Key": "hunter2-secret", "Authorization": "Bearer topsecret-token"});
    let answer = api.create(ANN, PATH, &body(&api, &sent)).await;
    let shown = json!({"Authorization": true, "X-Api-Key": true});
    assert_eq!(answer.expect(201)["webhook_headers"], shown);
    let path = format!("{PATH}/{}", answer.json()["id"].as_str().unwrap());
    let read = api.get(ANN, &path).await;
    assert_eq!(read.expect(200)["webhook_headers"], shown);
    for text in [&answer.text, &read.text, &api.items().await.concat()] {
        assert!(!text.contains("hunter2") && !text.contains("topsecret"), "{text}");
    }
    let expected = pairs([("Authorization", "Bearer topsecret-token"), ("X-Api-Key", "hunter2-secret")]);
    assert_eq!(stored(&api, &path).await, expected);
}

#[tokio::test]
async fn true_keeps_a_value_a_text_sets_it_and_null_or_omission_removes_it() {
    let api = TestApi::new().await;
    let path = made(&api, json!({"x-a": "one", "x-b": "two"})).await;
    let read = api.get(ANN, &path).await.expect(200);
    api.put(ANN, &path, &read).await.expect(200);
    assert_eq!(stored(&api, &path).await, pairs([("x-a", "one"), ("x-b", "two")]), "a GET's body can be sent back");
    patch(&api, &path, json!({"name": "Other"})).await.expect(200);
    assert_eq!(stored(&api, &path).await.len(), 2, "an edit of something else");
    patch(&api, &path, json!({"webhook_headers": {"x-b": "new", "x-c": "three"}})).await.expect(200);
    assert_eq!(stored(&api, &path).await, pairs([("x-a", "one"), ("x-b", "new"), ("x-c", "three")]));
    patch(&api, &path, json!({"webhook_headers": {"x-a": null}})).await.expect(200);
    assert_eq!(stored(&api, &path).await, pairs([("x-b", "new"), ("x-c", "three")]));
    api.put(ANN, &path, &body(&api, &json!({"x-c": true}))).await.expect(200);
    assert_eq!(stored(&api, &path).await, pairs([("x-c", "three")]));
    api.put(ANN, &path, &body(&api, &Value::Null)).await.expect(200);
    assert_eq!(stored(&api, &path).await, pairs([]));
}

#[tokio::test]
async fn patch_changes_a_header_whatever_the_case_of_its_name() {
    let api = TestApi::new().await;
    let path = made(&api, json!({"X-Api-Key": "one", "x-b": "two"})).await;
    let change = async |headers: Value| patch(&api, &path, json!({"webhook_headers": headers})).await;
    change(json!({"x-api-key": true})).await.expect(200);
    assert_eq!(stored(&api, &path).await, pairs([("x-api-key", "one"), ("x-b", "two")]));
    change(json!({"X-API-KEY": "new"})).await.expect(200);
    assert_eq!(stored(&api, &path).await, pairs([("X-API-KEY", "new"), ("x-b", "two")]));
    change(json!({"x-Api-Key": "a", "x-api-key": "b"})).await.expect_problem("VALIDATION_FAILED");
    let removed = change(json!({"x-api-key": null})).await.expect(200);
    assert_eq!(removed["webhook_headers"], json!({"x-b": true}));
    assert_eq!(stored(&api, &path).await, pairs([("x-b", "two")]));
}

#[tokio::test]
async fn values_are_kept_at_their_host_and_refused_at_another() {
    let api = TestApi::new().await;
    let path = made(&api, json!({"x-a": "one"})).await;
    patch(&api, &path, json!({"webhook_url": "https://hooks.example.com/b"})).await.expect(200);
    assert_eq!(stored(&api, &path).await, pairs([("x-a", "one")]));
    for elsewhere in ["https://other.example.com/a", "https://hooks.example.com:8443/a"] {
        let problem = patch(&api, &path, json!({"webhook_url": elsewhere})).await.expect_problem("VALIDATION_FAILED");
        assert_eq!(pointers(&problem), ["/webhook_headers"], "{problem}");
    }
    assert_eq!(api.get(ANN, &path).await.expect(200)["webhook_url"], "https://hooks.example.com/b");
    let moved = json!({"webhook_url": "https://other.example.com/a", "webhook_headers": {"x-a": "two"}});
    patch(&api, &path, moved).await.expect(200);
    assert_eq!(stored(&api, &path).await, pairs([("x-a", "two")]), "sent again, it is stored for that host");
    let removed = patch(&api, &path, json!({"webhook_url": null})).await.expect(200);
    assert_eq!((&removed["webhook_headers"], stored(&api, &path).await), (&json!({}), pairs([])));
    let problem = patch(&api, &path, json!({"webhook_headers": {"x": "y"}})).await.expect_problem("VALIDATION_FAILED");
    assert_eq!(pointers(&problem), ["/webhook_headers"], "without an address");
}

#[tokio::test]
async fn invalid_headers_are_refused_with_their_names_and_without_their_values() {
    let api = TestApi::new().await;
    let eleven: serde_json::Map<String, Value> = (0..11).map(|number| (format!("x-{number}"), json!("v"))).collect();
    for (headers, pointer) in [
        (json!({"host": "secret-value"}), "/webhook_headers/host"),
        (json!({"Webhook-Id": "secret-value"}), "/webhook_headers/Webhook-Id"),
        (json!({"content-length": "secret-value"}), "/webhook_headers/content-length"),
        (json!({"x y": "secret-value"}), "/webhook_headers/x y"),
        (json!({"x": "secret-value\r\nhost: y"}), "/webhook_headers/x"),
        (json!({"x": ""}), "/webhook_headers/x"),
        (json!({"x": 7}), "/webhook_headers/x"),
        (json!({"x": false}), "/webhook_headers/x"),
        (json!({"x": true}), "/webhook_headers/x"),
        (json!({"x": "a", "X": "b"}), "/webhook_headers/x"),
        (json!("secret-value"), "/webhook_headers"),
        (json!(["secret-value"]), "/webhook_headers"),
        (Value::Object(eleven), "/webhook_headers"),
    ] {
        let problem = api.create(ANN, PATH, &body(&api, &headers)).await.expect_problem("VALIDATION_FAILED");
        assert_eq!(pointers(&problem), [pointer], "{headers}: {problem}");
        assert!(!problem.to_string().contains("secret-value"), "{problem}");
    }
}
