//! Tokens that are signed with the keys that an issuer publishes.

use super::{accepted, ask, refused};
use crate::support::call::Answer;
use crate::support::down::Down;
use crate::support::jwks::Issuer;
use crate::support::stack::{ANN, Stack};
use crate::support::token::{self, P256, Rsa, claims, encode, hs256, message};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::instant::Duration;
use serde_json::json;
use std::sync::Arc;

/// An issuer with one RSA and one P-256 key, and a stack that trusts it and the shared secret.
async fn published() -> (Stack, Issuer, Rsa, P256) {
    let (rsa, p256) = (Rsa::new(), P256::new());
    let issuer = Issuer::with_keys(vec![rsa.jwk("rsa-1"), p256.jwk("ec-1")]).await;
    let stack = Stack::on(Arc::new(Down::Broken), &[("JWT_JWKS_URL", &issuer.url)]);
    (stack, issuer, rsa, p256)
}

#[tokio::test]
async fn published_keys_verify_with_their_own_algorithm_only() {
    let (stack, _issuer, rsa, p256) = published().await;
    let good = claims(ANN, stack.seconds());
    accepted(&ask(&stack, &rsa.sign(&json!({"alg": "RS256", "kid": "rsa-1"}), &good)).await);
    accepted(&ask(&stack, &p256.sign(&json!({"alg": "ES256", "kid": "ec-1"}), &good)).await);
    accepted(&ask(&stack, &stack.token(ANN)).await);
    let public = rsa.public_der();
    for token in [
        // A classic forgery: the public key as an HMAC secret, in the forms in which it is published.
        hs256(&json!({"alg": "HS256", "kid": "rsa-1"}), &good, &public),
        hs256(&json!({"alg": "HS256"}), &good, &public),
        hs256(&json!({"alg": "HS256", "kid": "rsa-1"}), &good, rsa.public_pem().as_bytes()),
        hs256(&json!({"alg": "HS256", "kid": "rsa-1"}), &good, rsa.public_pem().trim_end().as_bytes()),
        hs256(&json!({"alg": "HS256", "kid": "rsa-1"}), &good, rsa.jwk("rsa-1").to_string().as_bytes()),
        hs256(&json!({"alg": "HS256", "kid": "rsa-1"}), &good, rsa.jwk("rsa-1")["n"].as_str().unwrap().as_bytes()),
        hs256(&json!({"alg": "HS256", "kid": "ec-1"}), &good, p256.jwk("ec-1")["x"].as_str().unwrap().as_bytes()),
        format!("{}.", message(&json!({"alg": "none", "kid": "rsa-1"}), &good)),
        rsa.sign(&json!({"alg": "RS256", "kid": "ec-1"}), &good),
        rsa.sign(&json!({"alg": "ES256", "kid": "rsa-1"}), &good),
        rsa.sign(&json!({"alg": "RS384", "kid": "rsa-1"}), &good),
        rsa.sign(&json!({"alg": "PS256", "kid": "rsa-1"}), &good),
        p256.sign(&json!({"alg": "ES256", "kid": "rsa-1"}), &good),
        Rsa::new().sign(&json!({"alg": "RS256", "kid": "rsa-1"}), &good),
        P256::new().sign(&json!({"alg": "ES256", "kid": "ec-1"}), &good),
    ] {
        refused(&ask(&stack, &token).await);
    }
}

/// A token with its own key, or with the address of its key, is still checked with the issuer's keys.
#[tokio::test]
async fn key_inside_a_token_is_not_used() {
    let (stack, issuer, rsa, _) = published().await;
    let good = claims(ANN, stack.seconds());
    let (forger, forgers) = (Rsa::new(), Issuer::with_keys(vec![]).await);
    forgers.publish(vec![forger.jwk("rsa-1"), forger.jwk("forged")]);
    for kid in ["rsa-1", "forged"] {
        for (name, value) in [
            ("jwk", forger.jwk(kid)),
            ("jku", json!(forgers.url)),
            ("x5u", json!(forgers.url)),
            ("x5c", json!([STANDARD.encode(forger.public_der())])),
        ] {
            let mut header = json!({"alg": "RS256", "kid": kid});
            header[name] = value;
            refused(&ask(&stack, &forger.sign(&header, &good)).await);
        }
    }
    for kid in ["../../etc/passwd", "rsa-1\u{0}", "' or '1'='1", "", "https://forger.example.com/key"] {
        refused(&ask(&stack, &forger.sign(&json!({"alg": "RS256", "kid": kid}), &good)).await);
    }
    accepted(&ask(&stack, &rsa.sign(&json!({"alg": "RS256", "kid": "rsa-1"}), &good)).await);
    assert_eq!((forgers.asked(), issuer.asked()), (0, 1));
}

#[tokio::test]
async fn hmac_without_a_shared_secret_is_refused() {
    let rsa = Rsa::new();
    // A shared secret in a published key set must not be trusted.
    let oct = json!({"kty": "oct", "kid": "oct-1", "alg": "HS256", "k": encode(token::SECRET)});
    let issuer = Issuer::with_keys(vec![rsa.jwk("rsa-1"), oct]).await;
    let stack = Stack::on(Arc::new(Down::Broken), &[("JWT_SECRET", ""), ("JWT_JWKS_URL", &issuer.url)]);
    let good = claims(ANN, stack.seconds());
    accepted(&ask(&stack, &rsa.sign(&json!({"alg": "RS256", "kid": "rsa-1"}), &good)).await);
    for kid in ["rsa-1", "oct-1"] {
        let header = json!({"alg": "HS256", "kid": kid});
        refused(&ask(&stack, &hs256(&header, &good, &rsa.public_der())).await);
        refused(&ask(&stack, &hs256(&header, &good, token::SECRET.as_bytes())).await);
        refused(&ask(&stack, &hs256(&header, &good, b"")).await);
    }
}

#[tokio::test]
async fn keys_for_other_purposes_are_not_used() {
    let rsa = Rsa::new();
    let mut encrypts = rsa.jwk("encrypts");
    encrypts["use"] = json!("enc");
    let mut other = rsa.jwk("other");
    other["alg"] = json!("RS512");
    let issuer = Issuer::with_keys(vec![encrypts, other, json!({"kty": "OKP", "crv": "Ed25519", "x": "AA"})]).await;
    let stack = Stack::on(Arc::new(Down::Broken), &[("JWT_JWKS_URL", &issuer.url)]);
    for kid in ["encrypts", "other"] {
        let token = rsa.sign(&json!({"alg": "RS256", "kid": kid}), &claims(ANN, stack.seconds()));
        refused(&ask(&stack, &token).await);
    }
}

#[tokio::test]
async fn unknown_key_is_requested_at_most_once_a_minute() {
    let (stack, issuer, rsa, _) = published().await;
    let new = Rsa::new();
    let signed = |rsa: &Rsa, kid: &str| rsa.sign(&json!({"alg": "RS256", "kid": kid}), &claims(ANN, stack.seconds()));
    accepted(&ask(&stack, &signed(&rsa, "rsa-1")).await);
    assert_eq!(issuer.asked(), 1);
    issuer.publish(vec![rsa.jwk("rsa-1"), new.jwk("rsa-2")]);
    for kid in ["rsa-2", "made-up", "made-up-too"] {
        refused(&ask(&stack, &signed(&new, kid)).await);
    }
    assert_eq!(issuer.asked(), 1, "no second request within the minute");
    stack.pass(Duration::seconds(60));
    accepted(&ask(&stack, &signed(&new, "rsa-2")).await);
    refused(&ask(&stack, &signed(&new, "made-up")).await);
    assert_eq!(issuer.asked(), 2);
    stack.pass(Duration::seconds(59));
    accepted(&ask(&stack, &signed(&rsa, "rsa-1")).await);
    refused(&ask(&stack, &signed(&new, "made-up")).await);
    assert_eq!(issuer.asked(), 2);
}

#[tokio::test]
async fn many_tokens_at_once_make_one_request() {
    let (stack, issuer, rsa, _) = published().await;
    let token = rsa.sign(&json!({"alg": "RS256", "kid": "rsa-1"}), &claims(ANN, stack.seconds()));
    let answers = futures::future::join_all((0..20).map(|_| ask(&stack, &token))).await;
    answers.iter().for_each(accepted);
    assert_eq!(issuer.asked(), 1);
}

#[tokio::test]
async fn withdrawn_key_is_refused_after_ten_minutes() {
    let (stack, issuer, rsa, p256) = published().await;
    let token = |stack: &Stack| rsa.sign(&json!({"alg": "RS256", "kid": "rsa-1"}), &claims(ANN, stack.seconds()));
    accepted(&ask(&stack, &token(&stack)).await);
    issuer.publish(vec![p256.jwk("ec-1")]);
    stack.pass(Duration::seconds(599));
    accepted(&ask(&stack, &token(&stack)).await);
    stack.pass(Duration::seconds(1));
    refused(&ask(&stack, &token(&stack)).await);
}

/// The answer if no key can be fetched: the caller's token may be valid, so it is not 401.
pub(super) fn keys_unavailable(answer: &Answer) {
    answer.expect_problem("SERVICE_UNAVAILABLE");
    assert!(answer.header("www-authenticate").is_none());
}

#[tokio::test]
async fn keys_are_used_for_an_hour_while_the_issuer_is_down() {
    let rsa = Rsa::new();
    let issuer = Issuer::with_keys(vec![rsa.jwk("rsa-1")]).await;
    let stack = Stack::on(Arc::new(Down::Broken), &[("JWT_JWKS_URL", &issuer.url)]);
    let token = |kid: &str| rsa.sign(&json!({"alg": "RS256", "kid": kid}), &claims(ANN, stack.seconds()));
    accepted(&ask(&stack, &token("rsa-1")).await);
    issuer.go_down();
    for _ in 0..59 {
        stack.pass(Duration::minutes(1));
        accepted(&ask(&stack, &token("rsa-1")).await);
    }
    assert_eq!(issuer.asked(), 1 + 50, "from the tenth minute on, once a minute");
    keys_unavailable(&ask(&stack, &token("made-up")).await);
    stack.pass(Duration::minutes(1));
    keys_unavailable(&ask(&stack, &token("rsa-1")).await);
    accepted(&ask(&stack, &stack.token(ANN)).await);
}

#[tokio::test]
async fn issuer_that_never_answered_is_503() {
    let rsa = Rsa::new();
    let issuer = Issuer::with_keys(vec![rsa.jwk("rsa-1")]).await;
    issuer.go_down();
    let stack = Stack::on(Arc::new(Down::Broken), &[("JWT_JWKS_URL", &issuer.url)]);
    let token = |kid: &str| rsa.sign(&json!({"alg": "RS256", "kid": kid}), &claims(ANN, stack.seconds()));
    for kid in ["rsa-1", "made-up", "rsa-1"] {
        keys_unavailable(&ask(&stack, &token(kid)).await);
    }
    assert_eq!(issuer.asked(), 1, "a failed request counts as one");
}
