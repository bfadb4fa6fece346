//! Whether an account is open, being deleted, or deleted.

use crate::id::{EventId, UserId};
use crate::instant::Instant;

/// How far the deletion of an account is. It changes in this order and never back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Standing {
    #[default]
    Open,
    /// The account is being deleted: nothing new starts, and its records are erased step by step.
    Closing { since: Instant },
    /// Every record is erased, except what an invoice needs.
    Deleted { since: Instant, at: Instant },
}

impl Standing {
    /// Whether anything new may start.
    pub fn is_open(self) -> bool {
        self == Self::Open
    }

    /// When it was closed.
    pub fn closed_at(self) -> Option<Instant> {
        match self {
            Self::Open => None,
            Self::Closing { since } | Self::Deleted { since, .. } => Some(since),
        }
    }

    /// When the last record was erased.
    pub fn deleted_at(self) -> Option<Instant> {
        match self {
            Self::Open | Self::Closing { .. } => None,
            Self::Deleted { at, .. } => Some(at),
        }
    }
}

/// The audit entry of a closed account. It stays when the other records of the account are erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closure {
    /// Sorts by time.
    pub id: EventId,
    pub user: UserId,
    /// The user, or an administrator.
    pub by: UserId,
    pub at: Instant,
}
