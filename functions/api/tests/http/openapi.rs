//! The contract as a document, and what holds for every operation that it lists.

use crate::support::call::{get, request, send};
use crate::support::down::Down;
use crate::support::house::House;
use crate::support::stack::{ANN, BOB, Stack};
use api::openapi::{document, listed};
use axum::body::Body;
use axum::http::Method;
use domain::id::RunId;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What anyone may call.
const PUBLIC: [&str; 4] = ["/health", "/openapi.json", "/plans", "/ready"];

#[test]
fn the_kept_document_is_that_of_the_code() {
    let kept: Value = serde_json::from_str(include_str!("../../openapi.json")).unwrap();
    let made = document();
    let differs: Vec<&str> = ["openapi", "info", "paths", "components", "security"]
        .into_iter()
        .filter(|key| kept[key] != made[key])
        .collect();
    assert!(kept == made, "openapi.json is out of date in {differs:?}: run `cargo run -p api --example openapi`");
}

#[tokio::test]
async fn it_is_served_to_anyone() {
    let stack = Stack::on(Arc::new(Down::Panicking), &[]);
    let answer = get(&stack.router, "/openapi.json", None).await;
    assert_eq!(answer.expect(200), document());
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert!(answer.text.contains("\"openapi\": \"3.1"));
}

fn operations(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, methods)| {
            methods.as_object().unwrap().iter().map(move |(method, operation)| (format!("{method} {path}"), operation))
        })
        .collect()
}

#[test]
fn every_operation_is_described_with_its_errors_and_examples() {
    let document = document();
    let mut ids = BTreeSet::new();
    for (name, operation) in operations(&document) {
        assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{name}");
        assert!(ids.insert(operation["operationId"].as_str().unwrap()), "{name} has an id of its own");
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.keys().any(|status| status.starts_with('2')), "{name}");
        assert!(responses.contains_key("500"), "{name}");
        for (status, response) in responses {
            assert!(!response["description"].as_str().unwrap().is_empty(), "{name} {status}");
            assert!(response["headers"].get("X-Request-Id").is_some(), "{name} {status}");
            if !status.starts_with('2') {
                let content = &response["content"]["application/problem+json"];
                assert!(!content["examples"].as_object().unwrap().is_empty(), "{name} {status}");
            }
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            assert!(parameter["description"].as_str().is_some_and(|text| !text.is_empty()), "{name} {parameter}");
        }
    }
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        for (field, property) in schema["properties"].as_object().into_iter().flatten() {
            assert!(property.is_object(), "{name}.{field}");
        }
    }
}

/// What the router serves it also lists: nothing is registered beside the list.
#[test]
fn no_route_is_registered_without_its_description() {
    let router = include_str!("../../src/router.rs");
    assert!(router.contains(".routes(routes!("));
    // What is not described yet. A new operation is registered with `.routes(routes!(…))`.
    assert_eq!(router.matches(".route(").count(), 10, "register operations with `.routes(routes!(…))`");
}

/// Every reference leads somewhere.
#[test]
fn every_reference_is_there() {
    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                for (key, member) in members {
                    match member.as_str().filter(|_| key == "$ref") {
                        Some(reference) => found.push(reference.to_owned()),
                        None => references(member, found),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            _ => {}
        }
    }
    let document = document();
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 50);
    for reference in found {
        assert!(document.pointer(reference.strip_prefix('#').unwrap()).is_some(), "{reference}");
    }
}

/// A method and a path with an id in each place.
fn addressed(method: &str, path: &str, run: RunId, configuration: &str) -> (Method, String) {
    let id = if path.starts_with("/report-runs") { run.to_string() } else { configuration.to_owned() };
    let filled: Vec<&str> =
        path.split('/').map(|part| if part.starts_with('{') { id.as_str() } else { part }).collect();
    (method.parse().unwrap(), filled.join("/"))
}

fn body(path: &str) -> &'static str {
    if path.starts_with("/report-configurations") { crate::support::house::WINDOW } else { "" }
}

#[tokio::test]
async fn every_operation_but_the_public_ones_needs_a_token() {
    let stack = Stack::on(Arc::new(Down::Panicking), &[]);
    let operations = listed();
    assert!(operations.len() >= 16, "{operations:?}");
    let public: BTreeSet<&str> =
        operations.iter().filter(|(_, _, public)| *public).map(|(_, path, _)| path.as_str()).collect();
    assert_eq!(public, BTreeSet::from(PUBLIC));
    for (method, path, _) in operations.iter().filter(|(_, _, public)| !public) {
        let (method, path) = addressed(
            method,
            path,
            RunId::at(stack.clock_now(), [1; 10]),
            &RunId::at(stack.clock_now(), [2; 10]).to_string(),
        );
        let ask = request(method.clone(), &path, None).header("content-type", "application/json");
        let answer = send(&stack.router, ask.body(Body::from(body(&path))).unwrap()).await;
        assert_eq!(answer.status.as_u16(), 401, "{method} {path}: {}", answer.text);
        answer.expect_problem("UNAUTHORIZED");
    }
}

#[tokio::test]
async fn another_users_ids_are_answered_as_ids_of_nothing() {
    let house = House::new().await;
    let run = house.report("Ann's.").await;
    let before = (house.run(run).await, house.get(ANN, "/report-runs/usage").await.text);
    let mut tried = 0;
    for (method, path, _) in listed().iter().filter(|(_, path, _)| path.contains('{')) {
        let (method, path) = addressed(method, path, run, &house.configuration.id.to_string());
        let token = house.stack.token(BOB);
        let ask = request(method.clone(), &path, Some(&token)).header("content-type", "application/json");
        let answer = send(&house.stack.router, ask.body(Body::from(body(&path))).unwrap()).await;
        assert_eq!(answer.status.as_u16(), 404, "{method} {path}: {}", answer.text);
        answer.expect_problem("NOT_FOUND");
        tried += 1;
    }
    assert!(tried >= 6, "{tried}");
    assert_eq!((house.run(run).await, house.get(ANN, "/report-runs/usage").await.text), before, "and nothing changes");
}

#[tokio::test]
async fn answers_have_no_field_that_is_not_described() {
    let house = House::new().await;
    let run = house.report("Text.").await;
    let document = document();
    for (path, place) in [
        ("/plans".to_owned(), "/plans"),
        ("/ready".to_owned(), "/ready"),
        ("/health".to_owned(), "/health"),
        ("/report-runs".to_owned(), "/report-runs"),
        (format!("/report-runs/{run}"), "/report-runs/{id}"),
        (format!("/report-runs/{run}/deliveries"), "/report-runs/{id}/deliveries"),
        ("/report-runs/usage".to_owned(), "/report-runs/usage"),
        ("/report-runs/usage/history".to_owned(), "/report-runs/usage/history"),
        ("/report-runs/usage/daily".to_owned(), "/report-runs/usage/daily"),
        ("/report-runs/usage/forecast".to_owned(), "/report-runs/usage/forecast"),
    ] {
        let answer = house.get(ANN, &path).await.expect(200);
        let schema = &document["paths"][place]["get"]["responses"]["200"]["content"]["application/json"]["schema"];
        conforms(&document, schema, &answer, &path);
    }
}

/// The members of an answer are those of its schema, none more and none less.
fn conforms(document: &Value, schema: &Value, value: &Value, place: &str) {
    if let Some(reference) = schema["$ref"].as_str() {
        return conforms(document, document.pointer(reference.strip_prefix('#').unwrap()).unwrap(), value, place);
    }
    match value {
        Value::Object(members) => {
            let known = properties(document, schema);
            let names: BTreeSet<&str> = members.keys().map(String::as_str).collect();
            assert_eq!(names, known.keys().map(String::as_str).collect::<BTreeSet<_>>(), "{place}");
            for (name, member) in members {
                conforms(document, &known[name], member, &format!("{place} {name}"));
            }
        }
        Value::Array(items) => {
            for item in items {
                conforms(document, &schema["items"], item, place);
            }
        }
        Value::Null => assert!(schema.to_string().contains("\"null\""), "{place}: {schema}"),
        Value::String(_) => assert!(schema["type"].to_string().contains("string"), "{place}: {schema}"),
        Value::Bool(_) => assert_eq!(schema["type"], json!("boolean"), "{place}"),
        Value::Number(_) => {
            let kind = schema["type"].to_string();
            assert!(kind.contains("integer") || kind.contains("number"), "{place}: {schema}");
        }
    }
}

fn properties(document: &Value, schema: &Value) -> std::collections::BTreeMap<String, Value> {
    if let Some(reference) = schema["$ref"].as_str() {
        return properties(document, document.pointer(reference.strip_prefix('#').unwrap()).unwrap());
    }
    let mut found = std::collections::BTreeMap::new();
    for part in ["allOf", "oneOf", "anyOf"].iter().flat_map(|key| schema[*key].as_array().into_iter().flatten()) {
        found.extend(properties(document, part));
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        found.insert(name.clone(), property.clone());
    }
    found
}
