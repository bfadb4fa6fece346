//! The sample events in `events/api`, as API Gateway sends them, through the same conversion as in Lambda.

use crate::support::call::Answer;
use crate::support::down::Down;
use crate::support::stack::{ANN, Stack};
use axum::body::to_bytes;
use lambda_http::lambda_runtime::Context;
use lambda_http::{Request, RequestExt, request};
use std::path::Path;
use std::sync::Arc;
use tower::ServiceExt;

fn event(name: &str) -> Request {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../events/api").join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    request::from_str(&text).unwrap()
}

/// The event with a token that is valid at the stack's time: the one in the file is a placeholder.
fn with_token(mut event: Request, stack: &Stack) -> Request {
    assert_eq!(event.headers()["authorization"], "Bearer ACCESS_TOKEN");
    let value = format!("Bearer {}", stack.token(ANN)).parse().unwrap();
    event.headers_mut().insert("authorization", value);
    event
}

async fn answer(stack: &Stack, event: Request) -> Answer {
    let response = stack.router.clone().oneshot(event).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    Answer { status: parts.status, headers: parts.headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
}

#[tokio::test]
async fn health_has_the_gateways_request_id() {
    let stack = Stack::on(Arc::new(Down::Panicking), &[]);
    let answer = answer(&stack, event("get-health.json")).await;
    answer.expect(200);
    assert_eq!(answer.header("x-request-id"), Some("JKJaXmPLvHcESHA="));
}

#[tokio::test]
async fn request_id_in_lambda_is_the_invocations() {
    let stack = Stack::on(Arc::new(Down::Panicking), &[]);
    let mut context = Context::default();
    context.request_id = "8476a536-e9f4-11e8-9739-2dfe598c3fcd".to_owned();
    let answer = answer(&stack, event("get-health.json").with_lambda_context(context)).await;
    assert_eq!(answer.header("x-request-id"), Some("8476a536-e9f4-11e8-9739-2dfe598c3fcd"));
}

#[tokio::test]
async fn events_without_a_valid_token_are_401() {
    let stack = Stack::on(Arc::new(Down::Panicking), &[]);
    for name in ["get-usage.json", "list-runs.json", "start-run.json"] {
        answer(&stack, event(name)).await.expect_problem("UNAUTHORIZED");
    }
}

#[tokio::test]
async fn events_reach_their_routes_with_query_and_body() {
    let stack = Stack::on(Arc::new(Down::Unavailable), &[]);
    for name in ["get-usage.json", "list-runs.json", "start-run.json"] {
        answer(&stack, with_token(event(name), &stack)).await.expect_problem("SERVICE_UNAVAILABLE");
    }
}
