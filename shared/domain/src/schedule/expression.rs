//! Reading a cron expression: every part is judged and written anew with numbers alone, so that croner gets nothing
//! it reads more leniently than people mean.

use super::error::{ScheduleError, excerpt};
use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};

/// The longest expression, in characters.
pub(super) const CHARS_MAX: usize = 100;

/// An expression that fires.
pub(super) struct Expression {
    /// As it was written, with single spaces.
    pub(super) text: String,
    pub(super) cron: Cron,
}

const MONTHS: &[&str] = &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS: &[&str] = &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// What a field may say.
struct Field {
    name: &'static str,
    low: u8,
    high: u8,
    /// Names of the values from `low` on.
    names: &'static [&'static str],
}

const MINUTE: Field = Field { name: "minute", low: 0, high: 59, names: &[] };
const HOUR: Field = Field { name: "hour", low: 0, high: 23, names: &[] };
const DAY: Field = Field { name: "day of month", low: 1, high: 31, names: &[] };
const MONTH: Field = Field { name: "month", low: 1, high: 12, names: MONTHS };
const WEEKDAY: Field = Field { name: "day of week", low: 0, high: 7, names: WEEKDAYS };

/// One item of a field's list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Item {
    Every,
    Span { low: u8, high: u8, step: u8 },
    Last,
    LastWorking,
    NearestWorking(u8),
    LastWeekday(u8),
    NthWeekday(u8, u8),
}

/// Reads an expression or an `@` name.
pub(super) fn read(cron: &str) -> Result<Expression, ScheduleError> {
    let chars = cron.trim().chars().count();
    if chars > CHARS_MAX {
        return Err(ScheduleError::TooLong { chars });
    }
    let text = cron.split_whitespace().collect::<Vec<_>>().join(" ");
    let fields = expand(&text)?.to_ascii_uppercase();
    let fields: Vec<&str> = fields.split(' ').filter(|field| !field.is_empty()).collect();
    let [minute, hour, day, month, weekday] = fields.as_slice() else {
        return Err(ScheduleError::FieldCount { cron: excerpt(&text), found: fields.len() });
    };
    let parts = [MINUTE.read(minute)?, HOUR.read(hour)?, DAY.read(day)?, MONTH.read(month)?, WEEKDAY.read(weekday)?];
    let [_, _, days, months, weekdays] = &parts;
    if !fires(days, months, weekdays) {
        return Err(ScheduleError::NeverFires { cron: text });
    }
    let numeric = parts.each_ref().map(|items| written(items)).join(" ");
    let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
    // Nothing should be left to refuse; what the library still refuses is told all the same.
    let cron = parser.parse(&numeric).map_err(|error| ScheduleError::BadField {
        field: "fields",
        text: excerpt(&text),
        reason: error.to_string(),
    })?;
    Ok(Expression { text, cron })
}

fn expand(text: &str) -> Result<&str, ScheduleError> {
    if !text.starts_with('@') {
        return Ok(text);
    }
    match text.to_ascii_lowercase().as_str() {
        "@hourly" => Ok("0 * * * *"),
        "@daily" => Ok("0 0 * * *"),
        "@weekly" => Ok("0 0 * * 0"),
        "@monthly" => Ok("0 0 1 * *"),
        "@yearly" => Ok("0 0 1 1 *"),
        _ => Err(ScheduleError::UnknownName { name: excerpt(text) }),
    }
}

/// Whether any calendar has such a day. A restricted weekday comes round in every month (the fifth one of a February
/// every 28 years), so that only days of the month can be missing.
fn fires(days: &[Item], months: &[Item], weekdays: &[Item]) -> bool {
    let first_day = days.iter().map(|item| match *item {
        Item::Span { low, .. } | Item::NearestWorking(low) => low,
        _ => 1,
    });
    let longest_month =
        (1..=12).filter(|month| months.iter().any(|item| item.holds(*month))).map(|month| match month {
            2 => 29,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        });
    weekdays != [Item::Every] || first_day.min() <= longest_month.max()
}

fn written(items: &[Item]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

impl Field {
    fn read(&self, text: &str) -> Result<Vec<Item>, ScheduleError> {
        let items = text.split(',').map(|item| self.item(item)).collect::<Result<Vec<_>, _>>()?;
        if items.len() > 1 && items.contains(&Item::Every) {
            return Err(self.bad(text, "'*' cannot be an item of a list"));
        }
        if items.contains(&Item::Last) && items.contains(&Item::LastWorking) {
            return Err(self.bad(text, "use either L or LW"));
        }
        Ok(items)
    }

    fn item(&self, text: &str) -> Result<Item, ScheduleError> {
        if text == "*" {
            return Ok(Item::Every);
        }
        if let Some((range, step)) = text.split_once('/') {
            return self.stepped(text, range, step);
        }
        if let Some((low, high)) = text.split_once('-') {
            return self.span(text, low, high, 1);
        }
        if let Some(item) = self.special(text)? {
            return Ok(item);
        }
        let value = self.value(text)?;
        Ok(Item::Span { low: value, high: value, step: 1 })
    }

    fn stepped(&self, text: &str, range: &str, step: &str) -> Result<Item, ScheduleError> {
        if step.is_empty() || !step.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(self.bad(text, "a step is a number, as in */15"));
        }
        // More digits than a byte holds are larger than any range.
        let step = step.parse::<u8>().unwrap_or(u8::MAX);
        if step == 0 {
            return Err(self.bad(text, "a step of 0 never moves on"));
        }
        let item = if range == "*" {
            Item::Span { low: self.low, high: self.last(), step }
        } else if let Some((low, high)) = range.split_once('-') {
            self.span(text, low, high, step)?
        } else {
            return Err(self.bad(text, "a step follows '*' or a range, as in */15 or 10-50/20"));
        };
        match item {
            Item::Span { low, high, step } if step > high - low => {
                Err(ScheduleError::StepTooLarge { field: self.name, text: excerpt(text), low, high })
            }
            item => Ok(item),
        }
    }

    fn span(&self, text: &str, low: &str, high: &str, step: u8) -> Result<Item, ScheduleError> {
        let (low, high) = (self.value(low)?, self.value(high)?);
        if low > high {
            return Err(self.bad(text, "the range ends before it begins"));
        }
        Ok(Item::Span { low, high, step })
    }

    /// `L`, `LW` and `15W` of the day of month, `5L` and `5#2` of the day of week.
    fn special(&self, text: &str) -> Result<Option<Item>, ScheduleError> {
        if self.name == DAY.name {
            return match (text, text.strip_suffix('W')) {
                ("L", _) => Ok(Some(Item::Last)),
                ("LW", _) => Ok(Some(Item::LastWorking)),
                (_, Some(day)) => Ok(Some(Item::NearestWorking(self.value(day)?))),
                (_, None) => Ok(None),
            };
        }
        if self.name != WEEKDAY.name {
            return Ok(None);
        }
        if let Some((day, nth)) = text.split_once('#') {
            let nth = match nth.as_bytes() {
                [digit @ b'1'..=b'5'] => digit - b'0',
                _ => return Err(self.bad(text, "after '#' stands a number from 1 to 5")),
            };
            return Ok(Some(Item::NthWeekday(self.value(day)?, nth)));
        }
        match text.strip_suffix('L') {
            Some("") => Err(self.bad(text, "L follows a day, as in FRIL")),
            Some(day) => Ok(Some(Item::LastWeekday(self.value(day)?))),
            None => Ok(None),
        }
    }

    fn value(&self, text: &str) -> Result<u8, ScheduleError> {
        if let Some(value) = (self.low..).zip(self.names).find_map(|(value, name)| (*name == text).then_some(value)) {
            return Ok(value);
        }
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse::<u8>() {
            Ok(value) if digits && (self.low..=self.high).contains(&value) => Ok(value),
            _ => Err(self.bad(text, &self.expected())),
        }
    }

    fn expected(&self) -> String {
        let numbers = format!("numbers from {} to {}", self.low, self.high);
        match (self.names.first(), self.names.last()) {
            (Some(first), Some(last)) => format!("{numbers} or names from {first} to {last} are expected"),
            _ => format!("{numbers} are expected"),
        }
    }

    /// The last value that `*` means: 7 is a second name of Sunday.
    fn last(&self) -> u8 {
        if self.name == WEEKDAY.name { 6 } else { self.high }
    }

    fn bad(&self, text: &str, reason: &str) -> ScheduleError {
        ScheduleError::BadField { field: self.name, text: excerpt(text), reason: reason.to_owned() }
    }
}

impl Item {
    fn holds(self, value: u8) -> bool {
        match self {
            Self::Every => true,
            Self::Span { low, high, step } => value >= low && value <= high && (value - low).is_multiple_of(step),
            _ => false,
        }
    }
}

impl std::fmt::Display for Item {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Every => formatter.write_str("*"),
            Self::Span { low, high, step: 1 } if low == high => write!(formatter, "{low}"),
            Self::Span { low, high, step: 1 } => write!(formatter, "{low}-{high}"),
            Self::Span { low, high, step } => write!(formatter, "{low}-{high}/{step}"),
            Self::Last => formatter.write_str("L"),
            Self::LastWorking => formatter.write_str("LW"),
            Self::NearestWorking(day) => write!(formatter, "{day}W"),
            Self::LastWeekday(day) => write!(formatter, "{day}L"),
            Self::NthWeekday(day, nth) => write!(formatter, "{day}#{nth}"),
        }
    }
}
