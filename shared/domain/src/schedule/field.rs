//! One field of a cron expression: a list of values, ranges and steps.

use super::error::{ScheduleError, excerpt};

const MONTHS: &[&str] = &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS: &[&str] = &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// What a field may contain.
pub(super) struct Field {
    name: &'static str,
    low: u8,
    high: u8,
    /// Names of the values from `low` on.
    names: &'static [&'static str],
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Time,
    Month,
    DayOfMonth,
    DayOfWeek,
}

pub(super) const MINUTE: Field = Field { name: "minute", low: 0, high: 59, names: &[], kind: Kind::Time };
pub(super) const HOUR: Field = Field { name: "hour", low: 0, high: 23, names: &[], kind: Kind::Time };
pub(super) const DAY: Field = Field { name: "day of month", low: 1, high: 31, names: &[], kind: Kind::DayOfMonth };
pub(super) const MONTH: Field = Field { name: "month", low: 1, high: 12, names: MONTHS, kind: Kind::Month };
/// 7 is a second number of Sunday.
pub(super) const WEEKDAY: Field =
    Field { name: "day of week", low: 0, high: 6, names: WEEKDAYS, kind: Kind::DayOfWeek };

/// What a field says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Values {
    bits: u64,
    /// Days that depend on the month.
    pub(super) special: Vec<Special>,
    /// It begins with `*`. To cron this is more than a range: it decides how the day fields are joined and whether
    /// the clock's changes are made up for.
    pub(super) starred: bool,
}

/// A day that depends on the month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Special {
    /// `L`: the last day.
    Last,
    /// `LW`: the last day from Monday to Friday.
    LastWorking,
    /// `15W`: the day from Monday to Friday that is nearest, in the same month.
    NearestWorking(u8),
    /// `FRIL`: the last such day of the week; 0 is Sunday.
    LastWeekday(u8),
    /// `MON#2`: such a day of the week, and which.
    NthWeekday(u8, u8),
}

impl Values {
    pub(super) fn contains(&self, value: u32) -> bool {
        1_u64.checked_shl(value).is_some_and(|bit| self.bits & bit != 0)
    }

    /// The plain values in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = u32> {
        (0..64).filter(|value| self.contains(*value))
    }

    pub(super) fn count(&self) -> u32 {
        self.bits.count_ones()
    }

    /// The first value at or after another.
    pub(super) fn from(&self, value: u32) -> Option<u32> {
        let rest = u64::MAX.checked_shl(value).unwrap_or(0) & self.bits;
        (rest != 0).then(|| rest.trailing_zeros())
    }

    fn add(&mut self, value: u8) {
        self.bits |= 1_u64.checked_shl(u32::from(value)).unwrap_or(0);
    }
}

impl Field {
    /// Parses the text of the field, in upper case.
    pub(super) fn parse(&self, text: &str) -> Result<Values, ScheduleError> {
        if text == "?" && matches!(self.kind, Kind::DayOfMonth | Kind::DayOfWeek) {
            return self.parse("*");
        }
        let mut values = Values { starred: text.starts_with('*'), ..Values::default() };
        let items = text.split(',').count();
        for item in text.split(',') {
            if items > 1 && item == "*" {
                return Err(self.bad(text, "'*' can't be an item of a list; write '*' alone"));
            }
            if items > 1 && item.is_empty() {
                return Err(self.bad(text, "a list has an empty item; remove the extra ','"));
            }
            self.item(item, &mut values)?;
        }
        let is_last = |special: &Special| matches!(special, Special::Last | Special::LastWorking);
        if values.special.contains(&Special::Last) && values.special.iter().filter(|item| is_last(item)).count() > 1 {
            return Err(self.bad(text, "write either L or LW"));
        }
        Ok(values)
    }

    /// Whether every value of the field is among these.
    pub(super) fn is_all(&self, values: &Values) -> bool {
        (self.low..=self.high).all(|value| values.contains(u32::from(value)))
    }

    fn item(&self, text: &str, values: &mut Values) -> Result<(), ScheduleError> {
        if text == "*" {
            (self.low..=self.high).for_each(|value| values.add(value));
            return Ok(());
        }
        if text == "?" {
            return Err(self.bad(text, "'?' is for the day fields, and alone; write '*'"));
        }
        if let Some((range, step)) = text.split_once('/') {
            return self.stepped(text, range, step, values);
        }
        if let Some((first, last)) = text.split_once('-') {
            return self.range(text, (first, last), 1, values);
        }
        match self.special(text)? {
            Some(special) => values.special.push(special),
            None => values.add(self.value(text)?),
        }
        Ok(())
    }

    fn stepped(&self, text: &str, range: &str, step: &str, values: &mut Values) -> Result<(), ScheduleError> {
        if step.is_empty() || !step.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(self.bad(text, "a step is a number, as in */15"));
        }
        // More digits than a byte holds are larger than any range.
        let step = step.parse::<u8>().unwrap_or(u8::MAX);
        if step == 0 {
            return Err(self.bad(text, "a step is at least 1"));
        }
        if range == "*" {
            return self.spread(text, (self.low, self.high), step, values);
        }
        if let Some((first, last)) = range.split_once('-') {
            return self.range(text, (first, last), step, values);
        }
        let correct = match range {
            "" => "*".to_owned(),
            first => format!("{}-{}", self.value(first)?, self.high),
        };
        Err(self.bad(text, &format!("a step follows '*' or a range; write {correct}/{step}")))
    }

    fn range(&self, text: &str, ends: (&str, &str), step: u8, values: &mut Values) -> Result<(), ScheduleError> {
        self.check_ends(text, ends)?;
        let (first, last) = (self.number(ends.0)?, self.number(ends.1)?);
        // A range that ends before it begins wraps: 22-2 is 22, 23, 0, 1 and 2.
        let wrap = if first > last { self.size() } else { 0 };
        self.spread(text, (first, last + wrap), step, values)
    }

    /// Refuses a range without a first or a last value, and one from `L`.
    fn check_ends(&self, text: &str, (first, last): (&str, &str)) -> Result<(), ScheduleError> {
        let is_day = self.kind == Kind::DayOfMonth;
        if is_day && first == "L" {
            let reason = "a day before the last one is not supported; write L for the last day, LW for the last day \
                          from Monday to Friday, or a number from 1 to 31";
            return Err(self.bad(text, reason));
        }
        if first.is_empty() || last.is_empty() {
            let last_day = if is_day { "; L is the last day of the month" } else { "" };
            let reason = format!("a range has a first and a last value; {}{last_day}", self.expected());
            return Err(self.bad(text, &reason));
        }
        Ok(())
    }

    fn spread(&self, text: &str, ends: (u8, u8), step: u8, values: &mut Values) -> Result<(), ScheduleError> {
        let (first, last) = ends;
        if step > 1 && step > last - first {
            let (name, high) = (self.name, if last > self.highest() { last - self.size() } else { last });
            let reason = if first == last {
                format!("has no effect: the range of the {name} is only {first}; write {first}")
            } else if step > last {
                format!("is larger than its range of the {name}, {first} to {high}")
            } else {
                format!("may be at most {}: its range of the {name} is {first} to {high}", last - first)
            };
            return Err(ScheduleError::StepTooLarge { text: excerpt(text), reason });
        }
        for value in (first..=last).step_by(usize::from(step)) {
            values.add((value - self.low) % self.size() + self.low);
        }
        Ok(())
    }

    /// `L`, `LW` and `15W` of the day of month, `5L` and `5#2` of the day of week.
    fn special(&self, text: &str) -> Result<Option<Special>, ScheduleError> {
        match self.kind {
            Kind::Time | Kind::Month => Ok(None),
            Kind::DayOfMonth => match (text, text.strip_suffix('W')) {
                ("L", _) => Ok(Some(Special::Last)),
                ("LW", _) => Ok(Some(Special::LastWorking)),
                (_, Some("")) => Err(self.bad(text, "a day precedes W, as in 15W")),
                (_, Some(day)) => Ok(Some(Special::NearestWorking(self.value(day)?))),
                (_, None) => Ok(None),
            },
            Kind::DayOfWeek => {
                if let Some((day, nth)) = text.split_once('#') {
                    return match nth.as_bytes() {
                        _ if day.is_empty() => Err(self.bad(text, "a day precedes '#', as in MON#2")),
                        [digit @ b'1'..=b'5'] => Ok(Some(Special::NthWeekday(self.value(day)?, digit - b'0'))),
                        _ => Err(self.bad(text, "a number from 1 to 5 follows '#', as in MON#2")),
                    };
                }
                match text.strip_suffix('L') {
                    Some("") => Err(self.bad(text, "a day precedes L, as in FRIL")),
                    Some(day) => Ok(Some(Special::LastWeekday(self.value(day)?))),
                    None => Ok(None),
                }
            }
        }
    }

    fn value(&self, text: &str) -> Result<u8, ScheduleError> {
        self.number(text).map(|value| if self.kind == Kind::DayOfWeek { value % 7 } else { value })
    }

    /// A value as it is written: 7 stays 7.
    fn number(&self, text: &str) -> Result<u8, ScheduleError> {
        if let Some(value) = (self.low..).zip(self.names).find_map(|(value, name)| (*name == text).then_some(value)) {
            return Ok(value);
        }
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse::<u8>() {
            Ok(value) if digits && (self.low..=self.highest()).contains(&value) => Ok(value),
            _ => Err(self.bad(text, &self.expected())),
        }
    }

    fn expected(&self) -> String {
        let numbers = format!("numbers from {} to {}", self.low, self.highest());
        match (self.names.first(), self.names.last()) {
            (Some(first), Some(last)) => format!("{numbers} or names from {first} to {last} are expected"),
            _ => format!("{numbers} are expected"),
        }
    }

    /// The largest number that may be written.
    fn highest(&self) -> u8 {
        if self.kind == Kind::DayOfWeek { 7 } else { self.high }
    }

    fn size(&self) -> u8 {
        self.high - self.low + 1
    }

    fn bad(&self, text: &str, reason: &str) -> ScheduleError {
        ScheduleError::BadField { field: self.name, text: excerpt(text), reason: reason.to_owned() }
    }
}
