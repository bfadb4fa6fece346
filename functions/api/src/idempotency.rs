//! The `Idempotency-Key` header: a request with a key has its effect once, however often it is sent.

use crate::problem::{FieldError, Problem};
use app::ports::IdempotencyKey;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use sha2::{Digest, Sha256};

pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// The longest key, in characters.
pub(crate) const KEY_CHARS_MAX: usize = 255;

/// The caller's key, if the header is present: 1 to [`KEY_CHARS_MAX`] visible ASCII characters. `request` is the route
/// with its values and the canonical body, so that spaces in a body do not make it another request.
pub(crate) fn key(headers: &HeaderMap, request: &[&str]) -> Result<Option<IdempotencyKey>, Problem> {
    let mut values = headers.get_all(IDEMPOTENCY_KEY).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() || !is_key(value) {
        let detail = format!("one key of 1 to {KEY_CHARS_MAX} visible ASCII characters is expected");
        return Err(Problem::validation(vec![FieldError::at(IDEMPOTENCY_KEY.as_str(), detail)]));
    }
    let mut hash = Sha256::new();
    for part in request {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part.as_bytes());
    }
    Ok(Some(IdempotencyKey { key_hash: Sha256::digest(value.as_bytes()).into(), request_hash: hash.finalize().into() }))
}

fn is_key(value: &HeaderValue) -> bool {
    let bytes = value.as_bytes();
    (1..=KEY_CHARS_MAX).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_graphic)
}
