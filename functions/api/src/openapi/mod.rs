//! The OpenAPI 3.1 document, generated from the operations that the router serves.
//!
//! The description of each operation is beside its handler. The parts that follow from the conventions are added here,
//! so that no operation can lack them. In reading order: [`document`]; `operations`, the tags, headers and errors of an
//! operation; `parameters`, the shared parameters; `problems`, the shared error answers; `schemas`, the names and
//! formats of bodies; `webhooks`, the messages that receivers get; `words`, the enumerations; `examples`, the values in
//! the examples.

pub(crate) mod examples;
mod operations;
pub(crate) mod parameters;
mod problems;
mod schemas;
mod webhooks;
pub(crate) mod words;

use crate::router::{ALIASES, Alias};
use serde_json::{Value, json};

const DESCRIPTION: &str =
    "Scheduled reports on the activity in git repositories, with the usage and cost of every run.";

/// The whole document as JSON.
#[must_use]
pub fn document() -> Value {
    let mut document = serde_json::to_value(crate::router::operations().into_openapi()).unwrap_or_default();
    add_aliases(&mut document);
    let info = json!({
        "title": "git-report",
        "version": env!("CARGO_PKG_VERSION"),
        "description": DESCRIPTION,
        "contact": {"name": "git-report"},
        "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    });
    let bearer = json!({
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The user is the token's `sub`.",
    });
    put(&mut document, &["info"], info);
    put(&mut document, &["servers"], json!([{"url": SERVER, "description": "The server of this document."}]));
    put(&mut document, &["security"], json!([{"bearer": []}]));
    put(&mut document, &["components", "securitySchemes", "bearer"], bearer);
    operations::complete(&mut document);
    problems::add_schemas(&mut document);
    schemas::complete(&mut document);
    webhooks::add(&mut document);
    document
}

/// An alias is the operation at another path, with an id and a summary of its own.
fn add_aliases(document: &mut Value) {
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else { return };
    for Alias { path, of, operation_id } in ALIASES {
        let Some(mut operation) = paths.get(of).and_then(|methods| methods.get("post")).cloned() else { continue };
        let name = of.rsplit('/').next().unwrap_or_default();
        let summary = operation.get("summary").and_then(Value::as_str).unwrap_or_default();
        let summary = format!("{} (alias of `/{name}`).", summary.trim_end_matches('.'));
        put(&mut operation, &["operationId"], json!(operation_id));
        put(&mut operation, &["summary"], json!(summary));
        paths.insert(path.to_owned(), json!({"post": operation}));
    }
}

/// The address of the server in the document: the origin from which the document was fetched.
pub(crate) const SERVER: &str = "/";

/// The operations of the document: method, path, and whether they are public.
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

/// Whether an operation needs no token: its security requirement is empty.
fn is_public(operation: &Value) -> bool {
    operation.get("security").is_some_and(|security| *security == json!([{}]))
}

/// Sets a value at a path, and creates the objects on the way.
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
