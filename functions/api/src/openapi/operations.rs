//! What every operation has by convention: a tag, a description, its errors, and headers.

use super::{is_public, problems, put};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The resources, as people see them.
const TAGS: [(&str, &str); 9] = [
    ("report-runs", "Runs, their texts and deliveries, and what they use."),
    ("report-configurations", "What is reported, when, and where it is sent."),
    ("repositories", "Git repositories."),
    ("users", "The caller's own account."),
    ("admin", "What only administrators do."),
    ("plans", "The plans and their limits."),
    ("health", "Whether the function runs."),
    ("ready", "Whether requests can be answered."),
    ("openapi", "This document."),
];

/// Completes every operation, and adds what they share.
pub(super) fn complete(document: &mut Value) {
    let mut tags: BTreeMap<String, usize> = BTreeMap::new();
    let mut shared = Map::new();
    if let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) {
        for (path, methods) in paths {
            let tag = path.split('/').nth(1).unwrap_or_default().trim_end_matches(".json").to_owned();
            for operation in methods.as_object_mut().into_iter().flat_map(Map::values_mut) {
                put(operation, &["tags"], json!([tag]));
                complete_one(operation, &mut shared);
            }
            let place = TAGS.iter().position(|(name, _)| *name == tag).unwrap_or(TAGS.len());
            tags.insert(tag, place);
        }
    }
    let mut tags: Vec<(usize, String)> = tags.into_iter().map(|(tag, place)| (place, tag)).collect();
    tags.sort();
    let described = |name: &str| TAGS.iter().find(|(tag, _)| *tag == name).map_or("", |(_, description)| *description);
    let tags: Vec<Value> = tags.iter().map(|(_, name)| json!({"name": name, "description": described(name)})).collect();
    put(document, &["tags"], json!(tags));
    put(document, &["components", "responses"], Value::Object(shared));
    let id = json!({"description": "The request's id, also in the logs.", "schema": {"type": "string"}});
    put(document, &["components", "headers", "RequestId"], id);
}

fn complete_one(operation: &mut Value, shared: &mut Map<String, Value>) {
    let is_public = is_public(operation);
    let codes = problems::of(operation, is_public);
    let Some(operation) = operation.as_object_mut() else { return };
    operation.remove("x-problems");
    let summary = operation.get("summary").cloned();
    if let Some(summary) = summary {
        operation.entry("description").or_insert(summary);
    }
    for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
        complete_parameter(parameter);
    }
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    for response in responses.values_mut() {
        put(response, &["headers", "X-Request-Id"], request_id());
    }
    problems::add_responses(responses, &codes, shared);
}

/// The header of every answer.
pub(super) fn request_id() -> Value {
    json!({"$ref": "#/components/headers/RequestId"})
}

/// Ids have their format, and no parameter is null: it is sent or it is not.
fn complete_parameter(parameter: &mut Value) {
    let name = parameter.get("name").and_then(Value::as_str);
    if let Some(format) = name.filter(|name| name.contains("id")).and_then(super::schemas::format_of) {
        put(parameter, &["schema", "format"], json!(format));
    }
    let Some(schema) = parameter.get_mut("schema") else { return };
    if let Some(kinds) = schema.get("type").and_then(Value::as_array) {
        let kinds: Vec<Value> = kinds.iter().filter(|kind| **kind != "null").cloned().collect();
        if let [kind] = kinds.as_slice() {
            put(schema, &["type"], kind.clone());
        }
    }
    let choices = schema.get("oneOf").and_then(Value::as_array);
    let choice = choices.and_then(|choices| choices.iter().find(|choice| choice.get("type") != Some(&json!("null"))));
    if let Some(choice) = choice.cloned() {
        *schema = choice;
    }
}
