//! Requests and answers match their description in the document.

use super::{Ids, operations, resolved};
use crate::support::call::{pointers, request, send};
use crate::support::stack::ANN;
use crate::support::test_api::TestApi;
use crate::support::token;
use api::openapi::document;
use app::ports::Branch;
use axum::body::Body;
use domain::configuration::BranchName;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Every described member of a body is read, and the required members are those that are described as required.
#[tokio::test]
async fn bodies_are_read_as_described() {
    let api = TestApi::new().await;
    let ids = Ids::of(&api, api.report("Text.").await);
    let token = admin(&api);
    let document = document();
    let mut tried = 0;
    for (name, operation) in operations(&document) {
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        let Some(reference) = schema["$ref"].as_str() else { continue };
        let schema = document.pointer(reference.strip_prefix('#').unwrap()).unwrap();
        let (method, place) = name.split_once(' ').unwrap();
        let (method, path) = ids.addressed(&method.to_uppercase(), place);
        let wrong =
            |property: &Value| if property["type"].to_string().contains("array") { json!({}) } else { json!([]) };
        let properties = schema["properties"].as_object().unwrap().iter();
        let wrong: serde_json::Map<String, Value> =
            properties.map(|(key, property)| (key.clone(), wrong(property))).collect();
        let named: BTreeSet<String> = wrong.keys().map(|key| format!("/{key}")).collect();
        let needed = schema["required"].as_array().into_iter().flatten();
        let needed: BTreeSet<String> = needed.map(|key| format!("/{}", key.as_str().unwrap())).collect();
        for (body, pointed) in [(Value::from(wrong), named), (json!({}), needed)] {
            let ask = request(method.clone(), &path, Some(&token)).header("content-type", "application/json");
            let answer = send(&api.stack.router, ask.body(Body::from(body.to_string())).unwrap()).await;
            if pointed.is_empty() {
                assert_eq!(answer.status.as_u16(), 200, "{name}: {}", answer.text);
                continue;
            }
            let problem = match place {
                // A preview answers what is invalid, and what follows from the rest.
                "/report-configurations/preview" => json!({"errors": answer.expect(200)["problems"]}),
                _ => answer.expect_problem("VALIDATION_FAILED"),
            };
            assert_eq!(pointers(&problem).into_iter().collect::<BTreeSet<_>>(), pointed, "{name}: {problem}");
            assert!(!answer.text.contains("unknown"), "{name}: {problem}");
        }
        tried += 1;
    }
    assert!(tried >= 9, "{tried}");
}

/// A token of Ann with the admin role.
fn admin(api: &TestApi) -> String {
    let mut claims = token::claims(ANN, api.stack.seconds());
    claims["app_metadata"] = json!({"role": "admin"});
    token::with(&claims)
}

/// The answers of operations that create and change records are described, too.
#[tokio::test]
async fn answers_to_changes_have_only_described_fields() {
    let api = TestApi::new().await;
    let ids = Ids::of(&api, api.report("Text.").await);
    let token = admin(&api);
    let document = document();
    for (method, place, status) in [
        ("POST", "/repositories", "201"),
        ("PUT", "/repositories/{id}", "200"),
        ("POST", "/report-configurations", "201"),
        ("PUT", "/report-configurations/{id}", "200"),
        ("POST", "/report-configurations/preview", "200"),
        ("POST", "/report-configurations/{id}/rotate-secret", "200"),
        ("POST", "/report-configurations/{id}/test-webhook", "200"),
        ("POST", "/report-configurations/{id}/test", "200"),
        ("POST", "/report-configurations/{id}/recover", "202"),
        ("POST", "/report-configurations/{id}/run", "202"),
        ("POST", "/report-configurations/{id}/manual-trigger", "202"),
        ("POST", "/report-configurations/{id}/run?estimate=true", "200"),
        ("POST", "/report-configurations/{id}/manual-trigger?estimate=true", "200"),
        ("PUT", "/users/profile", "200"),
        ("PUT", "/notices/read", "200"),
        ("PUT", "/admin/accounts/{user_id}", "200"),
        ("PATCH", "/repositories/{id}", "200"),
        ("PATCH", "/report-configurations/{id}", "200"),
        ("PATCH", "/users/profile", "200"),
        ("PATCH", "/admin/accounts/{user_id}", "200"),
        ("GET", "/admin/accounts/{user_id}", "200"),
        ("GET", "/admin/accounts", "200"),
        ("GET", "/admin/usage", "200"),
    ] {
        let (verb, path) = ids.addressed(method, place);
        let place = place.split('?').next().unwrap();
        let ask = request(verb, &path, Some(&token)).header("content-type", "application/json");
        let answer = send(&api.stack.router, ask.body(Body::from(ids.body(method, place))).unwrap()).await;
        let answered = answer.expect(status.parse().unwrap());
        let described = &document["paths"][place][method.to_lowercase()]["responses"][status];
        conforms(&document, &described["content"]["application/json"]["schema"], &answered, &path);
        for header in described["headers"].as_object().unwrap().keys() {
            assert!(answer.header(header).is_some(), "{method} {place} {header}");
        }
    }
}

#[tokio::test]
async fn answers_have_only_described_fields() {
    let api = TestApi::new().await;
    let run = api.report("Text.").await;
    let configuration = format!("/report-configurations/{}", api.configuration.id);
    let name = BranchName::parse("main").unwrap();
    api.stack.outside.git.list(vec![Branch { name, is_default: true, protected: None, head: None }]);
    let document = document();
    for (path, place) in [
        ("/plans".to_owned(), "/plans"),
        ("/ready".to_owned(), "/ready"),
        ("/health".to_owned(), "/health"),
        ("/config".to_owned(), "/config"),
        ("/report-runs".to_owned(), "/report-runs"),
        (format!("/report-runs/{run}"), "/report-runs/{id}"),
        ("/report-runs/usage/breakdown".to_owned(), "/report-runs/usage/breakdown"),
        (format!("/report-runs/{run}/deliveries"), "/report-runs/{id}/deliveries"),
        ("/repositories".to_owned(), "/repositories"),
        (format!("/repositories/{}", api.repository.id), "/repositories/{id}"),
        (format!("/repositories/{}/branches", api.repository.id), "/repositories/{id}/branches"),
        ("/report-configurations".to_owned(), "/report-configurations"),
        (configuration.clone(), "/report-configurations/{id}"),
        (format!("{configuration}/deliveries"), "/report-configurations/{id}/deliveries"),
        (format!("{configuration}/scheduling-info"), "/report-configurations/{id}/scheduling-info"),
        ("/users/profile".to_owned(), "/users/profile"),
        ("/notices".to_owned(), "/notices"),
        ("/notices/types".to_owned(), "/notices/types"),
        ("/report-runs/usage".to_owned(), "/report-runs/usage"),
        ("/report-runs/usage/history".to_owned(), "/report-runs/usage/history"),
        ("/report-runs/usage/daily".to_owned(), "/report-runs/usage/daily"),
        ("/report-runs/usage/forecast".to_owned(), "/report-runs/usage/forecast"),
    ] {
        let answer = api.get(ANN, &path).await.expect(200);
        let schema = &document["paths"][place]["get"]["responses"]["200"]["content"]["application/json"]["schema"];
        conforms(&document, schema, &answer, &path);
    }
}

/// The members of an answer are exactly those of its schema.
fn conforms(document: &Value, schema: &Value, value: &Value, place: &str) {
    if schema["$ref"].is_string() {
        return conforms(document, resolved(document, schema), value, place);
    }
    let choices = schema["oneOf"].as_array().into_iter().flatten();
    if let Some(choice) = choices.into_iter().find(|choice| choice["$ref"].is_string() && !value.is_null()) {
        return conforms(document, choice, value, place);
    }
    if let Some(words) = schema["enum"].as_array() {
        assert!(words.contains(value), "{place}: {value} is not one of {words:?}");
    }
    match value {
        Value::Object(members) => {
            let known = properties(document, schema);
            let required = required(document, schema);
            assert!(required.iter().all(|name| members.contains_key(name)), "{place}: {required:?}");
            assert!(members.keys().all(|name| known.contains_key(name)), "{place}: {members:?}");
            // A member that may be absent is never null.
            let optional = known.iter().filter(|(name, _)| !required.contains(name));
            assert!(optional.clone().all(|(_, schema)| !schema.to_string().contains("\"null\"")), "{place}");
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

fn required(document: &Value, schema: &Value) -> Vec<String> {
    let schema = resolved(document, schema);
    let parts = schema["allOf"].as_array().into_iter().flatten();
    let mut found: Vec<String> = parts.flat_map(|part| required(document, part)).collect();
    found.extend(schema["required"].as_array().into_iter().flatten().map(|name| name.as_str().unwrap().to_owned()));
    found
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
