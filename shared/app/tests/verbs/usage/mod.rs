//! What a user has used, and whether the counters are right.

mod alerts;
mod quota;
mod recount;
