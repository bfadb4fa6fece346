//! The contract as a document, and what holds for every operation in it.

mod answers;
mod clients;

use crate::support::call::{get, request, send};
use crate::support::down::Down;
use crate::support::stack::{ANN, BOB, Stack};
use crate::support::test_api::{TestApi, WINDOW};
use api::openapi::{document, listed};
use axum::body::Body;
use axum::http::Method;
use domain::id::RunId;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The public operations.
const PUBLIC: [&str; 7] =
    ["/config", "/health", "/notices/types", "/openapi.json", "/plans", "/problems/{code}", "/ready"];

#[test]
fn committed_document_is_that_of_the_code() {
    let kept: Value = serde_json::from_str(include_str!("../../../openapi.json")).unwrap();
    let made = document();
    let differs: Vec<&str> = ["openapi", "info", "servers", "tags", "paths", "webhooks", "components", "security"]
        .into_iter()
        .filter(|key| kept[key] != made[key])
        .collect();
    assert!(kept == made, "openapi.json is out of date in {differs:?}: run `cargo run -p api --example openapi`");
}

#[tokio::test]
async fn document_is_served_to_anyone() {
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
        assert!(ids.insert(operation["operationId"].as_str().unwrap()), "{name} needs an id of its own");
        assert!(operation["description"].as_str().is_some_and(|text| !text.is_empty()), "{name}");
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.keys().any(|status| status.starts_with('2')), "{name}");
        assert!(responses.contains_key("500"), "{name}");
        for (status, response) in responses {
            let response = resolved(&document, response);
            assert!(!response["description"].as_str().unwrap().is_empty(), "{name} {status}");
            assert!(response["headers"].get("X-Request-Id").is_some(), "{name} {status}");
            if status.as_str() >= "4" {
                let content = &response["content"]["application/problem+json"];
                assert!(!content["examples"].as_object().unwrap().is_empty(), "{name} {status}");
            }
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let parameter = resolved(&document, parameter);
            assert!(parameter["description"].as_str().is_some_and(|text| !text.is_empty()), "{name} {parameter}");
        }
    }
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        assert!(!name.contains("Body"), "{name} is a name for clients");
        for (field, property) in schema["properties"].as_object().into_iter().flatten() {
            assert!(property.is_object(), "{name}.{field}");
        }
    }
}

/// The target of a reference, or the value itself.
fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(reference) => document.pointer(reference.strip_prefix('#').unwrap()).unwrap(),
        None => value,
    }
}

/// Every route that the router serves is in the document.
#[test]
fn every_route_is_registered_with_its_description() {
    let router = include_str!("../../../src/router.rs");
    assert!(router.contains(".routes(routes!("));
    // An alias is described as the operation that it leads to.
    let single = router.split(".route(").skip(1);
    let is_alias = |text: &str| ["TEST.path,", "MANUAL_TRIGGER.path,"].iter().any(|path| text.starts_with(path));
    let others: Vec<_> = single.filter(|text| !is_alias(text)).collect();
    assert!(others.is_empty(), "register operations with `.routes(routes!(…))`: {others:?}");
}

/// A request that creates or starts something has its effect once, even if it is sent twice.
#[test]
fn every_post_that_creates_or_starts_something_takes_a_key() {
    let document = document();
    let posts: Vec<(String, &Value)> =
        operations(&document).into_iter().filter(|(name, _)| name.starts_with("post ")).collect();
    for (name, operation) in &posts {
        let takes =
            operation["parameters"].as_array().into_iter().flatten().any(|found| found["name"] == "Idempotency-Key");
        // Each of these has no further effect the second time, except for another code, whose number is limited.
        let without = ["/cancel", "/enable", "/confirm-email", "/email-code", "/preview"];
        assert_eq!(takes, !without.iter().any(|end| name.ends_with(end)), "{name}");
        let conflict = resolved(&document, &operation["responses"]["409"]);
        assert_eq!(takes, conflict.to_string().contains("IDEMPOTENCY_KEY_REUSED"), "{name}");
    }
    assert!(posts.len() >= 10, "{posts:?}");
}

/// Every reference has a target.
#[test]
fn every_reference_has_a_target() {
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

/// The records that the ids in paths and bodies refer to.
pub(crate) struct Ids {
    run: String,
    configuration: String,
    repository: String,
}

impl Ids {
    /// A run of Ann's, and her configuration and repository.
    pub(crate) fn of(api: &TestApi, run: RunId) -> Self {
        let (configuration, repository) = (api.configuration.id.to_string(), api.repository.id.to_string());
        Self { run: run.to_string(), configuration, repository }
    }

    /// A method and a path with its ids filled in.
    pub(crate) fn addressed(&self, method: &str, path: &str) -> (Method, String) {
        let id = match path.split('/').nth(1).unwrap() {
            "report-runs" => &self.run,
            "report-configurations" => &self.configuration,
            "repositories" => &self.repository,
            _ => ANN,
        };
        let filled: Vec<&str> = path.split('/').map(|part| if part.starts_with('{') { id } else { part }).collect();
        (method.parse().unwrap(), filled.join("/"))
    }

    /// A valid body.
    pub(crate) fn body(&self, method: &str, path: &str) -> String {
        let body = match (method, path) {
            ("POST", path) if path.ends_with("/run") || path.ends_with("/manual-trigger") => return WINDOW.to_owned(),
            ("POST", path) if path.ends_with("/recover") => json!({"since": "2026-01-08T00:00:00.000Z"}),
            ("POST", "/report-configurations") | ("PUT" | "PATCH", "/report-configurations/{id}") => {
                json!({"repository_id": self.repository, "branch": "main", "schedule": "0 9 * * *"})
            }
            ("POST", "/report-configurations/preview") => json!({"schedule": "0 9 * * *"}),
            ("POST", "/repositories") => json!({"url": "https://github.com/octocat/other"}),
            ("PUT" | "PATCH", "/repositories/{id}") => json!({"url": "https://github.com/octocat/moved"}),
            ("POST", "/users/profile/confirm-email") => json!({"code": "K7QF-2M9X-RT4D"}),
            ("PUT", "/notices/read") => json!({"read_until": "2026-01-15T10:30:00.000Z"}),
            ("PUT" | "PATCH", "/users/profile") => json!({"timezone": "Europe/Berlin"}),
            ("PUT" | "PATCH", "/admin/accounts/{user_id}") => json!({"plan": "pro"}),
            _ => return String::new(),
        };
        body.to_string()
    }
}

#[tokio::test]
async fn every_operation_except_the_public_ones_needs_a_token() {
    let stack = Stack::on(Arc::new(Down::Panicking), &[]);
    let operations = listed();
    assert!(operations.len() >= 34, "{operations:?}");
    let public: BTreeSet<&str> =
        operations.iter().filter(|(_, _, public)| *public).map(|(_, path, _)| path.as_str()).collect();
    assert_eq!(public, BTreeSet::from(PUBLIC));
    let id = |byte| RunId::at(stack.clock_now(), [byte; 10]).to_string();
    let ids = Ids { run: id(1), configuration: id(2), repository: id(3) };
    for (method, place, _) in operations.iter().filter(|(_, _, public)| !public) {
        let (verb, path) = ids.addressed(method, place);
        let ask = request(verb, &path, None).header("content-type", "application/json");
        let answer = send(&stack.router, ask.body(Body::from(ids.body(method, place))).unwrap()).await;
        assert_eq!(answer.status.as_u16(), 401, "{method} {path}: {}", answer.text);
        answer.expect_problem("UNAUTHORIZED");
    }
}

#[tokio::test]
async fn ids_of_another_user_are_not_found() {
    let api = TestApi::new().await;
    let ids = Ids::of(&api, api.report("Ann's.").await);
    let before = all_of_anns_records(&api, &ids).await;
    let mut tried = 0;
    for (method, place, _) in listed().iter().filter(|(_, path, public)| path.contains('{') && !public) {
        let (verb, path) = ids.addressed(method, place);
        let token = api.stack.token(BOB);
        let ask = request(verb, &path, Some(&token)).header("content-type", "application/json");
        let answer = send(&api.stack.router, ask.body(Body::from(ids.body(method, place))).unwrap()).await;
        // Operations of administrators refuse all other callers, whatever the id is.
        let (status, code) = if place.starts_with("/admin") { (403, "FORBIDDEN") } else { (404, "NOT_FOUND") };
        assert_eq!(answer.status.as_u16(), status, "{method} {path}: {}", answer.text);
        answer.expect_problem(code);
        tried += 1;
    }
    assert!(tried >= 18, "{tried}");
    assert_eq!(all_of_anns_records(&api, &ids).await, before, "and nothing changes");
}

/// Ann's view of the records with these ids, and of her account.
async fn all_of_anns_records(api: &TestApi, ids: &Ids) -> Vec<String> {
    let mut seen = Vec::new();
    for path in ["/report-runs/{id}", "/report-configurations/{id}", "/repositories/{id}"] {
        seen.push(api.get(ANN, &ids.addressed("GET", path).1).await.text);
    }
    for path in ["/report-runs", "/report-runs/usage", "/report-configurations", "/repositories", "/users/profile"] {
        seen.push(api.get(ANN, path).await.text);
    }
    seen
}

#[test]
fn example_has_every_member_of_its_answer_and_no_other() {
    let document = document();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let mut compared = 0;
    for (name, schema) in schemas.iter().filter(|(_, schema)| schema.get("example").is_some()) {
        let (Some(example), Some(known)) = (schema["example"].as_object(), schema["properties"].as_object()) else {
            panic!("{name} is not an object");
        };
        let unknown: Vec<_> = example.keys().filter(|key| !known.contains_key(*key)).collect();
        assert!(unknown.is_empty(), "{name}: {unknown:?}");
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        let missing: Vec<_> = required.filter(|key| !example.contains_key(key.as_str().unwrap())).collect();
        assert!(missing.is_empty(), "{name}: {missing:?}");
        compared += 1;
    }
    assert!(compared > 20, "{compared} examples");
}
