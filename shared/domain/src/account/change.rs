//! A change of the limits of an account, for the audit.

use super::{Overrides, Plan};
use crate::id::{EventId, UserId};
use crate::instant::Instant;

/// The audit entry of a change by an administrator. It is stored with the account that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitsChange {
    /// Sorts by time.
    pub id: EventId,
    pub user: UserId,
    pub by: UserId,
    pub at: Instant,
    pub before: (Plan, Overrides),
    pub after: (Plan, Overrides),
}
