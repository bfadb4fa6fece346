//! Whether an account may do anything, and how it came to an end.

use crate::id::{EventId, UserId};
use crate::instant::Instant;

/// Where an account stands between its beginning and its end. It moves in this order and never back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Standing {
    /// Anything that its limits allow.
    #[default]
    Open,
    /// It is to be deleted: nothing new begins, and what there is goes, piece by piece.
    Closing {
        /// When it was closed.
        since: Instant,
    },
    /// Everything of it is gone, but for what an invoice needs.
    Deleted {
        /// When it was closed.
        since: Instant,
        /// When the last of it was gone.
        at: Instant,
    },
}

impl Standing {
    /// Whether anything new may begin.
    #[must_use]
    pub fn is_open(self) -> bool {
        self == Self::Open
    }

    /// When it was closed.
    #[must_use]
    pub fn closed_at(self) -> Option<Instant> {
        match self {
            Self::Open => None,
            Self::Closing { since } | Self::Deleted { since, .. } => Some(since),
        }
    }

    /// When the last of it was gone.
    #[must_use]
    pub fn deleted_at(self) -> Option<Instant> {
        match self {
            Self::Open | Self::Closing { .. } => None,
            Self::Deleted { at, .. } => Some(at),
        }
    }
}

/// An account is closed. Kept with the account for the audit, also when everything else of it is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closure {
    /// The audit entry's id, which sorts by time.
    pub id: EventId,
    /// Whose account.
    pub user: UserId,
    /// Who closed it: the user, or an administrator.
    pub by: UserId,
    /// When.
    pub at: Instant,
}
