//! What a user has used, and whether the counters are right.

mod alerts;
mod fleet;
mod quota;
mod recount;
mod rollups;
mod units;
