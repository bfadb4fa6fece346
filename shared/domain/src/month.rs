//! The UTC month that usage is counted by. A new month is a new key, so that no job resets a counter.

use crate::instant::{Duration, Instant};
use chrono::{Datelike, NaiveDate, NaiveTime};
use std::fmt;

/// A calendar month in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Month {
    first: NaiveDate,
}

/// The text is not a month.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a month: write it as YYYY-MM, from {MONTH_MIN} to {MONTH_MAX}")]
pub struct MonthError(String);

pub const MONTH_MIN: &str = "0000-01";

/// The last month that is accepted: the next one, whose first instant is this month's end, has a year of four digits.
pub const MONTH_MAX: &str = "9999-11";

impl Month {
    /// The month of an instant.
    pub fn of(instant: Instant) -> Self {
        let date = instant.date_naive();
        Self { first: date.with_day(1).unwrap_or(date) }
    }

    /// Parses `YYYY-MM`, from [`MONTH_MIN`] to [`MONTH_MAX`].
    pub fn parse(text: &str) -> Result<Self, MonthError> {
        let refused = || MonthError(text.chars().take(40).collect());
        let is_written_so = text.len() == 7
            && text
                .bytes()
                .enumerate()
                .all(|(place, byte)| if place == 4 { byte == b'-' } else { byte.is_ascii_digit() });
        if !is_written_so || !(MONTH_MIN..=MONTH_MAX).contains(&text) {
            return Err(refused());
        }
        let first = NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d").map_err(|_| refused())?;
        Ok(Self { first })
    }

    /// Midnight of the 1st.
    pub fn first_instant(self) -> Instant {
        self.first.and_time(NaiveTime::MIN).and_utc()
    }

    /// The month after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self::of(self.first_instant() + Duration::days(32))
    }

    /// The month before this one.
    #[must_use]
    pub fn previous(self) -> Self {
        Self::of(self.first_instant() - Duration::days(1))
    }

    /// Its days, in order.
    pub fn days(self) -> impl Iterator<Item = NaiveDate> {
        self.first.iter_days().take_while(move |day| day.month() == self.first.month())
    }

    /// The instant at which this month's limit returns: midnight of the next 1st.
    pub fn resets_at(self) -> Instant {
        self.next().first_instant()
    }
}

impl fmt::Display for Month {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.first.format("%Y-%m"))
    }
}
