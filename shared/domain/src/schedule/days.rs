//! Which days of the calendar an expression names.

use super::field::{Special, Values};
use chrono::{Datelike, NaiveDate};

/// After 400 years dates fall on the same days of the week again.
const CYCLE_YEARS: i32 = 400;

/// The three day fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Days {
    pub(super) of_month: Values,
    pub(super) months: Values,
    pub(super) of_week: Values,
}

impl Days {
    /// A field that begins with `*` restricts the other (`*/2 * MON` is each odd day that is a Monday); two fields that
    /// don't are alternatives (`13 * FRI` is each 13th and each Friday). The rule is cronie's.
    pub(super) fn both(&self) -> bool {
        self.of_month.starred || self.of_week.starred
    }

    pub(super) fn matches(&self, date: NaiveDate) -> bool {
        self.months.contains(date.month())
            && if self.both() {
                self.matches_month_day(date) && self.matches_weekday(date)
            } else {
                self.matches_month_day(date) || self.matches_weekday(date)
            }
    }

    /// The first matching day from one day to another, both included.
    pub(super) fn first(&self, from: NaiveDate, to: NaiveDate) -> Option<NaiveDate> {
        let mut date = from;
        while date <= to {
            if self.matches(date) {
                return Some(date);
            }
            let next = if self.months.contains(date.month()) { date.succ_opt() } else { next_month(date) };
            date = next?;
        }
        None
    }

    /// Whether any calendar has such a day.
    pub(super) fn ever(&self) -> bool {
        let ends = (NaiveDate::from_ymd_opt(2000, 1, 1), NaiveDate::from_ymd_opt(2000 + CYCLE_YEARS, 1, 1));
        matches!(ends, (Some(from), Some(to)) if self.first(from, to).is_some())
    }

    fn matches_month_day(&self, date: NaiveDate) -> bool {
        self.of_month.contains(date.day())
            || self.of_month.special.iter().any(|special| match *special {
                Special::Last => date.day() == last_day(date),
                Special::LastWorking => date.day() == nearest_working(date, last_day(date)),
                Special::NearestWorking(day) => {
                    u32::from(day) <= last_day(date) && date.day() == nearest_working(date, u32::from(day))
                }
                Special::LastWeekday(_) | Special::NthWeekday(..) => false,
            })
    }

    fn matches_weekday(&self, date: NaiveDate) -> bool {
        let weekday = date.weekday().num_days_from_sunday();
        self.of_week.contains(weekday)
            || self.of_week.special.iter().any(|special| match *special {
                Special::LastWeekday(day) => u32::from(day) == weekday && date.day() + 7 > last_day(date),
                Special::NthWeekday(day, nth) => u32::from(day) == weekday && date.day().div_ceil(7) == u32::from(nth),
                Special::Last | Special::LastWorking | Special::NearestWorking(_) => false,
            })
    }
}

fn next_month(date: NaiveDate) -> Option<NaiveDate> {
    match date.month() {
        12 => NaiveDate::from_ymd_opt(date.year() + 1, 1, 1),
        month => NaiveDate::from_ymd_opt(date.year(), month + 1, 1),
    }
}

fn last_day(date: NaiveDate) -> u32 {
    u32::from(date.num_days_in_month())
}

/// The day from Monday to Friday that is nearest to a day of the date's month, without leaving the month.
fn nearest_working(date: NaiveDate, day: u32) -> u32 {
    let weekday = date.with_day(day).map_or(1, |date| date.weekday().num_days_from_sunday());
    match weekday {
        6 if day > 1 => day - 1,
        6 => day + 2,
        0 if day < last_day(date) => day + 1,
        0 => day - 2,
        _ => day,
    }
}
