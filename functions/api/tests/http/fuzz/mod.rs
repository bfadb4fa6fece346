//! Every operation of the document with a body, under bodies that no client should send. Every answer follows the
//! contract: never a 5xx, and a refusal is a problem with a listed code.

mod values;

use crate::support::call::{Answer, request, send};
use crate::support::stack::ANN;
use crate::support::test_api::TestApi;
use crate::support::token;
use api::openapi::{document, listed};
use axum::body::Body;
use axum::http::Method;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use testkit::engine::direct::DirectEngine;
use values::{hostile, malformed, queries};

/// Random bodies per operation.
const DRAWN: usize = 64;
/// More than 256 KiB.
const TOO_LARGE: usize = 300 * 1024;

/// An operation, addressed to a record of Ann's.
struct Target {
    name: String,
    method: Method,
    path: String,
    /// The schema of its body; `None` if it takes none.
    schema: Option<Value>,
}

/// Every POST and PUT.
fn targets(api: &TestApi, run: &str) -> Vec<Target> {
    let found = addressed(api, run, |method| method == "POST" || method == "PUT");
    assert!(found.len() >= 13, "{}", found.len());
    assert!(found.iter().filter(|target| target.schema.is_some()).count() >= 8);
    found
}

/// The operations of some methods.
fn addressed(api: &TestApi, run: &str, wanted: impl Fn(&str) -> bool) -> Vec<Target> {
    let document = document();
    let mut found = Vec::new();
    for (method, place, _) in listed().into_iter().filter(|(method, _, _)| wanted(method)) {
        let id = match place.split('/').nth(1).unwrap() {
            "report-runs" => run.to_owned(),
            "report-configurations" => api.configuration.id.to_string(),
            "repositories" => api.repository.id.to_string(),
            _ => ANN.to_owned(),
        };
        let path: Vec<&str> =
            place.split('/').map(|part| if part.starts_with('{') { id.as_str() } else { part }).collect();
        let body =
            &document["paths"][&place][method.to_lowercase()]["requestBody"]["content"]["application/json"]["schema"];
        let schema = body["$ref"]
            .as_str()
            .map(|reference| document.pointer(reference.strip_prefix('#').unwrap()).unwrap().clone());
        found.push(Target {
            name: format!("{method} {place}"),
            method: method.parse().unwrap(),
            path: path.join("/"),
            schema,
        });
    }
    found
}

/// The API on an engine that is called instead of connected to, because thousands of requests are made here.
struct Fuzz {
    api: TestApi,
    token: String,
    targets: Vec<Target>,
    _engine: DirectEngine,
}

impl Fuzz {
    async fn new() -> Self {
        let engine = DirectEngine::memory().await.unwrap();
        let api = TestApi::on(Arc::new(engine.store())).await;
        let run = api.report("Text.").await.to_string();
        let mut claims = token::claims(ANN, api.stack.seconds());
        claims["app_metadata"] = json!({"role": "admin"});
        let (token, targets) = (token::with(&claims), targets(&api, &run));
        Self { api, token, targets, _engine: engine }
    }

    /// Sends a request and checks what holds for every answer.
    async fn send(&self, target: &Target, body: impl Into<Vec<u8>>) -> Answer {
        let body: Vec<u8> = body.into();
        let shown = String::from_utf8_lossy(&body[..body.len().min(300)]).into_owned();
        let ask = request(target.method.clone(), &target.path, Some(&self.token));
        let ask = ask.header("content-type", "application/json").body(Body::from(body)).unwrap();
        let answer = send(&self.api.stack.router, ask).await;
        assert!(!answer.status.is_server_error(), "{} under {shown:?}: {}", target.name, answer.text);
        answer.assert_contract();
        let repeated = if answer.status.is_success() { 0 } else { answer.text.len() };
        assert!(repeated < 64 * 1024, "{} under {shown:?}: the answer repeats the caller's text", target.name);
        answer
    }
}

/// The example of the schema, with a member's JSON text in place of its value.
fn with(example: &Map<String, Value>, name: &str, text: &str) -> String {
    let others = example.iter().filter(|(key, _)| *key != name);
    let others = others.map(|(key, value)| format!("{}: {value}", json!(key)));
    let members: Vec<String> = others.chain([format!("{}: {text}", json!(name))]).collect();
    format!("{{{}}}", members.join(", "))
}

#[tokio::test]
async fn malformed_json_is_refused_by_every_operation_with_a_body() {
    let fuzz = Fuzz::new().await;
    for target in &fuzz.targets {
        for body in malformed() {
            let answer = fuzz.send(target, body).await;
            if target.schema.is_some() {
                answer.expect_problem("MALFORMED_JSON");
            }
        }
        for byte in [b' ', b'[', b'0', 0xff] {
            fuzz.send(target, vec![byte; TOO_LARGE]).await.expect_problem("PAYLOAD_TOO_LARGE");
        }
    }
}

#[tokio::test]
async fn any_value_of_any_member_is_answered_by_the_contract() {
    let fuzz = Fuzz::new().await;
    let mut tried = 0;
    for target in &fuzz.targets {
        let Some(schema) = &target.schema else { continue };
        let example = schema["example"].as_object().unwrap_or_else(|| panic!("{} shows no body", target.name));
        for name in schema["properties"].as_object().unwrap().keys().map(String::as_str).chain(["unknown"]) {
            for value in hostile() {
                let answer = fuzz.send(target, with(example, name, &value)).await;
                if name == "unknown" {
                    assert!(["MALFORMED_JSON", "VALIDATION_FAILED"].contains(&answer.json()["code"].as_str().unwrap()));
                }
                tried += 1;
            }
        }
    }
    assert!(tried > 1_500, "{tried}");
}

/// Every operation except the public ones, under every query, also without a body.
#[tokio::test]
async fn any_query_is_answered_by_the_contract() {
    let fuzz = Fuzz::new().await;
    let run = fuzz.api.report("Text.").await.to_string();
    let all = addressed(&fuzz.api, &run, |_| true);
    assert!(all.len() >= 32, "{}", all.len());
    for mut target in all {
        let path = target.path.clone();
        for query in queries() {
            target.path = format!("{path}?{query}");
            let answer = fuzz.send(&target, "").await;
            let unread = answer.status.is_success() && target.method != Method::GET;
            assert!(!unread || query.chars().all(|letter| letter == '&'), "{} ignores '{query:.40}'", target.name);
        }
    }
}

/// Headers with a meaning, under values that no client should send.
#[tokio::test]
async fn any_header_is_answered_by_the_contract() {
    let fuzz = Fuzz::new().await;
    let long = "x".repeat(60_000);
    for target in &fuzz.targets {
        for name in
            ["idempotency-key", "if-match", "content-type", "x-request-id", "accept", "content-encoding", "range"]
        {
            for value in [
                &b""[..],
                b"\xff\xfe",
                b"*",
                b"\"",
                b"W/\"1\"",
                b"\"1\", *, \"99999999999999999999\"",
                b"a\tb",
                b",,,",
                long.as_bytes(),
            ] {
                let ask = request(target.method.clone(), &target.path, Some(&fuzz.token)).header(name, value);
                let answer = send(&fuzz.api.stack.router, ask.body(Body::from("{")).unwrap()).await;
                assert!(!answer.status.is_server_error(), "{} under {name}: {}", target.name, answer.text);
                answer.assert_contract();
            }
        }
    }
}

/// Any JSON, of the types and the names that bodies have.
fn any_json(names: Vec<String>) -> impl Strategy<Value = Value> {
    let number = prop_oneof![any::<i64>().prop_map(Value::from), any::<u64>().prop_map(Value::from), huge()];
    let leaf =
        prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from), number, ".{0,40}".prop_map(Value::from)];
    let name = prop_oneof![4 => proptest::sample::select(names), 1 => ".{0,12}"];
    leaf.prop_recursive(4, 24, 6, move |inner| {
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            4 => prop::collection::btree_map(name.clone(), inner, 0..8).prop_map(|members| {
                Value::Object(members.into_iter().collect())
            }),
        ]
    })
}

/// Numbers that exceed every machine type.
fn huge() -> impl Strategy<Value = Value> {
    (any::<bool>(), "[1-9][0-9]{0,60}", -400_i32..400).prop_map(|(negative, digits, exponent)| {
        let sign = if negative { "-" } else { "" };
        serde_json::from_str(&format!("{sign}{digits}e{exponent}")).unwrap()
    })
}

#[tokio::test]
async fn any_body_is_answered_by_the_contract() {
    let fuzz = Fuzz::new().await;
    let mut runner = TestRunner::deterministic();
    for target in &fuzz.targets {
        let members = target.schema.as_ref().and_then(|schema| schema["properties"].as_object());
        let names = members.map_or_else(|| vec!["a".to_owned()], |members| members.keys().cloned().collect());
        let (json, bytes) = (any_json(names), prop::collection::vec(any::<u8>(), 0..200));
        for _ in 0..DRAWN {
            let body = json.new_tree(&mut runner).unwrap().current();
            fuzz.send(target, body.to_string()).await;
            let body = bytes.new_tree(&mut runner).unwrap().current();
            fuzz.send(target, body).await;
        }
    }
}
