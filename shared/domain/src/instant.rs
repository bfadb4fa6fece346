//! Points in time, in UTC, to the millisecond.

use chrono::{DateTime, SubsecRound, Utc};

pub use chrono::Duration;

/// A point in time. Values made by this system carry whole milliseconds, so that what is stored is what was meant.
pub type Instant = DateTime<Utc>;

/// The same instant without its microseconds.
#[must_use]
pub fn to_millis(instant: Instant) -> Instant {
    instant.trunc_subsecs(3)
}

/// RFC 3339 in UTC with milliseconds: fixed width, so that text sorts as time does.
#[must_use]
pub fn text(instant: Instant) -> String {
    instant.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// Reads what [`text`] wrote, and any other RFC 3339 instant.
#[must_use]
pub fn parse(text: &str) -> Option<Instant> {
    DateTime::parse_from_rfc3339(text).ok().map(|instant| to_millis(instant.to_utc()))
}
