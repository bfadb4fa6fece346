//! The fires of a schedule in order: the times of its clock, carried over the clock's changes.

use super::expression::Expression;
use super::zone::{Stretch, Zone};
use crate::instant::Instant;
use chrono::{Datelike, NaiveDateTime, TimeDelta};

/// Years in which fires are searched. Beyond them there is no next fire, and no arithmetic that could overflow.
pub(super) const YEARS: std::ops::RangeInclusive<i32> = 1970..=4000;

/// One fire time of a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fire {
    pub(super) at: Instant,
    /// Its time of the clock was skipped, so that it is at the first instant after the gap.
    pub(super) is_late: bool,
}

/// The fires strictly after an instant.
///
/// Within a stretch in which the clock keeps its distance from UTC, fires are a search on the calendar. What happens
/// between two stretches is decided when one is left ([`Walk::enter`]).
pub(super) struct Walk<'a> {
    expression: &'a Expression,
    zone: &'a Zone,
    stretch: Stretch,
    /// The next time of the clock to look at.
    from: NaiveDateTime,
    /// A fire at the beginning of the stretch, for times that its clock skipped.
    late: Option<Instant>,
    /// The year is out of the known ones.
    is_over: bool,
}

impl<'a> Walk<'a> {
    pub(super) fn after(expression: &'a Expression, zone: &'a Zone, instant: Instant) -> Self {
        let is_over = !YEARS.contains(&instant.year());
        let instant = if is_over { Instant::UNIX_EPOCH } else { instant };
        let stretch = zone.stretch(instant);
        let mut from = stretch.clock(instant) + TimeDelta::nanoseconds(1);
        if let Some(repeated_until) = repeated_until(expression, &stretch) {
            from = from.max(repeated_until);
        }
        Self { expression, zone, stretch, from, late: None, is_over }
    }

    /// Continues with the stretch that begins at an instant.
    ///
    /// If its clock was put forward, times are skipped: an expression with fixed times among them fires once, at the
    /// first instant after the gap, for a gap of any length. If its clock was put back, times are repeated: fixed times
    /// have fired on the first pass. An interval does neither.
    fn enter(&mut self, start: Instant) {
        let before = start.naive_utc() + self.stretch.offset;
        self.stretch = self.zone.stretch(start);
        self.from = self.stretch.clock(start);
        if let Some(repeated_until) = repeated_until(self.expression, &self.stretch) {
            self.from = self.from.max(repeated_until);
        } else if self.expression.is_fixed() && self.expression.first(before, self.from).is_some() {
            self.late = Some(start);
            self.from += TimeDelta::nanoseconds(1);
        }
    }
}

/// The time of the clock until which a stretch repeats what the one before it showed.
fn repeated_until(expression: &Expression, stretch: &Stretch) -> Option<NaiveDateTime> {
    let change = stretch.start.filter(|change| expression.is_fixed() && change.offset_before > stretch.offset)?;
    Some(change.at.naive_utc() + change.offset_before)
}

impl Iterator for Walk<'_> {
    type Item = Fire;

    fn next(&mut self) -> Option<Fire> {
        loop {
            if self.is_over {
                return None;
            }
            if let Some(at) = self.late.take() {
                return Some(Fire { at, is_late: true });
            }
            let limit = NaiveDateTime::MAX.min(self.from + TimeDelta::days(366 * 401));
            let end = self.stretch.end.map_or(limit, |end| self.stretch.clock(end));
            if let Some(found) = self.expression.first(self.from, end) {
                self.from = found + TimeDelta::nanoseconds(1);
                return Some(Fire { at: self.stretch.instant(found), is_late: false });
            }
            match self.stretch.end {
                Some(end) if YEARS.contains(&end.year()) => self.enter(end),
                _ => self.is_over = true,
            }
        }
    }
}
