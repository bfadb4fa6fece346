//! When reports are due: cron expressions in a time zone.
//!
//! The rules are those of cronie's crontab, and `docs/SCHEDULES.md` gives them with examples. An expression has five
//! fields (minute, hour, day of month, month, day of week) with `*`, lists (`1,15`), ranges (`MON-FRI`, and `22-2`
//! around midnight), steps (`*/15`, `8-18/2`), `L` (last day of the month), `LW` (its last working day), `15W` (the
//! working day nearest to the 15th), `FRIL` (the last Friday) and `MON#2` (the second Monday), or is one of `@hourly`,
//! `@daily`, `@midnight`, `@weekly`, `@monthly`, `@yearly` and `@annually`.
//!
//! - Two day fields that don't begin with `*` are alternatives; where one begins with `*`, both must match.
//! - Fields refer to the clock of the zone. If neither the minute nor the hour begins with `*`, the times are fixed:
//!   those
//!   that the clock skips in spring are made up for once, at the first instant after the gap, and those that it shows
//!   twice in autumn fire on the first pass. Every other expression is an interval: it fires whenever the clock shows a
//!   matching time, so that `*/15 * * * *` skips the missing hour and runs through both passes of the repeated one.
//!
//! In reading order: `field` and `expression`, what is written; `days`, which days that names; [`Zone`], the clocks;
//! `walk`, the fires one after the other; `fires`, their number; `words`, an expression as a sentence.

mod days;
mod error;
mod expression;
mod field;
mod fires;
mod offset;
mod walk;
mod words;
mod zone;

pub use error::ScheduleError;
pub use expression::CHARS_MAX as CRON_CHARS_MAX;
pub use zone::{Change, Stretch, Zone};

use crate::instant::{Duration, Instant};
use chrono::Datelike;
use expression::Expression;
use walk::Walk;

/// How far [`Schedule::shortest_interval`] looks ahead, and the longest [`Schedule::period_before`].
const LOOK_AHEAD_DAYS: i64 = 366;

/// How many fires [`Schedule::shortest_interval`] looks at. Every matching day has the same times, so that two
/// neighbouring days show every gap but those at a change of the clock; a schedule with more fires than this in the
/// look-ahead has over four a day.
const LOOK_AHEAD_FIRES_MAX: usize = 1_500;

/// A cron expression in a time zone, known to fire.
///
/// Two schedules are equal when their texts (but for white space) and zones are.
#[derive(Clone, Debug)]
pub struct Schedule {
    text: String,
    zone: Zone,
    expression: Expression,
}

impl PartialEq for Schedule {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.zone == other.zone
    }
}

impl Eq for Schedule {}

impl Schedule {
    /// Parses an expression of five fields or an `@` name, and the name of an IANA zone such as `Europe/Berlin`.
    pub fn parse(cron: &str, zone: &str) -> Result<Self, ScheduleError> {
        let (text, expression) = expression::parse(cron)?;
        Ok(Self { text, zone: Zone::parse(zone)?, expression })
    }

    /// The expression as it was written, with single spaces.
    pub fn cron(&self) -> &str {
        &self.text
    }

    /// The IANA name of the zone.
    pub fn zone(&self) -> &str {
        self.zone.name()
    }

    /// An instant on the zone's clock: RFC 3339 with milliseconds and the zone's offset.
    pub fn local_text(&self, instant: Instant) -> String {
        self.zone.local(instant).format("%Y-%m-%dT%H:%M:%S%.3f%:z").to_string()
    }

    /// The fires strictly after an instant, in order. They end with the year 4000.
    pub fn fires_after(&self, instant: Instant) -> impl Iterator<Item = Instant> {
        self.walk(instant).map(|fire| fire.at)
    }

    fn walk(&self, after: Instant) -> Walk<'_> {
        Walk::after(&self.expression, &self.zone, after)
    }

    /// The first fire strictly after an instant. `None` only outside the years 1970 to 4000.
    pub fn next_after(&self, instant: Instant) -> Option<Instant> {
        self.fires_after(instant).next()
    }

    /// The next fires strictly after an instant, in order, at most `count` of them.
    pub fn upcoming(&self, after: Instant, count: usize) -> Vec<Instant> {
        self.fires_after(after).take(count).collect()
    }

    /// The time from the previous fire to this one: the range of a first report. From a minute to 366 days.
    pub fn period_before(&self, fire: Instant) -> Duration {
        let longest = Duration::days(LOOK_AHEAD_DAYS);
        if !walk::YEARS.contains(&fire.year()) {
            return longest;
        }
        // The earlier a search begins, the earlier its fire: the latest beginning that still finds one before `fire`
        // is halved down to a minute.
        let before = |minutes: i64| self.next_after(fire - Duration::minutes(minutes)).filter(|found| *found < fire);
        let (mut none, mut some) = (0, longest.num_minutes());
        let Some(mut previous) = before(some) else {
            return longest;
        };
        while some - none > 1 {
            let middle = i64::midpoint(none, some);
            match before(middle) {
                None => none = middle,
                Some(found) => (some, previous) = (middle, found),
            }
        }
        (fire - previous).clamp(Duration::minutes(1), longest)
    }

    /// The smallest time between two fires that follow each other, for the plans' "at most once every".
    ///
    /// Looks at the fires of the next 366 days, and at no more than 1,500 of them. A change of the clock counts (a
    /// daily report comes after 23 hours once a year), but a fire that makes up for a skipped time does not: an hourly
    /// report at `30 0-23 * * *` has one half an hour before its next fire, once a year. A schedule with fewer than two
    /// fires in that time answers 366 days.
    pub fn shortest_interval(&self, from: Instant) -> Duration {
        let longest = Duration::days(LOOK_AHEAD_DAYS);
        let fires = self.walk(from).take(LOOK_AHEAD_FIRES_MAX).take_while(|fire| fire.at - from <= longest);
        let mut regular = fires.filter(|fire| !fire.is_late).map(|fire| fire.at);
        let mut shortest = longest;
        let Some(mut previous) = regular.next() else {
            return shortest;
        };
        for fire in regular {
            shortest = shortest.min(fire - previous);
            if shortest <= Duration::minutes(1) {
                break;
            }
            previous = fire;
        }
        shortest
    }
}
