//! Tokens that are accepted and refused.

mod key_sets;
mod published;
mod rotation;

use crate::support::call::{Answer, get, request, send};
use crate::support::down::Down;
use crate::support::stack::{ANN, Stack};
use crate::support::token::{self, claims, encode, hs256, message};
use axum::body::Body;
use axum::http::Method;
use domain::instant::Duration;
use serde_json::{Value, json};
use std::sync::Arc;

/// A route that needs a token. The store behind it is broken: 500 means that the token was accepted, and 503 that no
/// key could be fetched.
const PATH: &str = "/report-runs/usage";

fn stack() -> Stack {
    Stack::on(Arc::new(Down::Broken), &[])
}

fn refused(answer: &Answer) {
    answer.expect_problem("UNAUTHORIZED");
    assert!(answer.header("www-authenticate").unwrap().starts_with("Bearer realm=\"git-report\""));
}

/// The token was accepted: the request reached the store.
fn accepted(answer: &Answer) {
    answer.expect_problem("INTERNAL");
}

async fn ask(stack: &Stack, token: &str) -> Answer {
    get(&stack.router, PATH, Some(token)).await
}

#[tokio::test]
async fn valid_token_is_accepted() {
    let stack = stack();
    accepted(&ask(&stack, &stack.token(ANN)).await);
}

#[tokio::test]
async fn every_route_except_health_needs_a_token() {
    let stack = Stack::on(Arc::new(Down::Panicking), &[]);
    let id = "018d0000-0000-7000-8000-000000000001";
    for (method, path) in [
        (Method::GET, "/report-runs".to_owned()),
        (Method::GET, "/report-runs?limit=0".to_owned()),
        (Method::GET, PATH.to_owned()),
        (Method::GET, format!("/report-runs/{id}")),
        (Method::GET, "/report-runs/no-id".to_owned()),
        (Method::POST, format!("/report-runs/{id}/cancel")),
        (Method::POST, format!("/report-configurations/{id}/run")),
        (Method::POST, format!("/report-configurations/{id}/manual-trigger")),
    ] {
        refused(&send(&stack.router, request(method, &path, None).body(Body::empty()).unwrap()).await);
    }
}

#[tokio::test]
async fn only_one_bearer_header_is_a_token() {
    let stack = stack();
    let token = stack.token(ANN);
    for value in [token.clone(), format!("Basic {token}"), format!("Bearer{token}"), "Bearer".into(), "Bearer ".into()]
    {
        let ask = request(Method::GET, PATH, None).header("authorization", value);
        refused(&send(&stack.router, ask.body(Body::empty()).unwrap()).await);
    }
    let twice = request(Method::GET, PATH, Some(&token)).header("authorization", format!("Bearer {token}"));
    refused(&send(&stack.router, twice.body(Body::empty()).unwrap()).await);
    let lower = request(Method::GET, PATH, None).header("authorization", format!("bearer {token}"));
    accepted(&send(&stack.router, lower.body(Body::empty()).unwrap()).await);
}

#[tokio::test]
async fn forged_and_broken_tokens_are_refused() {
    let stack = stack();
    let good = claims(ANN, stack.seconds());
    let secret = token::SECRET.as_bytes();
    let none = json!({"alg": "none", "typ": "JWT"});
    let valid = token::with(&good);
    let (signed, signature) = valid.rsplit_once('.').unwrap();
    let other_claims = message(&json!({"alg": "HS256"}), &claims(crate::support::stack::BOB, stack.seconds()));
    for token in [
        format!("{}.", message(&none, &good)),
        message(&none, &good),
        format!("{}.{signature}", message(&none, &good)),
        format!("{}.", message(&json!({"alg": "NONE"}), &good)),
        hs256(&none, &good, secret),
        format!("{signed}."),
        format!("{signed}.AAAA"),
        format!("{other_claims}.{signature}"),
        hs256(&json!({"alg": "HS256"}), &good, b"another secret of more than thirty-two bytes"),
        hs256(&json!({"alg": "HS256"}), &good, b""),
        // The right key, under an algorithm that it is not for.
        hs256(&json!({"alg": "HS384"}), &good, secret),
        hs256(&json!({"alg": "HS512"}), &good, secret),
        hs256(&json!({"alg": "RS256"}), &good, secret),
        // An extension that must be understood (RFC 7515, section 4.1.11).
        hs256(&json!({"alg": "HS256", "crit": ["exp"]}), &good, secret),
        hs256(&json!({"typ": "JWT"}), &good, secret),
        "a.b.c".to_owned(),
        "..".to_owned(),
        String::from("x"),
        encode("{}"),
        format!("{valid}.{signature}"),
        "a".repeat(20_000),
    ] {
        refused(&ask(&stack, &token).await);
    }
}

/// Ann's token at an instant, with another value of a claim.
fn with_claim(now: i64, name: &str, value: Value) -> String {
    let mut claims = claims(ANN, now);
    claims[name] = value;
    token::with(&claims)
}

#[tokio::test]
async fn claims_are_required() {
    let stack = stack();
    for name in ["exp", "iss", "aud", "sub"] {
        let mut claims = claims(ANN, stack.seconds());
        claims.as_object_mut().unwrap().remove(name);
        refused(&ask(&stack, &token::with(&claims)).await);
    }
    for claims in [json!([]), json!("text")] {
        refused(&ask(&stack, &token::with(&claims)).await);
    }
}

#[tokio::test]
async fn claims_are_checked() {
    let stack = stack();
    let now = stack.seconds();
    // Other spellings of the user's own UUID.
    let spelled =
        [ANN.to_uppercase(), ANN.replace('-', ""), format!("{{{ANN}}}"), format!("urn:uuid:{ANN}"), format!(" {ANN}")];
    let subjects = [json!("ann"), json!(""), Value::Null, json!(1)].into_iter().chain(spelled.map(Value::from));
    let huge = serde_json::from_str("1e400").unwrap();
    let instants =
        [json!(now - 31), json!(0), json!(-1), json!((now + 3_600).to_string()), Value::Null, json!("never"), huge];
    for (name, values) in [
        ("iss", vec![json!("https://other.supabase.co/auth/v1"), json!([token::ISSUER])]),
        ("aud", vec![json!("anon"), json!([]), json!(["anon", "service_role"]), Value::Null]),
        ("sub", subjects.collect()),
        ("exp", instants.into()),
        ("nbf", vec![json!(now + 31), json!("later")]),
    ] {
        for value in values {
            refused(&ask(&stack, &with_claim(now, name, value)).await);
        }
    }
}

#[tokio::test]
async fn token_for_several_audiences_or_of_a_clock_half_a_minute_off_is_accepted() {
    let stack = stack();
    let now = stack.seconds();
    for (name, value) in [
        ("aud", json!(["other", token::AUDIENCE])),
        ("exp", json!(now - 29)),
        ("exp", serde_json::from_str(&format!("{now}.75")).unwrap()),
        ("nbf", json!(now + 29)),
        ("nbf", json!(now - 100)),
    ] {
        accepted(&ask(&stack, &with_claim(now, name, value)).await);
    }
}

#[tokio::test]
async fn token_expires() {
    let stack = stack();
    let token = stack.token(ANN);
    stack.pass(Duration::seconds(3_629));
    accepted(&ask(&stack, &token).await);
    stack.pass(Duration::seconds(1));
    refused(&ask(&stack, &token).await);
}
