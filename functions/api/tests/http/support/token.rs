//! Tokens of issuers and of forgers: assembled by hand, signed with aws-lc-rs.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256};
use aws_lc_rs::{hmac, signature};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

pub(crate) const SECRET: &str = "a shared secret of at least thirty-two bytes";
pub(crate) const ISSUER: &str = "https://project.supabase.co/auth/v1";
pub(crate) const AUDIENCE: &str = "authenticated";

pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Claims that are valid at `now` (seconds since 1970).
pub(crate) fn claims(user: &str, now: i64) -> Value {
    json!({"sub": user, "iss": ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + 3_600, "role": "authenticated"})
}

/// `header.claims`, the part that is signed.
pub(crate) fn message(header: &Value, claims: &Value) -> String {
    format!("{}.{}", encode(header.to_string()), encode(claims.to_string()))
}

/// An HS256 token.
pub(crate) fn hs256(header: &Value, claims: &Value, secret: &[u8]) -> String {
    let message = message(header, claims);
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), message.as_bytes());
    format!("{message}.{}", encode(tag))
}

/// A valid token of a user.
pub(crate) fn of(user: &str, now: i64) -> String {
    with(&claims(user, now))
}

/// A correctly signed token with these claims.
pub(crate) fn with(claims: &Value) -> String {
    hs256(&json!({"alg": "HS256", "typ": "JWT"}), claims, SECRET.as_bytes())
}

/// An RSA key of an issuer.
pub(crate) struct Rsa(RsaKeyPair);

impl Rsa {
    pub(crate) fn new() -> Self {
        Self(RsaKeyPair::generate(KeySize::Rsa2048).unwrap())
    }

    /// The public key in the form of RFC 8017, A.1.1: what a forger knows.
    pub(crate) fn public_der(&self) -> Vec<u8> {
        self.0.public_key().as_ref().to_vec()
    }

    /// The same in the form in which issuers publish it: a PEM of its `SubjectPublicKeyInfo` (RFC 5280, 4.1).
    pub(crate) fn public_pem(&self) -> String {
        let key = self.public_der();
        let u16_of = |length: usize| u16::try_from(length).unwrap().to_be_bytes();
        // AlgorithmIdentifier: rsaEncryption (1.2.840.113549.1.1.1), NULL.
        let algorithm = b"\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00";
        let bits = [&[0x03, 0x82], &u16_of(key.len() + 1)[..], &[0], &key].concat();
        let info = [&[0x30, 0x82], &u16_of(algorithm.len() + bits.len())[..], algorithm, &bits].concat();
        let text = STANDARD.encode(info);
        let lines: Vec<&str> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"))
    }

    pub(crate) fn jwk(&self, kid: &str) -> Value {
        // SEQUENCE (4 bytes), INTEGER of 257 bytes (4 bytes and a sign byte), INTEGER of 3 bytes (2 bytes).
        let der = self.public_der();
        let (modulus, exponent) = (&der[9..265], &der[267..]);
        json!({"kty": "RSA", "kid": kid, "use": "sig", "alg": "RS256", "n": encode(modulus), "e": encode(exponent)})
    }

    pub(crate) fn sign(&self, header: &Value, claims: &Value) -> String {
        let message = message(header, claims);
        let mut signature = vec![0; self.0.public_modulus_len()];
        self.0.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
        format!("{message}.{}", encode(signature))
    }
}

/// A P-256 key of an issuer.
pub(crate) struct P256(EcdsaKeyPair);

impl P256 {
    pub(crate) fn new() -> Self {
        Self(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
    }

    pub(crate) fn jwk(&self, kid: &str) -> Value {
        let point = self.0.public_key().as_ref();
        json!({"kty": "EC", "crv": "P-256", "kid": kid, "alg": "ES256", "x": encode(&point[1..33]),
            "y": encode(&point[33..])})
    }

    pub(crate) fn sign(&self, header: &Value, claims: &Value) -> String {
        let message = message(header, claims);
        let signature: signature::Signature = self.0.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
        format!("{message}.{}", encode(signature))
    }
}
