//! The secret that a webhook's receiver and we share.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The fewest bytes of a secret (Standard Webhooks, "Signature scheme": between 24 and 64 bytes).
pub const SECRET_BYTES_MIN: usize = 24;
/// The most bytes of a secret: one block of SHA-256, so that no secret is hashed before it is used.
pub const SECRET_BYTES_MAX: usize = 64;

const PREFIX: &str = "whsec_";

/// A signing secret of [`SECRET_BYTES_MIN`] to [`SECRET_BYTES_MAX`] bytes.
///
/// It has no `Display`, its `Debug` hides it and it can't be compared. The text comes from [`SigningSecret::expose`]
/// alone, which is easy to find in a review.
#[derive(Clone)]
pub struct SigningSecret {
    bytes: Vec<u8>,
}

impl SigningSecret {
    /// A secret of random bytes that the caller has drawn.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, SecretError> {
        if (SECRET_BYTES_MIN..=SECRET_BYTES_MAX).contains(&bytes.len()) {
            Ok(Self { bytes })
        } else {
            Err(SecretError::Length { bytes: bytes.len() })
        }
    }

    /// Reads `whsec_` and the bytes in padded standard base64 (Standard Webhooks). Errors never repeat the text.
    pub fn parse(text: &str) -> Result<Self, SecretError> {
        let encoded = text.strip_prefix(PREFIX).ok_or(SecretError::Prefix)?;
        Self::from_bytes(STANDARD.decode(encoded).map_err(|_| SecretError::Encoding)?)
    }

    /// The secret as text, `whsec_…`: to show once to its owner, or to seal for the store. For nothing else.
    pub fn expose(&self) -> String {
        format!("{PREFIX}{}", STANDARD.encode(&self.bytes))
    }

    /// The key of the signature.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningSecret(…)")
    }
}

/// Why a text or bytes are not a signing secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    #[error("a signing secret begins with `whsec_`; use the whole text that was shown")]
    Prefix,
    #[error("a signing secret is `whsec_` and padded standard base64; use the whole text that was shown")]
    Encoding,
    #[error(
        "a signing secret has {SECRET_BYTES_MIN} to {SECRET_BYTES_MAX} bytes, this one has {bytes}; create a new one"
    )]
    Length { bytes: usize },
}
