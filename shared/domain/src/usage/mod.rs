//! A month's usage: the counter, who may still run, when somebody is told, and where the month ends.

mod alert;
mod counter;
mod day;
mod forecast;
mod quota;

pub use alert::{Mark, MarkError, THRESHOLDS_PERCENT, crossed_by_next, next_unmarked, reached};
pub use counter::UsageCounter;
pub use day::{DailyUsage, DayUsage};
pub use forecast::{DueReport, Fires, Forecast, ReportForecast, WALKED_FIRES_MAX, fires_between, forecast};
pub use quota::{Admission, Warning, admission, percentage, remaining, startable, warning};
