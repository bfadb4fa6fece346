//! Key sets as issuers publish them: an invalid entry is skipped, and the tokens of the other keys are accepted.

use super::published::keys_unavailable;
use super::{accepted, ask, refused};
use crate::support::down::Down;
use crate::support::jwks::Issuer;
use crate::support::stack::{ANN, Stack};
use crate::support::token::{P256, Rsa, claims, encode};
use base64::Engine;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use domain::instant::Duration;
use serde_json::{Value, json};
use std::sync::Arc;

struct TrustedIssuer {
    stack: Stack,
    issuer: Issuer,
    rsa: Rsa,
    p256: P256,
}

impl TrustedIssuer {
    /// A stack that trusts an issuer whose key set is this body.
    async fn body(of: impl FnOnce(&Rsa, &P256) -> Vec<u8>) -> Self {
        let (rsa, p256) = (Rsa::new(), P256::new());
        let issuer = Issuer::with_keys(vec![]).await;
        issuer.publish_body(of(&rsa, &p256));
        let stack = Stack::on(Arc::new(Down::Broken), &[("JWT_JWKS_URL", &issuer.url)]);
        Self { stack, issuer, rsa, p256 }
    }

    async fn keys(of: impl FnOnce(&Rsa, &P256) -> Vec<Value>) -> Self {
        Self::body(|rsa, p256| json!({"keys": of(rsa, p256)}).to_string().into_bytes()).await
    }

    fn signed(&self, header: &Value) -> String {
        let claims = claims(ANN, self.stack.seconds());
        if header["alg"] == "ES256" { self.p256.sign(header, &claims) } else { self.rsa.sign(header, &claims) }
    }

    async fn accepts(&self, header: Value) {
        accepted(&ask(&self.stack, &self.signed(&header)).await);
    }

    async fn refuses(&self, header: Value) {
        refused(&ask(&self.stack, &self.signed(&header)).await);
    }
}

fn changed(mut key: Value, name: &str, value: Value) -> Value {
    key[name] = value;
    key
}

/// The case that could lock every user out: beside the good entries one is invalid, and both good ones verify.
#[tokio::test]
async fn invalid_entry_is_skipped_and_the_others_verify() {
    let deep = format!("{}{}", "[".repeat(2_000), "]".repeat(2_000));
    let other = Rsa::new();
    let without_kty = changed(other.jwk("bad"), "kty", Value::Null);
    for bad in [
        "null".to_owned(),
        "7".to_owned(),
        "true".to_owned(),
        "\"text\"".to_owned(),
        "[]".to_owned(),
        "{}".to_owned(),
        deep,
        r#"{"kty": "RSA", "kid": "bad", "n": "\ud800", "e": "AQAB"}"#.to_owned(),
        r#"{"kty": "RSA", "kid": "bad", "exp": 1e999999}"#.to_owned(),
        r#"{"kty": "RSA", "kid": "bad"}"#.to_owned(),
        r#"{"kty": "RSA", "kid": "bad", "n": "AAAA", "e": "AQAB"}"#.to_owned(),
        r#"{"kty": "RSA", "kid": "bad", "n": "!", "e": "AQAB"}"#.to_owned(),
        r#"{"kty": "EC", "crv": "P-256", "kid": "bad", "x": "AA"}"#.to_owned(),
        r#"{"kty": "EC", "kid": "bad"}"#.to_owned(),
        r#"{"kty": "AKP", "alg": "ML-DSA-44", "kid": "bad", "pub": "AAAA"}"#.to_owned(),
        without_kty.to_string(),
        changed(other.jwk("bad"), "kty", json!(["RSA"])).to_string(),
        changed(other.jwk("bad"), "kid", json!(7)).to_string(),
        changed(other.jwk("bad"), "alg", json!({})).to_string(),
        changed(other.jwk("bad"), "use", json!(["sig"])).to_string(),
        changed(other.jwk("bad"), "key_ops", json!("verify")).to_string(),
        changed(other.jwk("bad"), "e", json!(65_537)).to_string(),
    ] {
        let given = TrustedIssuer::body(|rsa, p256| {
            format!("{{\"keys\": [{}, {bad}, {}]}}", rsa.jwk("rsa-1"), p256.jwk("ec-1")).into_bytes()
        })
        .await;
        given.accepts(json!({"alg": "RS256", "kid": "rsa-1"})).await;
        given.accepts(json!({"alg": "ES256", "kid": "ec-1"})).await;
        given.accepts(json!({"alg": "RS256"})).await;
        let claims = claims(ANN, given.stack.seconds());
        refused(&ask(&given.stack, &other.sign(&json!({"alg": "RS256", "kid": "bad"}), &claims)).await);
    }
}

#[tokio::test]
async fn byte_order_mark_and_invalid_utf8_do_not_fail_the_set() {
    let given = TrustedIssuer::body(|rsa, p256| {
        let mut body = b"\xef\xbb\xbf{\"keys\": [{\"kty\": \"RSA\", \"kid\": \"\xff\"}, ".to_vec();
        body.extend(format!("{}, {}]}}", rsa.jwk("rsa-1"), p256.jwk("ec-1")).into_bytes());
        body
    })
    .await;
    given.accepts(json!({"alg": "RS256", "kid": "rsa-1"})).await;
    given.accepts(json!({"alg": "ES256", "kid": "ec-1"})).await;
}

#[tokio::test]
async fn token_without_kid_verifies_with_the_only_key_of_its_algorithm() {
    let given = TrustedIssuer::keys(|rsa, p256| vec![rsa.jwk("rsa-1"), p256.jwk("ec-1")]).await;
    given.accepts(json!({"alg": "RS256"})).await;
    given.accepts(json!({"alg": "ES256"})).await;
    // The same key twice is one key, and a key needs no id.
    let given =
        TrustedIssuer::keys(|rsa, _| vec![rsa.jwk("a"), rsa.jwk("b"), changed(rsa.jwk(""), "kid", Value::Null)]).await;
    given.accepts(json!({"alg": "RS256"})).await;
    given.refuses(json!({"alg": "RS256", "kid": ""})).await;
    given.refuses(json!({"alg": "ES256"})).await;
    // Keys that don't sign, and keys of other algorithms, don't count.
    let encrypts = changed(Rsa::new().jwk("enc"), "use", json!("enc"));
    let pss = changed(Rsa::new().jwk("pss"), "alg", json!("PS256"));
    let given = TrustedIssuer::keys(|rsa, _| vec![encrypts, pss, rsa.jwk("rsa-1")]).await;
    given.accepts(json!({"alg": "RS256"})).await;
}

#[tokio::test]
async fn token_without_kid_is_refused_where_two_keys_of_its_algorithm_are_published() {
    let given =
        TrustedIssuer::keys(|rsa, p256| vec![rsa.jwk("rsa-1"), Rsa::new().jwk("rsa-2"), p256.jwk("ec-1")]).await;
    given.refuses(json!({"alg": "RS256"})).await;
    given.accepts(json!({"alg": "ES256"})).await;
    given.accepts(json!({"alg": "RS256", "kid": "rsa-1"})).await;
}

#[tokio::test]
async fn forged_token_without_kid_is_refused() {
    let given = TrustedIssuer::keys(|rsa, _| vec![rsa.jwk("rsa-1")]).await;
    let claims = claims(ANN, given.stack.seconds());
    refused(&ask(&given.stack, &Rsa::new().sign(&json!({"alg": "RS256"}), &claims)).await);
    refused(&ask(&given.stack, &P256::new().sign(&json!({"alg": "ES256"}), &claims)).await);
}

#[tokio::test]
async fn duplicate_kid_means_each_of_its_keys() {
    let given = TrustedIssuer::keys(|rsa, p256| vec![Rsa::new().jwk("one"), rsa.jwk("one"), p256.jwk("one")]).await;
    given.accepts(json!({"alg": "RS256", "kid": "one"})).await;
    given.accepts(json!({"alg": "ES256", "kid": "one"})).await;
    let claims = claims(ANN, given.stack.seconds());
    refused(&ask(&given.stack, &Rsa::new().sign(&json!({"alg": "RS256", "kid": "one"}), &claims)).await);
}

#[tokio::test]
async fn key_operations_must_include_verify() {
    for (operations, verifies) in [
        (json!(["verify"]), true),
        (json!(["sign", "verify", "x-own"]), true),
        (Value::Null, true),
        (json!(["sign"]), false),
        (json!(["encrypt", "wrapKey"]), false),
        (json!([]), false),
    ] {
        let given = TrustedIssuer::keys(|rsa, _| vec![changed(rsa.jwk("rsa-1"), "key_ops", operations)]).await;
        if verifies {
            given.accepts(json!({"alg": "RS256", "kid": "rsa-1"})).await;
        } else {
            given.refuses(json!({"alg": "RS256", "kid": "rsa-1"})).await;
        }
    }
}

/// Padded base64url, a sign byte before the modulus, a coordinate without its leading zero: issuers publish all of
/// these, against RFC 7518, and each has one meaning.
#[tokio::test]
async fn key_in_a_nonstandard_encoding_verifies() {
    let given = TrustedIssuer::keys(|rsa, _| {
        let modulus = URL_SAFE_NO_PAD.decode(rsa.jwk("")["n"].as_str().unwrap()).unwrap();
        let signed = [vec![0], modulus.clone()].concat();
        vec![
            changed(rsa.jwk("padded"), "n", json!(URL_SAFE.encode(&modulus))),
            changed(rsa.jwk("sign-byte"), "n", json!(encode(signed))),
        ]
    })
    .await;
    given.accepts(json!({"alg": "RS256", "kid": "padded"})).await;
    given.accepts(json!({"alg": "RS256", "kid": "sign-byte"})).await;

    let coordinate = |key: &P256| URL_SAFE_NO_PAD.decode(key.jwk("")["x"].as_str().unwrap()).unwrap();
    let short = std::iter::repeat_with(P256::new).find(|key| coordinate(key)[0] == 0).unwrap();
    let jwk = changed(short.jwk("short"), "x", json!(encode(&coordinate(&short)[1..])));
    let given = TrustedIssuer::keys(|_, _| vec![jwk]).await;
    let token = short.sign(&json!({"alg": "ES256", "kid": "short"}), &claims(ANN, given.stack.seconds()));
    accepted(&ask(&given.stack, &token).await);
}

/// Certificates of each key make a set large; an endless one is refused, and the keys that were fetched before are
/// used.
#[tokio::test]
async fn large_set_is_read_and_endless_one_is_refused() {
    let certified = |key: Value, bytes: usize| changed(key, "x5c", json!(["A".repeat(bytes)]));
    let given = TrustedIssuer::keys(|rsa, p256| {
        let many = (0..40).map(|index| certified(p256.jwk(&format!("ec-{index}")), 6_000));
        many.chain([certified(rsa.jwk("rsa-1"), 6_000)]).collect()
    })
    .await;
    given.accepts(json!({"alg": "RS256", "kid": "rsa-1"})).await;
    given.accepts(json!({"alg": "ES256", "kid": "ec-39"})).await;
    given.issuer.publish(vec![certified(given.rsa.jwk("rsa-1"), 600_000)]);
    given.stack.pass(Duration::minutes(10));
    given.accepts(json!({"alg": "RS256", "kid": "rsa-1"})).await;
    given.accepts(json!({"alg": "ES256", "kid": "ec-39"})).await;
}

/// Only a body that is no key set at all counts as an issuer that is down.
#[tokio::test]
async fn body_that_is_no_key_set_keeps_the_known_keys() {
    for body in ["", "null", "[]", "{}", "{\"keys\": null}", "{\"keys\": {}}", "{\"keys\": [", "<html>", "\u{feff}"] {
        let given = TrustedIssuer::keys(|rsa, _| vec![rsa.jwk("rsa-1")]).await;
        given.accepts(json!({"alg": "RS256", "kid": "rsa-1"})).await;
        given.issuer.publish_body(body);
        given.stack.pass(Duration::minutes(10));
        given.accepts(json!({"alg": "RS256", "kid": "rsa-1"})).await;
        given.stack.pass(Duration::minutes(50));
        keys_unavailable(&ask(&given.stack, &given.signed(&json!({"alg": "RS256", "kid": "rsa-1"}))).await);
    }
}
