//! Changes of an account that are recorded: its limits, and its closing.

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

/// What an administrator or the user changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditedChange {
    /// Plan and overrides, before and after.
    Limits((Plan, Overrides), (Plan, Overrides)),
    Closed,
}

/// An audit entry as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    pub at: Instant,
    pub by: UserId,
    pub change: AuditedChange,
}

impl AuditedChange {
    /// What changed, in one line: `plan: free → pro, runs per month: by plan → 800`.
    pub fn in_words(&self) -> String {
        let Self::Limits(before, after) = self else { return "closed".to_owned() };
        let word = |value: Option<u64>| value.map_or_else(|| "by plan".to_owned(), |value| value.to_string());
        let figures = |overrides: &Overrides| {
            [
                ("runs per month", overrides.monthly_runs),
                ("repositories", overrides.repositories),
                ("reports", overrides.configurations),
                ("minutes between fires", overrides.shortest_interval_minutes),
            ]
        };
        let plan = (before.0 != after.0).then(|| format!("plan: {} → {}", before.0.as_str(), after.0.as_str()));
        let limits = figures(&before.1).into_iter().zip(figures(&after.1));
        let limits = limits
            .filter(|((_, before), (_, after))| before != after)
            .map(|((name, before), (_, after))| format!("{name}: {} → {}", word(before), word(after)));
        plan.into_iter().chain(limits).collect::<Vec<_>>().join(", ")
    }
}
