//! `GET /health`, and the id that every answer has.

use crate::support::call::{get, request, send};
use crate::support::down::Down;
use crate::support::stack::Stack;
use axum::body::Body;
use axum::http::Method;
use std::sync::Arc;

#[tokio::test]
async fn health_needs_no_token_and_no_store() {
    let stack = Stack::on(Arc::new(Down::Panicking), &[]);
    let body = get(&stack.router, "/health", None).await.expect(200);
    assert_eq!(body["status"], "ok");
    assert_eq!(body["version"], env!("CARGO_PKG_VERSION"));
}

#[tokio::test]
async fn every_answer_has_its_own_id_whatever_the_caller_sends() {
    let stack = Stack::on(Arc::new(Down::Panicking), &[]);
    let mut ids = Vec::new();
    for _ in 0..3 {
        let ask = request(Method::GET, "/health", None).header("x-request-id", "mine");
        let answer = send(&stack.router, ask.body(Body::empty()).unwrap()).await;
        ids.push(answer.header("x-request-id").unwrap().to_owned());
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 3, "{ids:?}");
    assert!(!ids.contains(&"mine".to_owned()));
}
