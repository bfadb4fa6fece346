//! When reports are due: cron expressions in a time zone.
//!
//! An expression has five fields (minute, hour, day of month, month, day of week) with `*`, lists (`1,15`), ranges
//! (`MON-FRI`), steps (`*/15`, `8-18/2`), `L` (last day of the month), `LW` (its last working day), `15W` (the working
//! day nearest to the 15th), `FRIL` (the last Friday) and `MON#2` (the second Monday), or is one of `@hourly`,
//! `@daily`, `@weekly`, `@monthly` and `@yearly`. Where both day fields are restricted, a day that matches either
//! of them fires, as in Vixie cron.
//!
//! Fields mean the wall clock of the zone. Where it jumps:
//!
//! - An expression with one minute and one hour fires once on each matching day. If its time is skipped in spring, it
//!   fires at the first instant after the gap, if that is still a matching day: in `America/New_York` `30 2 * * *`
//!   fires at 03:00 EDT on 8 March 2026. If its time comes twice in autumn, it fires on the first pass alone.
//! - Every other expression fires whenever the clock shows a matching time: `*/15 * * * *` has no 02:xx on that day in
//!   March, and in November runs through both passes of the repeated hour, in the order of real time.
//!
//! The search itself is croner's; the expression is judged here first, because croner takes steps that never come
//! round (`*/90`), empty list items, and `L` in fields where it means nothing.

mod error;
mod expression;
mod fires;

pub use error::ScheduleError;

use crate::instant::{Duration, Instant};
use chrono::Datelike;
use chrono_tz::Tz;
use croner::Cron;

/// Years in which fires are looked for. Beyond them there is no next fire, and no arithmetic that could overflow.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=4000;

/// How far [`Schedule::shortest_interval`] looks ahead, and the longest period that is ever told.
const LOOK_AHEAD_DAYS: i64 = 366;

/// How many fires [`Schedule::shortest_interval`] looks at. Every matching day has the same times, so that two
/// neighbouring days show every gap but those at a change of the clock; a schedule with more fires than this in the
/// look-ahead has over four a day.
const LOOK_AHEAD_FIRES_MAX: usize = 1_500;

/// A cron expression in a time zone, known to fire.
///
/// Two schedules are equal when their texts (but for white space) and zones are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    text: String,
    zone: Tz,
    cron: Cron,
}

impl Schedule {
    /// Reads an expression of five fields or an `@` name, and the name of an IANA zone such as `Europe/Berlin`.
    pub fn parse(cron: &str, zone: &str) -> Result<Self, ScheduleError> {
        let expression = expression::read(cron)?;
        let zone =
            zone.trim().parse::<Tz>().map_err(|_| ScheduleError::UnknownZone { zone: error::excerpt(zone.trim()) })?;
        Ok(Self { text: expression.text, zone, cron: expression.cron })
    }

    /// The expression as it was written, with single spaces.
    #[must_use]
    pub fn cron(&self) -> &str {
        &self.text
    }

    /// The IANA name of the zone.
    #[must_use]
    pub fn zone(&self) -> &str {
        self.zone.name()
    }

    /// An instant on the zone's wall clock: RFC 3339 with milliseconds and the zone's offset.
    #[must_use]
    pub fn local_text(&self, instant: Instant) -> String {
        instant.with_timezone(&self.zone).format("%Y-%m-%dT%H:%M:%S%.3f%:z").to_string()
    }

    /// The first fire strictly after an instant. `None` only outside the years 1970 to 4000.
    #[must_use]
    pub fn next_after(&self, instant: Instant) -> Option<Instant> {
        if !YEARS.contains(&instant.year()) {
            return None;
        }
        let local = instant.with_timezone(&self.zone);
        let next = self.cron.find_next_occurrence(&local, false).ok()?.to_utc();
        (next > instant).then_some(next)
    }

    /// The next fires strictly after an instant, in order, at most `count` of them.
    #[must_use]
    pub fn upcoming(&self, after: Instant, count: usize) -> Vec<Instant> {
        std::iter::successors(self.next_after(after), |fire| self.next_after(*fire)).take(count).collect()
    }

    /// The time from the previous fire to this one: the range of a configuration's first report. At least a minute, at
    /// most 366 days.
    #[must_use]
    pub fn period_before(&self, fire: Instant) -> Duration {
        let longest = Duration::days(LOOK_AHEAD_DAYS);
        if !YEARS.contains(&fire.year()) {
            return longest;
        }
        let local = fire.with_timezone(&self.zone);
        match self.cron.find_previous_occurrence(&local, false) {
            Ok(previous) => (fire - previous.to_utc()).clamp(Duration::minutes(1), longest),
            Err(_) => longest,
        }
    }

    /// The smallest time between two fires that follow each other, for the plans' "not more often than".
    ///
    /// Looks at the fires of the next 366 days, and at no more than 1,500 of them; the gap that a change of the clock
    /// makes within them counts. A schedule with fewer than two fires in that time answers 366 days.
    #[must_use]
    pub fn shortest_interval(&self, from: Instant) -> Duration {
        let longest = Duration::days(LOOK_AHEAD_DAYS);
        let mut shortest = longest;
        let Some(mut previous) = self.next_after(from) else {
            return shortest;
        };
        for _ in 1..LOOK_AHEAD_FIRES_MAX {
            let Some(fire) = self.next_after(previous) else { break };
            if fire - from > longest {
                break;
            }
            shortest = shortest.min(fire - previous);
            if shortest <= Duration::minutes(1) {
                break;
            }
            previous = fire;
        }
        shortest
    }
}
