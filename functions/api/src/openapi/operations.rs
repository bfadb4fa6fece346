//! The parts that every operation has by convention: a tag, a description, its errors, and headers.

use super::{is_public, problems, put};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The resources, in the order of the document.
const TAGS: [(&str, &str); 12] = [
    ("report-runs", "Runs, their texts and deliveries, and what they use."),
    ("report-configurations", "What is reported, when, and where it is sent."),
    ("repositories", "Git repositories."),
    ("notices", "What the caller is notified of, and what is read."),
    ("users", "The caller's own account."),
    ("admin", "Operations that require the admin role."),
    ("plans", "Lists the plans and their limits."),
    ("config", "What a web application needs before it signs in its user."),
    ("problems", "What the kinds of problems mean."),
    ("health", "Returns whether the function is running."),
    ("ready", "Returns whether requests can be served."),
    ("openapi", "Returns this document."),
];

const TAG: &str =
    "Tag of this response for `If-None-Match`, and for `If-Match` if it is a record. It changes with the body.";

/// Completes every operation, and adds the components that they share.
pub(super) fn complete(document: &mut Value) {
    let mut tags: BTreeMap<String, usize> = BTreeMap::new();
    let mut shared = Map::new();
    if let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) {
        for (path, methods) in paths {
            let tag = path.split('/').nth(1).unwrap_or_default().trim_end_matches(".json").to_owned();
            for (method, operation) in methods.as_object_mut().into_iter().flatten() {
                put(operation, &["tags"], json!([tag]));
                match method.as_str() {
                    "get" => make_conditional(operation),
                    "patch" => make_patch(operation),
                    _ => {}
                }
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
    let not_modified = json!({
        "description": "Not modified: the current tag is one of those in `If-None-Match`.",
        "headers": {"ETag": tag(), "X-Request-Id": request_id()},
    });
    shared.insert("NotModified".to_owned(), not_modified);
    put(document, &["components", "responses"], Value::Object(shared));
    put(document, &["components", "headers", "ETag"], json!({"description": TAG, "schema": {"type": "string"}}));
    let known = json!({
        "name": "If-None-Match",
        "in": "header",
        "required": false,
        "description": "The `ETag` of a response that the caller has stored. If it is unchanged, the response is 304.",
        "schema": {"type": "string"},
        "example": "\"1-9f86d081884c7d659a2feaa0\"",
    });
    put(document, &["components", "parameters", "IfNoneMatch"], known);
    let id = json!({"description": "Id of the request, as it appears in the logs.", "schema": {"type": "string"}});
    put(document, &["components", "headers", "RequestId"], id);
}

/// Adds the parts of every read: a tag, and 304.
fn make_conditional(operation: &mut Value) {
    put(operation, &["responses", "200", "headers", "ETag"], tag());
    put(operation, &["responses", "304"], json!({"$ref": "#/components/responses/NotModified"}));
    let mut parameters = operation.get("parameters").and_then(Value::as_array).cloned().unwrap_or_default();
    parameters.push(json!({"$ref": "#/components/parameters/IfNoneMatch"}));
    put(operation, &["parameters"], Value::Array(parameters));
}

/// A patch is a body whose members are all optional (RFC 7396).
fn make_patch(operation: &mut Value) {
    let place = ["requestBody", "content", "application/json"];
    let Some(body) = operation.pointer(&format!("/{}", place.map(|part| part.replace('/', "~1")).join("/"))) else {
        return;
    };
    let mut body = body.clone();
    super::schemas::patch_references(&mut body);
    let content = json!({"application/merge-patch+json": body, "application/json": body});
    put(operation, &["requestBody", "content"], content);
}

fn tag() -> Value {
    json!({"$ref": "#/components/headers/ETag"})
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
    for response in responses.values_mut().filter(|response| response.get("$ref").is_none()) {
        put(response, &["headers", "X-Request-Id"], request_id());
    }
    problems::add_responses(responses, &codes, shared);
}

/// The header of every answer.
pub(super) fn request_id() -> Value {
    json!({"$ref": "#/components/headers/RequestId"})
}

/// Adds the format of ids, and removes null: a parameter is sent or absent.
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
