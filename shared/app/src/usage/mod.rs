//! What a user has used, and whether the counters are right.
//!
//! In reading order: [`ReadUsage`] reads one month under the limits; [`ReadHistory`] reads past months and days;
//! [`ForecastUsage`] predicts the end of this month; [`Recount`] compares a counter with its runs and corrects it.

mod forecast;
mod history;
mod recount;
mod statement;

pub use forecast::{ForecastReport, ForecastUsage, UsageForecast};
pub use history::{HISTORY_MONTHS_MAX, ReadHistory};
pub(crate) use recount::unless_repaired;
pub use recount::{Recount, Recounted};
pub use statement::{ReadUsage, UsageStatement};
