//! Points in time, in UTC, to the millisecond.

use chrono::{DateTime, Datelike, SubsecRound, Timelike, Utc};

pub use chrono::{Duration, Months, NaiveDate};

/// A point in time. Instants of this service have whole milliseconds, so that they are stored exactly.
pub type Instant = DateTime<Utc>;

/// The same instant without its microseconds.
pub fn to_millis(instant: Instant) -> Instant {
    instant.trunc_subsecs(3)
}

/// The beginning of an instant's minute.
pub fn to_minute(instant: Instant) -> Instant {
    let whole = instant.trunc_subsecs(0);
    whole - Duration::seconds(i64::from(whole.second()))
}

/// RFC 3339 in UTC with milliseconds: fixed width, so that text sorts as time does.
pub fn text(instant: Instant) -> String {
    instant.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// Years that [`text`] writes with four digits, as RFC 3339 has them.
const YEARS: std::ops::RangeInclusive<i32> = 0..=9999;

/// Parses what [`text`] wrote, and any other RFC 3339 instant. `None` outside the years of four digits, where an offset
/// can lead (the last hours of 9999 west of Greenwich are in UTC's year 10000): [`text`] could not write such an
/// instant.
pub fn parse(text: &str) -> Option<Instant> {
    let instant = to_millis(DateTime::parse_from_rfc3339(text).ok()?.to_utc());
    YEARS.contains(&instant.year()).then_some(instant)
}
