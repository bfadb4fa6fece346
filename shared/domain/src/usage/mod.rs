//! A month's usage: the counter, who may still run, and when somebody is told.

mod alert;
mod counter;
mod quota;

pub use alert::{Mark, MarkError, THRESHOLDS_PERCENT, crossed_by_next, next_unmarked, reached};
pub use counter::UsageCounter;
pub use quota::{Admission, Warning, admission, percentage, warning};
