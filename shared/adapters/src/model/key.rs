//! The key of a model's provider.

use std::fmt;

/// A provider's key in the clear. It has no text form: only a request's header contains it.
#[derive(Clone)]
pub struct ModelKey(String);

impl ModelKey {
    /// A key as the provider gave it.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    pub(super) fn expose(&self) -> &str {
        &self.0
    }

    /// The text without the key, in case a provider repeated it.
    pub(super) fn removed_from(&self, text: &str) -> String {
        if self.0.is_empty() { text.to_owned() } else { text.replace(&self.0, "…") }
    }
}

impl fmt::Debug for ModelKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ModelKey(…)")
    }
}
