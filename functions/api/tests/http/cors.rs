//! Web pages that may call the API.

use crate::support::call::{request, send};
use crate::support::down::Down;
use crate::support::stack::Stack;
use axum::body::Body;
use axum::http::Method;
use std::sync::Arc;

const OURS: &str = "https://app.example.com";

/// The headers that the dashboard reads.
const EXPOSED: [&str; 8] = [
    "etag",
    "link",
    "retry-after",
    "x-request-id",
    "www-authenticate",
    "ratelimit-limit",
    "ratelimit-remaining",
    "ratelimit-reset",
];
/// The headers that the dashboard sends.
const ALLOWED: [&str; 5] = ["if-match", "if-none-match", "idempotency-key", "authorization", "content-type"];

fn stack() -> Stack {
    Stack::on(Arc::new(Down::Panicking), &[("CORS_ORIGINS", "https://app.example.com,http://localhost:5173")])
}

#[tokio::test]
async fn configured_origins_may_call_and_read_the_headers() {
    let stack = stack();
    for origin in [OURS, "http://localhost:5173"] {
        for path in ["/health", "/report-runs", "/nothing"] {
            let ask = request(Method::GET, path, None).header("origin", origin).body(Body::empty()).unwrap();
            let answer = send(&stack.router, ask).await;
            assert_eq!(answer.header("access-control-allow-origin"), Some(origin), "{path}");
            let exposed = answer.header("access-control-expose-headers").unwrap();
            let exposed: Vec<&str> = exposed.split(',').map(str::trim).collect();
            for name in EXPOSED {
                assert!(exposed.contains(&name), "{name} is missing in {exposed:?}");
            }
            answer.assert_contract();
        }
    }
}

#[tokio::test]
async fn other_origins_are_refused() {
    let stack = stack();
    for origin in ["https://evil.example", "https://app.example.com.evil.example", "http://app.example.com", "null"] {
        for method in [Method::GET, Method::OPTIONS] {
            let ask = request(method, "/health", None)
                .header("origin", origin)
                .header("access-control-request-method", "GET")
                .body(Body::empty())
                .unwrap();
            let answer = send(&stack.router, ask).await;
            assert_eq!(answer.header("access-control-allow-origin"), None, "{origin}");
        }
    }
}

#[tokio::test]
async fn preflight_allows_the_headers_of_the_api() {
    let stack = stack();
    let ask = request(Method::OPTIONS, "/report-runs", None)
        .header("origin", OURS)
        .header("access-control-request-method", "GET")
        .header("access-control-request-headers", "authorization")
        .body(Body::empty())
        .unwrap();
    let answer = send(&stack.router, ask).await;
    assert_eq!(answer.status.as_u16(), 200);
    assert_eq!(answer.header("access-control-allow-origin"), Some(OURS));
    let allowed = answer.header("access-control-allow-headers").unwrap();
    let allowed: Vec<&str> = allowed.split(',').map(str::trim).collect();
    for name in ALLOWED {
        assert!(allowed.contains(&name), "{name} is missing in {allowed:?}");
    }
    assert!(answer.header("x-request-id").is_some());
}

#[tokio::test]
async fn no_configured_origin_means_no_cors() {
    let stack = Stack::on(Arc::new(Down::Panicking), &[]);
    let ask = request(Method::OPTIONS, "/report-runs", None)
        .header("origin", OURS)
        .header("access-control-request-method", "GET");
    let answer = send(&stack.router, ask.body(Body::empty()).unwrap()).await;
    answer.expect_problem("METHOD_NOT_ALLOWED");
    assert_eq!(answer.header("access-control-allow-origin"), None);
}
