//! The periods before a report as JSON, inside its facts.

use chrono::DateTime;
use domain::digest::{Period, Trend};
use serde::{Deserialize, Serialize};

/// [`Trend`], with short names, because it is stored with every report of a schedule.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredTrend {
    period: StoredPeriod,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    before: Vec<StoredPeriod>,
    #[serde(default, skip_serializing_if = "is_zero")]
    quiet: u64,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    quiet_at_least: bool,
}

/// Milliseconds since 1970 of both ends, commits, people, bots, and lines that were added and deleted.
#[derive(Serialize, Deserialize)]
struct StoredPeriod(i64, i64, u64, u64, u64, Option<(u64, u64)>);

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl StoredTrend {
    pub(super) fn of(trend: &Trend) -> Self {
        Self {
            period: StoredPeriod::of(&trend.period),
            before: trend.before.iter().map(StoredPeriod::of).collect(),
            quiet: trend.quiet_before,
            quiet_at_least: trend.quiet_at_least,
        }
    }

    /// `None` if an instant is outside of the calendar.
    pub(super) fn into_trend(self) -> Option<Trend> {
        Some(Trend {
            period: self.period.into_period()?,
            before: self.before.into_iter().map(StoredPeriod::into_period).collect::<Option<_>>()?,
            quiet_before: self.quiet,
            quiet_at_least: self.quiet_at_least,
        })
    }
}

impl StoredPeriod {
    fn of(period: &Period) -> Self {
        let Period { from, to, commits, people, bots, lines } = period.clone();
        Self(from.timestamp_millis(), to.timestamp_millis(), commits, people, bots, lines)
    }

    fn into_period(self) -> Option<Period> {
        let Self(from, to, commits, people, bots, lines) = self;
        let (from, to) = (DateTime::from_timestamp_millis(from)?, DateTime::from_timestamp_millis(to)?);
        Some(Period { from, to, commits, people, bots, lines })
    }
}
