//! The verbs: in what order things happen, and the ports they need.
//!
//! A verb (a use case) is a struct of exactly the ports it needs: its fields read like the policy of the function that
//! runs it.
//!
//! In reading order: [`ports`]; [`optimistic`], the one loop of conditional writes; [`listing`], the one loop of lists
//! with filters; [`metrics`]; and the verbs, by what they are
//! about: [`schedules`], what happens every minute; [`runs`], the life of a run; [`deliveries`], what is sent to
//! webhooks; [`notices`], what a user is notified of and has read; [`usage`], what was used and whether the counters
//! are right; [`holdings`], the repositories and configurations of a user; [`accounts`], their profile, their limits
//! and their end. All durations and sizes are in [`limits`].
//!
//! No verb knows a vendor, a wire format, HTTP or Lambda.

pub mod accounts;
pub mod deliveries;
pub mod holdings;
pub mod limits;
pub mod listing;
pub mod metrics;
pub mod notices;
pub mod optimistic;
pub mod ports;
pub mod runs;
pub mod schedules;
pub mod usage;
