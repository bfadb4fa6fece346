//! Invalid bodies, headers and parameters of every kind.

use crate::support::call::{pointers, post_json, request, send};
use crate::support::down::Down;
use crate::support::stack::{ANN, Stack};
use axum::body::{Body, Bytes};
use axum::http::Method;
use std::sync::Arc;

const PATH: &str = "/report-configurations/018d0000-0000-7000-8000-000000000001/run";
const GOOD: &str = r#"{"from": "2024-01-01T00:00:00Z", "to": "2024-01-08T00:00:00Z"}"#;

/// A store that panics: an invalid body that reaches it fails the test.
fn stack() -> Stack {
    Stack::on(Arc::new(Down::Panicking), &[])
}

#[tokio::test]
async fn malformed_json_is_400() {
    let stack = stack();
    let token = stack.token(ANN);
    let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
    let deep_objects = format!("{}1{}", r#"{"a":"#.repeat(10_000), "}".repeat(10_000));
    let bodies: Vec<Vec<u8>> = vec![
        b"".to_vec(),
        b"{".to_vec(),
        b"nul".to_vec(),
        b"{} {}".to_vec(),
        b"{'from': 1}".to_vec(),
        br#"{"from": "2024-01-01T00:00:00Z", "to": NaN}"#.to_vec(),
        b"\xff\xfe{\x00}\x00".to_vec(),
        b"{\"from\": \"\xff\xff\"}".to_vec(),
        br#"{"from": "\ud800"}"#.to_vec(),
        br#"{"from": "2024-01-01T00:00:00Z", "from": "2024-01-02T00:00:00Z", "to": "2024-01-08T00:00:00Z"}"#.to_vec(),
        deep.into_bytes(),
        deep_objects.into_bytes(),
    ];
    for body in bodies {
        post_json(&stack.router, PATH, Some(&token), body).await.expect_problem("MALFORMED_JSON");
    }
}

#[tokio::test]
async fn all_invalid_members_are_reported_at_once() {
    let stack = stack();
    let token = stack.token(ANN);
    let long = format!(r#"{{"from": "{}", "to": 1, "{}": 1}}"#, "9".repeat(100_000), "k".repeat(100_000));
    let huge = format!(r#"{{"from": {0}, "to": -{0}}}"#, "9".repeat(100_000));
    let key = format!("/{}", "k".repeat(80));
    for (body, expected) in [
        ("[]", vec![""]),
        ("null", vec![""]),
        ("1", vec![""]),
        (r#""text""#, vec![""]),
        ("{}", vec!["/from", "/to"]),
        (r#"{"from": null, "to": {}}"#, vec!["/from", "/to"]),
        (r#"{"from": 1704067200, "to": 1e999}"#, vec!["/from", "/to"]),
        (r#"{"from": [], "to": true, "other": 1, "a/b~c": 2}"#, vec!["/from", "/to", "/a~1b~0c", "/other"]),
        (r#"{"from": "yesterday", "to": "2024-01-08"}"#, vec!["/from", "/to"]),
        (r#"{"from": "2024-13-01T00:00:00Z", "to": "2024-01-08T00:00:00Z"}"#, vec!["/from"]),
        (r#"{"from": "2024-01-08T00:00:00Z", "to": "2024-01-08T00:00:00Z"}"#, vec!["/to"]),
        (r#"{"from": "2024-01-01T00:00:00Z", "to": "2024-02-02T00:00:00Z"}"#, vec!["/from"]),
        (r#"{"from": "0000-01-01T00:00:00Z", "to": "9999-12-31T23:59:59Z"}"#, vec!["/from"]),
        // The JSON library's own representation of exact numbers: from a caller it is an ordinary object.
        (r#"{"$serde_json::private::Number": "1"}"#, vec![""]),
        (huge.as_str(), vec!["/from", "/to"]),
        (long.as_str(), vec!["/from", "/to", key.as_str()]),
    ] {
        let answer = post_json(&stack.router, PATH, Some(&token), body.to_owned()).await;
        let problem = answer.expect_problem("VALIDATION_FAILED");
        assert_eq!(pointers(&problem), expected, "{body:.100}");
        assert!(answer.text.len() < 2_000, "the answer repeats the caller's text at length");
    }
}

#[tokio::test]
async fn first_hundred_of_many_invalid_members_are_reported() {
    let stack = stack();
    let token = stack.token(ANN);
    let members: Vec<String> = (0..20_000).map(|number| format!(r#""m{number:05}":0"#)).collect();
    for (count, named) in [(98, 100), (20_000, 100)] {
        let body = format!("{{{}}}", members[..count].join(","));
        let answer = post_json(&stack.router, PATH, Some(&token), body).await;
        let problem = answer.expect_problem("VALIDATION_FAILED");
        // 'from' and 'to' are missing, too.
        assert_eq!(pointers(&problem).len(), named);
        assert_eq!(
            problem["detail"].as_str().unwrap().contains(&format!("of {} invalid values", count + 2)),
            count > 98
        );
        assert!(answer.text.len() < 10_000);
    }
}

#[tokio::test]
async fn only_json_is_accepted() {
    let stack = Stack::on(Arc::new(Down::Unavailable), &[]);
    let token = stack.token(ANN);
    for (kind, code) in [
        (None, "UNSUPPORTED_MEDIA_TYPE"),
        (Some("text/plain"), "UNSUPPORTED_MEDIA_TYPE"),
        (Some("application/x-www-form-urlencoded"), "UNSUPPORTED_MEDIA_TYPE"),
        (Some("application/jsonp"), "UNSUPPORTED_MEDIA_TYPE"),
        (Some("application/json"), "SERVICE_UNAVAILABLE"),
        (Some("Application/JSON; charset=utf-8"), "SERVICE_UNAVAILABLE"),
        (Some("application/vnd.git-report+json"), "SERVICE_UNAVAILABLE"),
    ] {
        let ask = request(Method::POST, PATH, Some(&token));
        let ask = if let Some(kind) = kind { ask.header("content-type", kind) } else { ask };
        send(&stack.router, ask.body(Body::from(GOOD)).unwrap()).await.expect_problem(code);
    }
}

#[tokio::test]
async fn body_without_a_content_length_is_limited() {
    let stack = stack();
    let chunks = (0..5).map(|_| Ok::<_, std::io::Error>(Bytes::from(vec![b' '; 64 * 1024])));
    let body = Body::from_stream(futures::stream::iter(chunks));
    let answer = post_json(&stack.router, PATH, Some(&stack.token(ANN)), body).await;
    answer.expect_problem("PAYLOAD_TOO_LARGE");
}

#[tokio::test]
async fn largest_body_is_accepted() {
    let stack = Stack::on(Arc::new(Down::Unavailable), &[]);
    let mut body = GOOD.as_bytes().to_vec();
    body.resize(256 * 1024, b' ');
    let answer = post_json(&stack.router, PATH, Some(&stack.token(ANN)), body).await;
    answer.expect_problem("SERVICE_UNAVAILABLE");
}

#[tokio::test]
async fn unknown_parameters_are_refused() {
    let stack = stack();
    let answer = post_json(&stack.router, &format!("{PATH}?estimated=true"), Some(&stack.token(ANN)), GOOD).await;
    assert_eq!(pointers(&answer.expect_problem("VALIDATION_FAILED")), ["/estimated"]);
}

#[tokio::test]
async fn idempotency_key_has_1_to_255_visible_characters() {
    let longest = "k".repeat(255);
    let too_long = "k".repeat(256);
    let stack = Stack::on(Arc::new(Down::Unavailable), &[]);
    let token = stack.token(ANN);
    for (key, code) in [
        ("", "VALIDATION_FAILED"),
        ("two words", "VALIDATION_FAILED"),
        ("schlüssel", "VALIDATION_FAILED"),
        (too_long.as_str(), "VALIDATION_FAILED"),
        ("~", "SERVICE_UNAVAILABLE"),
        (longest.as_str(), "SERVICE_UNAVAILABLE"),
    ] {
        let ask = request(Method::POST, PATH, Some(&token)).header("content-type", "application/json");
        let ask = ask.header("idempotency-key", key).body(Body::from(GOOD)).unwrap();
        send(&stack.router, ask).await.expect_problem(code);
    }
    // An estimate needs no key, but an invalid one is refused.
    let estimate = request(Method::POST, &format!("{PATH}?estimate=true"), Some(&token));
    let estimate = estimate.header("content-type", "application/json").header("idempotency-key", "two words");
    send(&stack.router, estimate.body(Body::from(GOOD)).unwrap()).await.expect_problem("VALIDATION_FAILED");
    let twice = request(Method::POST, PATH, Some(&token)).header("content-type", "application/json");
    let twice = twice.header("idempotency-key", "a").header("idempotency-key", "b").body(Body::from(GOOD)).unwrap();
    send(&stack.router, twice).await.expect_problem("VALIDATION_FAILED");
}
