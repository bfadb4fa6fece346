//! Every answer that is not a success.

use super::operations::request_id;
use super::{put, words};
use crate::problem::{Code, FieldError, ProblemBody};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use utoipa::PartialSchema;
use utoipa::openapi::{RefOr, Schema};

const REQUEST_ID: &str = "8f14e45f-ceea-467f-a0e6-2d9a1d2f7b11";

/// The codes that an operation can answer: those that it declares, and those that follow from its parameters and body.
pub(super) fn of(operation: &Value, is_public: bool) -> Vec<Code> {
    let list = |key: &str| operation.get(key).and_then(Value::as_array).into_iter().flatten();
    let named: Vec<&str> = list("x-problems").filter_map(Value::as_str).collect();
    let any = |key: &str, value: &str| list("parameters").any(|found| found.get(key).is_some_and(|is| is == value));
    let is_in = |place: &str| any("in", place);
    let has = |name: &str| any("name", name);
    let has_body = operation.get("requestBody").is_some();
    let comes = |code: Code| match code {
        // Every operation refuses unknown parameters.
        Code::Internal | Code::PayloadTooLarge | Code::ValidationFailed => true,
        Code::Unauthorized | Code::ServiceUnavailable => !is_public,
        Code::NotFound => is_in("path"),
        Code::InvalidCursor => has("cursor"),
        Code::IdempotencyKeyReused => has("Idempotency-Key"),
        Code::PreconditionFailed => has("If-Match"),
        Code::MalformedJson | Code::UnsupportedMediaType => has_body,
        _ => false,
    };
    Code::ALL.iter().copied().filter(|code| comes(*code) || named.contains(&code.as_str())).collect()
}

/// Adds a response for each status, shared by the operations with the same codes under it.
pub(super) fn add_responses(responses: &mut Map<String, Value>, codes: &[Code], shared: &mut Map<String, Value>) {
    let mut by_status: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
    for code in codes {
        by_status.entry(code.status().as_u16()).or_default().push(*code);
    }
    for (status, codes) in by_status {
        let name = codes.iter().map(|code| format!("{code:?}")).collect::<Vec<_>>().join("Or");
        responses.insert(status.to_string(), json!({"$ref": format!("#/components/responses/{name}")}));
        shared.entry(name).or_insert_with(|| response(&codes));
    }
}

/// An answer with one of these codes, with an example for each.
fn response(codes: &[Code]) -> Value {
    let titles: Vec<String> = codes.iter().map(|code| format!("{} (`{}`)", code.title(), code.as_str())).collect();
    let examples: Map<String, Value> =
        codes.iter().map(|code| (code.as_str().to_owned(), json!({"value": example(*code)}))).collect();
    let mut response = json!({
        "description": format!("{}.", titles.join("; or: ")),
        "headers": {"X-Request-Id": request_id()},
        "content": {"application/problem+json": {
            "schema": {"$ref": "#/components/schemas/Problem"},
            "examples": examples,
        }},
    });
    for (name, description) in headers(codes) {
        let header = json!({"description": description, "schema": {"type": "string"}});
        put(&mut response, &["headers", name], header);
    }
    response
}

fn headers(codes: &[Code]) -> Vec<(&'static str, &'static str)> {
    let any = |wanted: &[Code]| codes.iter().any(|code| wanted.contains(code));
    let mut headers = Vec::new();
    if any(&[Code::Unauthorized]) {
        headers.push((
            "WWW-Authenticate",
            "The challenge, with `error` and `error_description` where a token was sent (RFC 6750).",
        ));
    }
    let waits = [
        Code::UsageLimitExceeded,
        Code::UncountedRunsExceeded,
        Code::SlotsInUse,
        Code::RateLimited,
        Code::IdempotencyKeyInUse,
        Code::ServiceUnavailable,
        Code::GitRateLimited,
        Code::EmailCodesExceeded,
    ];
    if any(&waits) {
        headers.push(("Retry-After", "Seconds to wait before the next try."));
    }
    headers
}

fn example(code: Code) -> Value {
    let mut example = json!({
        "type": code.path(),
        "title": code.title(),
        "status": code.status().as_u16(),
        "detail": format!("{}.", code.title()),
        "code": code.as_str(),
        "request_id": REQUEST_ID,
    });
    match code {
        Code::ValidationFailed => {
            let error = json!({"pointer": "/limit", "detail": "at most 100 is expected"});
            put(&mut example, &["errors"], json!([error]));
        }
        Code::UsageLimitExceeded => {
            put(&mut example, &["limit"], json!(50));
            put(&mut example, &["used"], json!(50));
            put(&mut example, &["resets_at"], json!("2026-02-01T00:00:00.000Z"));
        }
        Code::UncountedRunsExceeded => {
            put(&mut example, &["limit"], json!(1_000));
            put(&mut example, &["used"], json!(1_000));
            put(&mut example, &["resets_at"], json!("2026-02-01T00:00:00.000Z"));
        }
        _ => {}
    }
    example
}

/// Adds the schemas that the responses refer to.
pub(super) fn add_schemas(document: &mut Value) {
    let schema = |schema: RefOr<Schema>| serde_json::to_value(schema).unwrap_or_default();
    put(document, &["components", "schemas", "FieldError"], schema(FieldError::schema()));
    put(document, &["components", "schemas", "ProblemCode"], schema(words::ProblemCode::schema()));
    put(document, &["components", "schemas", "Problem"], schema(ProblemBody::schema()));
}
