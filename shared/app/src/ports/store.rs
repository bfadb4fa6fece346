//! The store as a whole, for code that passes all of it on.

use super::{
    AccountChanges, Accounts, Configurations, Contents, Deliveries, DueIndex, EmailConfirmation, Erasure, Fleet,
    Holdings, IdempotencyRecords, Notices, Outbox, Rates, Readiness, Repositories, Rollups, RunLedger, Runs,
    UsageCounters,
};

/// Declares the store from its ports.
macro_rules! store {
    ($($port:ident),+ $(,)?) => {
        /// Every port of the store. A verb never takes it, but only the ports that it needs; this coerces to each of
        /// them.
        pub trait Store: $($port +)+ {}

        impl<T> Store for T where T: $($port +)+ {}
    };
}

store! {
    Accounts, Repositories, Configurations, Runs, Contents, UsageCounters, Rollups, Fleet, Notices, IdempotencyRecords,
    RunLedger, Holdings, AccountChanges, EmailConfirmation, Erasure, Deliveries, Outbox, Rates, Readiness, DueIndex,
}
