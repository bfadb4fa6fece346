//! A cron expression of five fields: when the clock shows one of its times.

use super::days::Days;
use super::error::{ScheduleError, excerpt};
use super::field::{DAY, HOUR, MINUTE, MONTH, Values, WEEKDAY};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike};

/// The longest expression, in characters.
pub const CHARS_MAX: usize = 100;

/// An expression that fires. Its times are those of a clock, without a zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Expression {
    pub(super) minutes: Values,
    pub(super) hours: Values,
    pub(super) days: Days,
}

/// Parses an expression or an `@` name; answers it with the text as it was written, with single spaces.
pub(super) fn parse(cron: &str) -> Result<(String, Expression), ScheduleError> {
    let chars = cron.trim().chars().count();
    if chars > CHARS_MAX {
        return Err(ScheduleError::TooLong { chars, max: CHARS_MAX });
    }
    let text = cron.split_whitespace().collect::<Vec<_>>().join(" ");
    let fields = expand(&text)?.to_ascii_uppercase();
    let fields: Vec<&str> = fields.split(' ').filter(|field| !field.is_empty()).collect();
    let [minute, hour, day, month, weekday] = fields.as_slice() else {
        return Err(ScheduleError::FieldCount { cron: excerpt(&text), found: fields.len() });
    };
    let (minutes, hours) = (MINUTE.parse(minute)?, HOUR.parse(hour)?);
    let days = Days { of_month: DAY.parse(day)?, months: MONTH.parse(month)?, of_week: WEEKDAY.parse(weekday)? };
    if !days.ever() {
        return Err(ScheduleError::NeverFires { cron: text });
    }
    Ok((text, Expression { minutes, hours, days }))
}

fn expand(text: &str) -> Result<&str, ScheduleError> {
    if !text.starts_with('@') {
        return Ok(text);
    }
    match text.to_ascii_lowercase().as_str() {
        "@hourly" => Ok("0 * * * *"),
        "@daily" | "@midnight" => Ok("0 0 * * *"),
        "@weekly" => Ok("0 0 * * 0"),
        "@monthly" => Ok("0 0 1 * *"),
        "@yearly" | "@annually" => Ok("0 0 1 1 *"),
        _ => Err(ScheduleError::UnknownName { name: excerpt(text) }),
    }
}

impl Expression {
    /// It names times of the day, not an interval: neither the minute nor the hour begins with `*`. Such a time is made
    /// up for where the clock skips it, and fires once where the clock shows it twice. The rule is cronie's.
    pub(super) fn is_fixed(&self) -> bool {
        !self.minutes.starred && !self.hours.starred
    }

    /// How many times a matching day has.
    pub(super) fn times_a_day(&self) -> u64 {
        u64::from(self.minutes.count()) * u64::from(self.hours.count())
    }

    /// The first matching time of the clock from one time on and before another.
    pub(super) fn first(&self, from: NaiveDateTime, before: NaiveDateTime) -> Option<NaiveDateTime> {
        let mut from = next_whole_minute(from)?;
        while from < before {
            let date = self.days.first(from.date(), before.date())?;
            let earliest = if date == from.date() { from.time() } else { NaiveTime::MIN };
            if let Some(time) = self.first_time(earliest) {
                return Some(date.and_time(time)).filter(|found| *found < before);
            }
            from = midnight(date.succ_opt()?);
        }
        None
    }

    /// The first time of a matching day at or after one.
    fn first_time(&self, earliest: NaiveTime) -> Option<NaiveTime> {
        let hour = self.hours.from(earliest.hour())?;
        if hour == earliest.hour()
            && let Some(minute) = self.minutes.from(earliest.minute())
        {
            return NaiveTime::from_hms_opt(hour, minute, 0);
        }
        let hour = if hour == earliest.hour() { self.hours.from(hour + 1)? } else { hour };
        NaiveTime::from_hms_opt(hour, self.minutes.from(0)?, 0)
    }
}

pub(super) fn midnight(date: NaiveDate) -> NaiveDateTime {
    date.and_time(NaiveTime::MIN)
}

/// The same time if it is a whole minute, else the next one that is.
fn next_whole_minute(time: NaiveDateTime) -> Option<NaiveDateTime> {
    let floor = time.with_second(0)?.with_nanosecond(0)?;
    if floor == time { Some(time) } else { floor.checked_add_signed(TimeDelta::minutes(1)) }
}
