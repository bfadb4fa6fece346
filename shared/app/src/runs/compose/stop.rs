//! Why a branch was not read.

use crate::ports::{GitError, StoreError, VaultError};
use std::time::Duration as Span;

/// Why no commits were read.
pub(crate) enum Stop {
    Git(GitError),
    Store(StoreError),
    Vault(VaultError),
    NoRepository,
    /// Branch or repository were changed after the run started: its report is no longer wanted.
    Overtaken,
}

impl Stop {
    /// Whether a later repetition may succeed.
    pub(crate) fn is_temporary(&self) -> bool {
        match self {
            Self::Git(error) => error.failure.is_temporary(),
            Self::Vault(error) => error.is_transient(),
            Self::Store(_) | Self::NoRepository | Self::Overtaken => false,
        }
    }

    /// How long the host asks to wait; `None` if it states no time.
    pub(crate) fn asked(&self) -> Option<Span> {
        match self {
            Self::Git(error) => error.failure.retry_after(),
            Self::Vault(_) | Self::Store(_) | Self::NoRepository | Self::Overtaken => None,
        }
    }
}

impl From<GitError> for Stop {
    fn from(error: GitError) -> Self {
        Self::Git(error)
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
