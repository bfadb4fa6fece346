//! The OpenAPI 3.1 document, from the operations that the router serves.
//!
//! What each operation says of itself stands beside it. What follows from the conventions is added here, so that no
//! operation can forget it: the security, the errors that come with a token, an id, a query or a body, the problem's
//! schema, the request's id, and the formats that go with the names of fields.

mod problems;

use crate::body::LINE_PATTERN;
use crate::router::operations;
use serde_json::{Value, json};

/// The format by which a request says that a text is one line: see [`crate::body::line`].
const LINE: &str = "line";

const DESCRIPTION: &str = "Reports of what happened in git repositories, on a schedule, and what they use and cost.";

/// The document.
#[must_use]
pub fn document() -> Value {
    let mut document = serde_json::to_value(operations().into_openapi()).unwrap_or_default();
    let info = json!({
        "title": "git-report",
        "version": env!("CARGO_PKG_VERSION"),
        "description": DESCRIPTION,
        "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    });
    let bearer = json!({
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The user is the token's `sub`.",
    });
    put(&mut document, &["info"], info);
    put(&mut document, &["security"], json!([{"bearer": []}]));
    put(&mut document, &["components", "securitySchemes", "bearer"], bearer);
    if let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) {
        for (path, methods) in paths {
            for (method, operation) in methods.as_object_mut().into_iter().flatten() {
                complete(path, method, operation);
            }
        }
    }
    problems::add_schemas(&mut document);
    if let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
        schemas.values_mut().for_each(add_formats);
    }
    document
}

/// The operations of the document: method, path, and whether anyone may call it.
#[must_use]
pub fn listed() -> Vec<(String, String, bool)> {
    let document = document();
    let mut found = Vec::new();
    for (path, methods) in document.get("paths").and_then(Value::as_object).into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            found.push((method.to_uppercase(), path.clone(), is_public(operation)));
        }
    }
    found
}

/// Whether an operation needs no token: it says so with an empty requirement.
fn is_public(operation: &Value) -> bool {
    operation.get("security").is_some_and(|security| *security == json!([{}]))
}

fn complete(path: &str, method: &str, operation: &mut Value) {
    let resource = path.split('/').nth(1).unwrap_or_default().trim_end_matches(".json").to_owned();
    put(operation, &["tags"], json!([resource]));
    put(operation, &["operationId"], json!(operation_id(path, method)));
    let is_public = is_public(operation);
    let codes = problems::of(operation, is_public);
    let Some(operation) = operation.as_object_mut() else { return };
    operation.remove("x-problems");
    for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
        let name = parameter.get("name").and_then(Value::as_str);
        if let Some(format) = name.filter(|name| name.contains("id")).and_then(format_of) {
            put(parameter, &["schema", "format"], json!(format));
        }
    }
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    problems::add_responses(responses, &codes);
    for response in responses.values_mut() {
        let id = json!({"description": "The request's id, also in the logs.", "schema": {"type": "string"}});
        put(response, &["headers", "X-Request-Id"], id);
    }
}

/// The path in words, after the method: unique, and the same as long as both stay.
fn operation_id(path: &str, method: &str) -> String {
    let words = path.split(['/', '-', '.']).filter(|word| !word.is_empty());
    let words = words.map(|word| word.trim_matches(['{', '}']));
    std::iter::once(method).chain(words).collect::<Vec<_>>().join("_")
}

/// Formats that go with names: ids are UUIDs, what is `…_at` is an instant, and so is a month. A text of one line is
/// told by a pattern.
fn add_formats(schema: &mut Value) {
    for part in schema.get_mut("allOf").and_then(Value::as_array_mut).into_iter().flatten() {
        add_formats(part);
    }
    if let Some(items) = schema.get_mut("items") {
        add_formats(items);
    }
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    for (name, property) in properties.into_iter().flatten() {
        if property.get("format").is_some_and(|format| format == LINE) {
            put(property, &["pattern"], json!(LINE_PATTERN));
            property.as_object_mut().map(|members| members.remove("format"));
        }
        match format_of(name) {
            Some(format) if is_text(property) => put(property, &["format"], json!(format)),
            _ => add_formats(property),
        }
    }
}

fn is_text(property: &Value) -> bool {
    match property.get("type") {
        Some(Value::String(kind)) => kind == "string",
        Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == "string"),
        _ => false,
    }
}

fn format_of(name: &str) -> Option<&'static str> {
    match name {
        "request_id" => None,
        "as_of" | "month" | "usage_month" => Some("date-time"),
        "date" => Some("date"),
        _ if name.ends_with("_at") || name.ends_with("At") => Some("date-time"),
        _ if name == "id" || name.ends_with("_id") => Some("uuid"),
        _ => None,
    }
}

/// Puts a value at a place, making the objects that lead to it.
fn put(value: &mut Value, place: &[&str], new: Value) {
    let mut here = value;
    for name in place {
        if !here.is_object() {
            *here = json!({});
        }
        let Some(members) = here.as_object_mut() else { return };
        here = members.entry(*name).or_insert(Value::Null);
    }
    *here = new;
}
