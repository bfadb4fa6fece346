//! A change of what an account may have, for the audit.

use super::{Overrides, Plan};
use crate::id::{EventId, UserId};
use crate::instant::Instant;

/// What an administrator changed. Kept with the account it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitsChange {
    /// Its id, which sorts by time.
    pub id: EventId,
    /// Whose account.
    pub user: UserId,
    /// Who changed it.
    pub by: UserId,
    /// When.
    pub at: Instant,
    /// Plan and overrides before.
    pub before: (Plan, Overrides),
    /// Plan and overrides after.
    pub after: (Plan, Overrides),
}
