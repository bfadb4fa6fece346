//! A month's usage: the counter, whether a run may start, when the user is notified, the forecast, the sums by
//! configuration, repository and model, and those of all accounts.

mod alert;
mod breakdown;
mod counter;
mod fleet;
mod forecast;
mod mark;
mod quota;
mod rollup;

pub use alert::{THRESHOLDS_PERCENT, crossed_by_next, next_unmarked, reached};
pub use breakdown::{Breakdown, Share, breakdown};
pub use counter::{PauseReported, UsageCounter};
pub use fleet::{
    FLEET_SHARDS, FleetShard, FleetSum, FleetTotals, ModelUse, OTHER_MODELS, RANKED_MAX, RankedAccount, fleet_shard,
};
pub use forecast::{DueReport, Fires, Forecast, ReportForecast, WALKED_FIRES_MAX, fires_between, forecast};
pub use mark::{Mark, MarkError};
pub use quota::{Admission, BlockedReason, Warning, admission, percentage, remaining, startable, warning};
pub use rollup::{DayFigures, Rollup, RollupFacts, RollupMove, RollupOf, RollupsOfRuns, total};
