//! How many fires a range has: what a schedule costs.

use super::Schedule;
use super::expression::midnight;
use crate::instant::{Duration, Instant};

/// The longest range that is counted, in days; fires beyond it are not.
const RANGE_MAX_DAYS: i64 = 366;

impl Schedule {
    /// The number of fires strictly after one instant and before another: what a schedule costs in that time, as an
    /// edit shows it. The forecast of a month needs their instants too: `usage::fires_between` names the same ones.
    ///
    /// Every matching day has the same times: only days near a change of the clock are counted fire by fire.
    pub fn fires_between(&self, after: Instant, until: Instant) -> u64 {
        let until = until.min(after + Duration::days(RANGE_MAX_DAYS));
        let mut count: u64 = 0;
        let mut walk = self.walk(after);
        while let Some(fire) = walk.next().filter(|fire| fire.at < until) {
            match self.end_of_whole_day(fire.at, after, until) {
                None => count = count.saturating_add(1),
                Some(end) => {
                    count = count.saturating_add(self.expression.times_a_day());
                    walk = self.walk(end - Duration::milliseconds(1));
                }
            }
        }
        count
    }

    /// The end of a fire's day, if all of the day is in the range and the clock does not change on it or shortly
    /// before.
    fn end_of_whole_day(&self, fire: Instant, after: Instant, until: Instant) -> Option<Instant> {
        let stretch = self.zone.stretch(fire);
        let start = stretch.instant(midnight(stretch.clock(fire).date()));
        let end = start + Duration::days(1);
        // Asked of the day, not of the fire: all fires of a day are counted in the same way.
        let stretch = self.zone.stretch(start);
        let steady = stretch.start.is_none() && stretch.end.is_none_or(|change| change >= end);
        (steady && start > after && end <= until).then_some(end)
    }
}
