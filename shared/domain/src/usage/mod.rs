//! A month's usage: the counter, whether a run may start, when the user is notified, and the forecast.

mod alert;
mod counter;
mod forecast;
mod mark;
mod quota;

pub use alert::{THRESHOLDS_PERCENT, crossed_by_next, next_unmarked, reached};
pub use counter::{PauseReported, UsageCounter};
pub use forecast::{DueReport, Fires, Forecast, ReportForecast, WALKED_FIRES_MAX, fires_between, forecast};
pub use mark::{Mark, MarkError};
pub use quota::{Admission, BlockedReason, Warning, admission, percentage, remaining, startable, warning};
