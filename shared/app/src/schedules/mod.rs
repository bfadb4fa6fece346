//! What happens every minute.
//!
//! In reading order: [`ScheduleDueRuns`] requests the runs that are due; [`BlockFire`] skips a due report because the
//! limit is reached; [`Sweep`] finds again what was lost: runs without a worker, deliveries and events without a
//! message, accounts whose deletion is not complete. All read the index of due items page by page, within a deadline.

mod block;
mod due_pages;
mod due_runs;
mod sweep;

pub use block::{BlockFire, Blocked};
pub use due_runs::{ScheduleDueRuns, TickReport};
pub use sweep::{Sweep, SweepReport};
