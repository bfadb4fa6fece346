//! The store as one thing, for whoever passes all of it on.

use super::{
    AccountChanges, Accounts, Configurations, Contents, Deliveries, DueIndex, Erasure, Holdings, IdempotencyRecords,
    Notices, Outbox, Readiness, Repositories, RunLedger, Runs, UsageCounters,
};

/// Every port of the store. A verb never asks for it: it takes the ports that it needs, to each of which this coerces.
pub trait Store:
    Accounts
    + Repositories
    + Configurations
    + Runs
    + Contents
    + UsageCounters
    + Notices
    + IdempotencyRecords
    + RunLedger
    + Holdings
    + AccountChanges
    + Erasure
    + Deliveries
    + Outbox
    + Readiness
    + DueIndex
{
}

impl<T> Store for T where
    T: Accounts
        + Repositories
        + Configurations
        + Runs
        + Contents
        + UsageCounters
        + Notices
        + IdempotencyRecords
        + RunLedger
        + Holdings
        + AccountChanges
        + Erasure
        + Deliveries
        + Outbox
        + Readiness
        + DueIndex
{
}
