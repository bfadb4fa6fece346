//! What a user has used, and whether the counters are right.
//!
//! In reading order: [`ReadUsage`] reads one month under the limits; [`ReadHistory`] reads past months, days and
//! shares; [`ForecastUsage`] predicts the end of this month; [`Recount`] compares a counter with its runs and corrects
//! it, [`RecountAll`] those of all accounts; [`FoldFleet`] sums up all accounts, [`ReadFleet`] reads these sums, and
//! [`ListAccounts`] lists the accounts.

mod accounts;
mod fleet;
mod forecast;
mod history;
mod recount;
mod recount_all;
mod statement;

pub use accounts::{AccountSort, AccountUsage, AccountsPage, AccountsQuery, ListAccounts};
pub use fleet::{FleetUsage, FoldFleet, FoldReport, ReadFleet};
pub use forecast::{ForecastReport, ForecastUsage, PlannedReport, UsageForecast};
pub use history::{HISTORY_MONTHS_MAX, MonthShares, ReadHistory};
pub(crate) use recount::unless_repaired;
pub use recount::{Recount, Recounted};
pub use recount_all::{RecountAll, RecountReport};
pub use statement::{ReadUsage, UsageStatement};
