//! Parameters of the list. The store panics, so that an invalid request must not reach it.

use crate::support::call::{get, pointers};
use crate::support::down::Down;
use crate::support::stack::{ANN, Stack};
use crate::support::token::encode;
use std::sync::Arc;

#[tokio::test]
async fn all_invalid_parameters_are_reported_at_once() {
    let stack = Stack::on(Arc::new(Down::Panicking), &[]);
    let token = stack.token(ANN);
    for (query, expected) in [
        ("limit=0", vec!["/limit"]),
        ("limit=101", vec!["/limit"]),
        ("limit=-1", vec!["/limit"]),
        ("limit=1.5", vec!["/limit"]),
        ("limit=%2B5", vec!["/limit"]),
        ("limit=ten", vec!["/limit"]),
        ("limit=99999999999999999999999999", vec!["/limit"]),
        ("offset=-1", vec!["/offset"]),
        ("status=done", vec!["/status"]),
        ("status=Running", vec!["/status"]),
        ("configuration_id=1", vec!["/configuration_id"]),
        ("repository_id=abc", vec!["/repository_id"]),
        ("from=yesterday&to=2024-01-01", vec!["/from", "/to"]),
        ("from=2024-01-02T00:00:00Z&to=2024-01-02T00:00:00Z", vec!["/to"]),
        ("limit=5&limit=6", vec!["/limit"]),
        ("colour=failed", vec!["/colour"]),
        ("limit=&offset=&status=&from=&to=", vec!["/limit", "/offset", "/status", "/from", "/to"]),
        ("configuration_id=&colour=", vec!["/configuration_id", "/colour"]),
        ("cursor=abc&offset=1", vec!["/offset"]),
        ("limit=0&offset=x&status=y&z=1", vec!["/limit", "/offset", "/status", "/z"]),
    ] {
        let answer = get(&stack.router, &format!("/report-runs?{query}"), Some(&token)).await;
        assert_eq!(pointers(&answer.expect_problem("VALIDATION_FAILED")), expected, "{query}");
    }
}

#[tokio::test]
async fn offset_that_is_too_large_suggests_the_cursor() {
    let stack = Stack::on(Arc::new(Down::Panicking), &[]);
    let token = stack.token(ANN);
    for offset in ["1001", "999999999999999999999999999999"] {
        let answer = get(&stack.router, &format!("/report-runs?offset={offset}"), Some(&token)).await;
        let problem = answer.expect_problem("VALIDATION_FAILED");
        assert_eq!(pointers(&problem), ["/offset"]);
        assert!(problem["errors"][0]["detail"].as_str().unwrap().contains("'next_cursor'"), "{problem}");
    }
}

#[tokio::test]
async fn invalid_cursors_are_refused() {
    let stack = Stack::on(Arc::new(Down::Panicking), &[]);
    let token = stack.token(ANN);
    let long = "A".repeat(5_000);
    for cursor in [
        String::new(),
        "abc".to_owned(),
        "%00".to_owned(),
        "%ff".to_owned(),
        encode("{}"),
        encode("null"),
        encode(r#"{"query":"","after":""}"#),
        encode(r#"{"query":"","after":"018d0000-0000-7000-8000-000000000001"}"#),
        encode(r#"{"query":1,"after":2}"#),
        encode([0xff, 0xfe]),
        long,
    ] {
        let answer = get(&stack.router, &format!("/report-runs?cursor={cursor}"), Some(&token)).await;
        answer.expect_problem("INVALID_CURSOR");
    }
}
