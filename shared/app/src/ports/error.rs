//! The errors of the store.

use std::time::Duration;

/// The store failed for a reason that does not depend on a condition. `detail` is for the log and contains no value of
/// a record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Too many requests, in total or for one item, also after the store's own retries.
    #[error("the store is busy: {detail}")]
    Busy { detail: String, retry_after: Duration },
    /// No answer, or one that can't be parsed. A write may have taken effect.
    #[error("the store did not respond: {detail}")]
    Unavailable { detail: String },
    /// The request is invalid. A repetition does not help.
    #[error("the store rejected the request: {detail}")]
    Broken { detail: String },
    /// A stored record can't be read. A repetition does not help; other records are not affected.
    #[error("{detail}")]
    Unreadable {
        /// Which record and which attribute.
        detail: String,
    },
}

impl StoreError {
    /// Whether a repetition can help.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        !matches!(self, Self::Broken { .. } | Self::Unreadable { .. })
    }
}

/// Treats a record that can't be read as absent. The store has logged it.
pub fn readable<T>(read: Result<Option<T>, StoreError>) -> Result<Option<T>, StoreError> {
    match read {
        Err(StoreError::Unreadable { .. }) => Ok(None),
        other => other,
    }
}

/// A conditional write of one item was refused, or the store failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The item is not in the required state; nothing was written.
    #[error("the record has changed")]
    MovedOn,
    #[error(transparent)]
    Store(#[from] StoreError),
}
