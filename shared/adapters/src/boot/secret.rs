//! The key of stored secrets, as it came by the environment.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fmt;

/// The length of the key, in bytes.
const KEY_BYTES: usize = 32;

/// The base64 of the 32 bytes that seal stored secrets. Its `Debug` tells nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretsKey(String);

impl SecretsKey {
    /// Reads the standard base64, padded, of exactly 32 bytes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = STANDARD.decode(text).ok()?;
        (bytes.len() == KEY_BYTES).then(|| Self(text.to_owned()))
    }

    /// The text, for the vault.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretsKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SecretsKey(…)")
    }
}
