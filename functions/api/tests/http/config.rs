//! `GET /config`: what a web application needs before it signs in its user.

use crate::support::call::{get, request, send};
use crate::support::down::Down;
use crate::support::stack::Stack;
use axum::body::Body;
use axum::http::Method;
use serde_json::json;
use std::sync::Arc;

#[tokio::test]
async fn without_an_issuer_a_token_is_pasted() {
    let stack = Stack::on(Arc::new(Down::Panicking), &[]);
    let answer = get(&stack.router, "/config", None).await;
    let expected = json!({
        "name": "git-report",
        "version": env!("CARGO_PKG_VERSION"),
        "sign_in": {"kind": "bearer"},
        "features": {"email_notices": true, "own_model": true, "demo": false},
    });
    assert_eq!(answer.expect(200), expected);
}

#[tokio::test]
async fn operator_chooses_name_and_issuer() {
    let variables = [
        ("DASHBOARD_NAME", "Reports of Example"),
        ("DASHBOARD_OIDC_ISSUER", "https://issuer.example.com/realms/a"),
        ("DASHBOARD_OIDC_CLIENT_ID", "dashboard"),
    ];
    let ask = |scope: Option<&'static str>| {
        let more = scope.map(|scope| ("DASHBOARD_OIDC_SCOPE", scope));
        let variables: Vec<_> = variables.into_iter().chain(more).collect();
        let stack = Stack::on(Arc::new(Down::Panicking), &variables);
        async move { get(&stack.router, "/config", None).await.expect(200) }
    };
    let body = ask(None).await;
    assert_eq!(body["name"], "Reports of Example");
    let expected = json!({
        "kind": "oidc",
        "issuer": "https://issuer.example.com/realms/a",
        "client_id": "dashboard",
        "scope": "openid profile",
    });
    assert_eq!(body["sign_in"], expected);
    assert_eq!(ask(Some("openid email")).await["sign_in"]["scope"], "openid email");
}

#[tokio::test]
async fn answer_may_be_cached_for_a_minute_and_has_a_tag() {
    let stack = Stack::on(Arc::new(Down::Panicking), &[]);
    let answer = get(&stack.router, "/config", None).await;
    assert_eq!(answer.header("cache-control"), Some("public, max-age=60"));
    let tag = answer.header("etag").unwrap().to_owned();
    let ask = request(Method::GET, "/config", None).header("if-none-match", tag).body(Body::empty()).unwrap();
    assert_eq!(send(&stack.router, ask).await.status, 304);
}

#[tokio::test]
async fn demo_session_does_not_exist() {
    let stack = Stack::on(Arc::new(Down::Panicking), &[]);
    let ask = request(Method::POST, "/demo/session", None).body(Body::empty()).unwrap();
    send(&stack.router, ask).await.expect_problem("NOT_FOUND");
}
