//! How the store fails.

use std::time::Duration;

/// The store did not do what was asked, for a reason that has nothing to do with the data. Whether it took effect
/// nevertheless may be unknown: a verb that cares reads before it tries again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Too many requests, or too many at one item, also after the retries that the store makes itself.
    #[error("the store is busy: {detail}")]
    Busy {
        /// For the log.
        detail: String,
        /// When to try again.
        retry_after: Duration,
    },
    /// No answer, or a broken one. It may have taken effect.
    #[error("the store did not respond: {detail}")]
    Unavailable {
        /// For the log.
        detail: String,
    },
    /// It refused a request that can't be right. Trying again does not help.
    #[error("the store was asked something wrong: {detail}")]
    Broken {
        /// For the log.
        detail: String,
    },
    /// A stored record can't be read. Trying again does not help; other records are not affected.
    #[error("{detail}")]
    Unreadable {
        /// For the log: which record and which attribute, never a value.
        detail: String,
    },
}

impl StoreError {
    /// Whether trying again can help.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        !matches!(self, Self::Broken { .. } | Self::Unreadable { .. })
    }
}

/// What was read, where a record that can't be read is as good as an absent one. The store has logged it.
pub fn readable<T>(read: Result<Option<T>, StoreError>) -> Result<Option<T>, StoreError> {
    match read {
        Err(StoreError::Unreadable { .. }) => Ok(None),
        other => other,
    }
}

/// A conditional write of one item was refused, or the store failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The item is not in the state that was asked for; nothing was written.
    #[error("the record has changed")]
    MovedOn,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
