//! Every error is a problem with a listed code.

use crate::support::call::{get, post, post_json, request, send};
use crate::support::down::{Down, INNER_WORDS};
use crate::support::stack::{ANN, Stack};
use axum::body::Body;
use axum::http::Method;
use std::sync::Arc;

const ID: &str = "018d0000-0000-7000-8000-000000000001";
const WINDOW: &str = r#"{"from": "2026-01-01T00:00:00Z", "to": "2026-01-08T00:00:00Z"}"#;

const REPOSITORY: &str = r#"{"url": "https://github.com/octocat/hello-world"}"#;
const CONFIGURATION: &str =
    r#"{"repository_id": "018d0000-0000-7000-8000-000000000001", "branch": "main", "schedule": "@daily"}"#;

/// A valid request to every route by which users create and edit things.
async fn keep_everything(stack: &Stack) -> Vec<crate::support::call::Answer> {
    let token = stack.token(ANN);
    let one = |path: &str| format!("{path}/{ID}");
    let mut answers = Vec::new();
    for (method, path, body) in [
        (Method::GET, "/repositories".to_owned(), ""),
        (Method::POST, "/repositories".to_owned(), REPOSITORY),
        (Method::GET, one("/repositories"), ""),
        (Method::PUT, one("/repositories"), REPOSITORY),
        (Method::DELETE, one("/repositories"), ""),
        (Method::GET, one("/repositories") + "/branches", ""),
        (Method::GET, "/report-configurations".to_owned(), ""),
        (Method::POST, "/report-configurations".to_owned(), CONFIGURATION),
        (Method::GET, one("/report-configurations"), ""),
        (Method::PUT, one("/report-configurations"), CONFIGURATION),
        (Method::DELETE, one("/report-configurations"), ""),
        (Method::POST, one("/report-configurations") + "/test-webhook", ""),
        (Method::POST, one("/report-configurations") + "/test", ""),
        (Method::POST, one("/report-configurations") + "/rotate-secret", ""),
        (Method::GET, one("/report-configurations") + "/scheduling-info", ""),
        (Method::GET, "/users/profile".to_owned(), ""),
        (Method::PUT, "/users/profile".to_owned(), "{}"),
    ] {
        let ask = request(method, &path, Some(&token)).header("content-type", "application/json");
        answers.push(send(&stack.router, ask.body(Body::from(body)).unwrap()).await);
    }
    answers
}

/// A valid request to every route that reads the store.
async fn ask_everything(stack: &Stack) -> Vec<crate::support::call::Answer> {
    let token = stack.token(ANN);
    let token = Some(token.as_str());
    vec![
        get(&stack.router, "/report-runs", token).await,
        get(&stack.router, "/report-runs/usage", token).await,
        get(&stack.router, &format!("/report-runs/{ID}"), token).await,
        post(&stack.router, &format!("/report-runs/{ID}/cancel"), token).await,
        post_json(&stack.router, &format!("/report-configurations/{ID}/run"), token, WINDOW).await,
        post_json(&stack.router, &format!("/report-configurations/{ID}/manual-trigger"), token, WINDOW).await,
    ]
}

#[tokio::test]
async fn failing_store_is_a_problem_without_internal_words() {
    for (store, code, retry) in [
        (Down::Unavailable, "SERVICE_UNAVAILABLE", true),
        (Down::Busy, "SERVICE_UNAVAILABLE", true),
        (Down::Broken, "INTERNAL", false),
        (Down::Panicking, "INTERNAL", false),
    ] {
        let stack = Stack::on(Arc::new(store), &[]);
        let answers = ask_everything(&stack).await.into_iter().chain(keep_everything(&stack).await);
        for answer in answers {
            answer.expect_problem(code);
            assert!(!answer.text.contains(INNER_WORDS), "{}", answer.text);
            assert_eq!(answer.header("retry-after").is_some(), retry);
        }
    }
}

#[tokio::test]
async fn busy_store_has_a_retry_after() {
    let stack = Stack::on(Arc::new(Down::Busy), &[]);
    let answer = get(&stack.router, "/report-runs/usage", Some(&stack.token(ANN))).await;
    assert_eq!(answer.header("retry-after"), Some("7"));
}

#[tokio::test]
async fn unknown_paths_are_404_with_and_without_a_token() {
    let stack = Stack::on(Arc::new(Down::Panicking), &[]);
    for path in ["/", "/nothing", "/report-runs/", "/report-runs/a/b/c", "/reports", "/health/x", "//report-runs"] {
        for token in [None, Some(stack.token(ANN))] {
            get(&stack.router, path, token.as_deref()).await.expect_problem("NOT_FOUND");
        }
    }
}

#[tokio::test]
async fn malformed_id_is_404() {
    let stack = Stack::on(Arc::new(Down::Panicking), &[]);
    let token = stack.token(ANN);
    for id in ["abc", "1", "%00", "%ff", "..", "018d0000-0000-7000-8000-00000000000", "%2e%2e%2fusage"] {
        get(&stack.router, &format!("/report-runs/{id}"), Some(&token)).await.expect_problem("NOT_FOUND");
        post(&stack.router, &format!("/report-runs/{id}/cancel"), Some(&token)).await.expect_problem("NOT_FOUND");
        let path = format!("/report-configurations/{id}/run");
        post_json(&stack.router, &path, Some(&token), WINDOW).await.expect_problem("NOT_FOUND");
    }
}

#[tokio::test]
async fn other_methods_are_405_with_the_allowed_ones() {
    let stack = Stack::on(Arc::new(Down::Panicking), &[]);
    let token = stack.token(ANN);
    for (path, allowed) in [
        ("/health".to_owned(), "GET,HEAD"),
        ("/report-runs".to_owned(), "GET,HEAD"),
        ("/report-runs/usage".to_owned(), "GET,HEAD"),
        (format!("/report-runs/{ID}"), "GET,HEAD"),
        (format!("/report-runs/{ID}/cancel"), "POST"),
        (format!("/report-configurations/{ID}/run"), "POST"),
        (format!("/report-configurations/{ID}/manual-trigger"), "POST"),
        ("/repositories".to_owned(), "GET,HEAD,POST"),
        (format!("/repositories/{ID}"), "GET,HEAD,PUT,PATCH,DELETE"),
        (format!("/repositories/{ID}/branches"), "GET,HEAD"),
        ("/report-configurations".to_owned(), "GET,HEAD,POST"),
        (format!("/report-configurations/{ID}"), "GET,HEAD,PUT,PATCH,DELETE"),
        (format!("/report-configurations/{ID}/scheduling-info"), "GET,HEAD"),
        (format!("/report-configurations/{ID}/rotate-secret"), "POST"),
        ("/users/profile".to_owned(), "GET,HEAD,PUT,PATCH,DELETE"),
        (format!("/admin/accounts/{ID}"), "GET,HEAD,PUT,PATCH,DELETE"),
    ] {
        for method in [Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
            if allowed.split(',').any(|name| name == method.as_str()) {
                continue;
            }
            let ask = request(method.clone(), &path, Some(&token)).body(Body::empty()).unwrap();
            let answer = send(&stack.router, ask).await;
            answer.expect_problem("METHOD_NOT_ALLOWED");
            assert_eq!(answer.header("allow"), Some(allowed), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn head_request_has_headers_and_no_body() {
    let stack = Stack::on(Arc::new(Down::Panicking), &[]);
    for (path, status) in [("/health", 200), ("/nothing", 404), ("/report-runs", 401)] {
        let ask = request(Method::HEAD, path, None).body(Body::empty()).unwrap();
        let answer = send(&stack.router, ask).await;
        assert_eq!(answer.status.as_u16(), status);
        assert_eq!(answer.text, "");
        assert!(answer.header("x-request-id").is_some());
    }
}

#[tokio::test]
async fn large_body_is_refused_on_every_route() {
    let stack = Stack::on(Arc::new(Down::Panicking), &[]);
    let token = stack.token(ANN);
    for (method, path) in [
        (Method::GET, "/health".to_owned()),
        (Method::POST, format!("/report-runs/{ID}/cancel")),
        (Method::POST, format!("/report-configurations/{ID}/run")),
    ] {
        let ask = request(method, &path, Some(&token)).header("content-type", "application/json");
        let answer = send(&stack.router, ask.body(Body::from(vec![b' '; 300 * 1024])).unwrap()).await;
        answer.expect_problem("PAYLOAD_TOO_LARGE");
    }
}
