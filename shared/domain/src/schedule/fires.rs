//! How many fires a range has: what a schedule costs.

use super::Schedule;
use crate::instant::{Duration, Instant};
use chrono::{DateTime, NaiveDate, NaiveTime, Offset, TimeZone};
use chrono_tz::Tz;

/// The longest range that is counted, in days; fires beyond it are left out.
const RANGE_MAX_DAYS: i64 = 366;

/// A day of the zone's calendar that lies in the range and in which the clock does not jump.
struct WholeDay {
    end: Instant,
}

impl Schedule {
    /// The number of fires strictly after one instant and before another: what a schedule costs in that time, as an
    /// edit is told. The forecast of a month needs their instants too: [`crate::usage::fires_between`] names the same ones.
    ///
    /// Every matching day has the same times, so that a day without a jump of the clock is counted once and then only
    /// looked for. At most 366 days are counted.
    #[must_use]
    pub fn fires_between(&self, after: Instant, until: Instant) -> u64 {
        let until = until.min(after + Duration::days(RANGE_MAX_DAYS));
        let mut fires_a_day = None;
        let mut count: u64 = 0;
        let mut cursor = after;
        while let Some(fire) = self.next_after(cursor).filter(|fire| *fire < until) {
            match self.whole_day(fire, after, until) {
                None => {
                    count = count.saturating_add(1);
                    cursor = fire;
                }
                Some(day) => {
                    let fires = *fires_a_day.get_or_insert_with(|| self.fires_until(fire, day.end));
                    count = count.saturating_add(fires);
                    cursor = day.end - Duration::milliseconds(1);
                }
            }
        }
        count
    }

    /// The fires from one that is known to the end of its day.
    fn fires_until(&self, first: Instant, end: Instant) -> u64 {
        let mut fires = 1_u64;
        let mut fire = first;
        while let Some(next) = self.next_after(fire).filter(|next| *next < end) {
            fires = fires.saturating_add(1);
            fire = next;
        }
        fires
    }

    /// The day of a fire, if all of it lies in the range and it is as long as most days are.
    fn whole_day(&self, fire: Instant, after: Instant, until: Instant) -> Option<WholeDay> {
        let date = fire.with_timezone(&self.zone).date_naive();
        let start = self.midnight(date)?;
        let end = self.midnight(date.succ_opt()?)?;
        let steady = start.offset().fix() == end.offset().fix();
        let (start, end) = (start.to_utc(), end.to_utc());
        (steady && start > after && end <= until).then_some(WholeDay { end })
    }

    fn midnight(&self, date: NaiveDate) -> Option<DateTime<Tz>> {
        self.zone.from_local_datetime(&date.and_time(NaiveTime::MIN)).single()
    }
}
