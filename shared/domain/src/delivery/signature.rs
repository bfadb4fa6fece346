//! Signatures of webhooks, as Standard Webhooks 1.0 defines them (<https://www.standardwebhooks.com>): `v1,` and the
//! base64 of HMAC-SHA256 over `id.timestamp.body`.
//!
//! The headers are `webhook-id` (the same for all attempts), `webhook-timestamp` (seconds since 1970, fresh at every
//! attempt) and `webhook-signature`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::digest::Key;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::SigningSecret;

/// How old, or how far ahead, a timestamp may be for a receiver: the five minutes of the reference libraries.
pub const TOLERANCE_SECONDS: u64 = 300;

const VERSION_PREFIX: &str = "v1,";

/// The signature of one message by one secret: `v1,<base64>`. The id must hold no `.`, or two messages could share a
/// signature; a UUID never does.
pub fn sign(secret: &SigningSecret, message_id: &str, timestamp_seconds: i64, body: &[u8]) -> String {
    let tag = mac(secret, message_id, timestamp_seconds, body).finalize().into_bytes();
    format!("{VERSION_PREFIX}{}", STANDARD.encode(tag))
}

/// The value of `webhook-signature`: one signature for each secret, separated by spaces, so that while a secret is
/// being rotated a receiver that knows either accepts the message.
pub fn signature_header(secrets: &[SigningSecret], message_id: &str, timestamp_seconds: i64, body: &[u8]) -> String {
    let signatures: Vec<_> = secrets.iter().map(|secret| sign(secret, message_id, timestamp_seconds, body)).collect();
    signatures.join(" ")
}

/// Checks a received message as a receiver does: the timestamp is within the tolerance of `now_seconds` on either
/// side, and one of the header's `v1` signatures is this secret's. Signatures are compared in constant time; those of
/// other versions are skipped.
pub fn verify(
    secret: &SigningSecret,
    message_id: &str,
    timestamp_seconds: i64,
    body: &[u8],
    header: &str,
    now_seconds: i64,
    tolerance_seconds: u64,
) -> Result<(), SignatureError> {
    if now_seconds.abs_diff(timestamp_seconds) > tolerance_seconds {
        return Err(SignatureError::Timestamp { timestamp_seconds, now_seconds, tolerance_seconds });
    }
    let mut tags = header
        .split_ascii_whitespace()
        .filter_map(|signature| signature.strip_prefix(VERSION_PREFIX))
        .filter_map(|encoded| STANDARD.decode(encoded).ok())
        .peekable();
    if tags.peek().is_none() {
        return Err(SignatureError::Unsigned);
    }
    let expected = mac(secret, message_id, timestamp_seconds, body);
    if tags.any(|tag| expected.clone().verify_slice(&tag).is_ok()) { Ok(()) } else { Err(SignatureError::Mismatch) }
}

fn mac(secret: &SigningSecret, message_id: &str, timestamp_seconds: i64, body: &[u8]) -> Hmac<Sha256> {
    // HMAC fills a key up to its block with zeros (RFC 2104), and a secret is never longer than a block: doing it here
    // leaves no error that can't happen.
    let mut key = Key::<Hmac<Sha256>>::default();
    key.iter_mut().zip(secret.bytes()).for_each(|(slot, byte)| *slot = *byte);
    let mut mac = Hmac::<Sha256>::new(&key);
    mac.update(message_id.as_bytes());
    mac.update(b".");
    mac.update(timestamp_seconds.to_string().as_bytes());
    mac.update(b".");
    mac.update(body);
    mac
}

/// Why a received message is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// An old message sent again, or clocks that disagree.
    #[error(
        "the message's timestamp {timestamp_seconds} is more than {tolerance_seconds} s from now ({now_seconds}); \
         check both clocks"
    )]
    Timestamp { timestamp_seconds: i64, now_seconds: i64, tolerance_seconds: u64 },
    #[error("the header contains no `v1,<base64>` signature; pass the value of `webhook-signature` unchanged")]
    Unsigned,
    #[error("no signature matches this message; check the secret, and that the body is unchanged")]
    Mismatch,
}
