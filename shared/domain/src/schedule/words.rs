//! A schedule as a sentence, for people who don't read cron.

use super::Schedule;
use super::days::Days;
use super::expression::Expression;
use super::field::{DAY, HOUR, MONTH, Special, Values, WEEKDAY};

/// Up to how many times of the day are written out.
const TIMES_MAX: u64 = 6;

const WEEKDAYS: &[&str] = &["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS: &[&str] = &[
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const ORDINALS: &[&str] = &["first", "second", "third", "fourth", "fifth"];

impl Schedule {
    /// What the expression means, such as `At 09:00, from Monday to Friday, on the clock of Europe/Berlin.`
    pub fn in_words(&self) -> String {
        let times = times(&self.expression);
        let days = days(&self.expression.days);
        let months = months(&self.expression.days.months);
        let clock = format!("on the clock of {}", self.zone());
        let parts: Vec<String> = [times, days, months, clock].into_iter().filter(|part| !part.is_empty()).collect();
        let mut sentence = parts.join(", ");
        if let Some(first) = sentence.get_mut(0..1) {
            first.make_ascii_uppercase();
        }
        sentence + "."
    }
}

fn times(expression: &Expression) -> String {
    let (minutes, hours) = (&expression.minutes, &expression.hours);
    if expression.times_a_day() <= TIMES_MAX {
        let of_hour = |hour| minutes.iter().map(move |minute| format!("{hour:02}:{minute:02}"));
        return format!("at {}", join(hours.iter().flat_map(of_hour).collect(), "and"));
    }
    let every_hour = HOUR.is_all(hours);
    let of_hours =
        if every_hour { "of every hour".to_owned() } else { format!("of {}", numbers("hour", "hours", hours)) };
    match (minutes.count(), interval(minutes, 60)) {
        (1, Some(_)) if every_hour => "every hour, on the hour".to_owned(),
        (2.., Some(1)) if every_hour => "every minute".to_owned(),
        (2.., Some(step)) if every_hour => format!("every {step} minutes"),
        (2.., Some(1)) => format!("every minute {of_hours}"),
        (2.., Some(step)) => format!("every {step} minutes {of_hours}"),
        _ => format!("at {} {of_hours}", numbers("minute", "minutes", minutes)),
    }
}

/// The distance of the values, if they are evenly spread over the whole hour or day, beginning at 0.
fn interval(values: &Values, size: u32) -> Option<u32> {
    let step = size.checked_div(values.count())?;
    let even = step * values.count() == size && values.iter().all(|value| value.is_multiple_of(step));
    even.then_some(step)
}

fn days(days: &Days) -> String {
    let month_days = (!DAY.is_all(&days.of_month)).then(|| month_days(&days.of_month));
    let weekdays = (!WEEKDAY.is_all(&days.of_week)).then(|| weekdays(&days.of_week));
    match (month_days, weekdays, days.both()) {
        (Some(month_days), Some(weekdays), true) => format!("{month_days}, and only if that is {weekdays}"),
        (Some(month_days), Some(weekdays), false) => format!("{month_days}, and also {}", on(&days.of_week, weekdays)),
        // Of two alternatives, one that names every day makes the other one moot.
        (_, None, false) | (None, _, false) | (None, None, true) => "every day".to_owned(),
        (Some(month_days), None, true) => month_days,
        (None, Some(weekdays), true) => on(&days.of_week, weekdays),
    }
}

/// `from Monday to Friday` needs no preposition.
fn on(values: &Values, text: String) -> String {
    if values.special.is_empty() && text.starts_with("from ") { text } else { format!("on {text}") }
}

fn month_days(values: &Values) -> String {
    let mut parts = Vec::new();
    if values.count() > 0 {
        parts.push(format!("{} of the month", numbers("day", "days", values)));
    }
    parts.extend(values.special.iter().map(|special| match special {
        Special::Last => "the last day of the month".to_owned(),
        Special::LastWorking => "the last weekday (Monday to Friday) of the month".to_owned(),
        Special::NearestWorking(day) => format!("the weekday (Monday to Friday) nearest to day {day} of the month"),
        Special::LastWeekday(_) | Special::NthWeekday(..) => String::new(),
    }));
    format!("on {}", join(parts, "and"))
}

fn weekdays(values: &Values) -> String {
    let mut parts = spans(values, WEEKDAYS, 0);
    parts.extend(values.special.iter().map(|special| match special {
        Special::LastWeekday(day) => format!("the last {} of the month", name(WEEKDAYS, u32::from(*day))),
        Special::NthWeekday(day, nth) => {
            let nth = name(ORDINALS, u32::from(*nth).saturating_sub(1));
            format!("the {nth} {} of the month", name(WEEKDAYS, u32::from(*day)))
        }
        Special::Last | Special::LastWorking | Special::NearestWorking(_) => String::new(),
    }));
    join(parts, "or")
}

fn months(values: &Values) -> String {
    if MONTH.is_all(values) {
        return String::new();
    }
    let text = join(spans(values, MONTHS, 1), "and");
    if text.starts_with("from ") { text } else { format!("in {text}") }
}

/// `day 1`, `days 1, 3 and 5 to 9`.
fn numbers(one: &str, many: &str, values: &Values) -> String {
    let parts = runs(values)
        .into_iter()
        .flat_map(|(first, last)| match last - first {
            0 => vec![first.to_string()],
            1 => vec![first.to_string(), last.to_string()],
            _ => vec![format!("{first} to {last}")],
        })
        .collect();
    format!("{} {}", if values.count() == 1 { one } else { many }, join(parts, "and"))
}

/// The values by name: `Monday`, `from Monday to Friday`.
fn spans(values: &Values, names: &[&str], low: u32) -> Vec<String> {
    let of = |value: u32| name(names, value - low);
    runs(values)
        .into_iter()
        .flat_map(|(first, last)| match last - first {
            0 => vec![of(first)],
            1 => vec![of(first), of(last)],
            _ => vec![format!("from {} to {}", of(first), of(last))],
        })
        .collect()
}

/// Values that follow each other, as their first and last one.
fn runs(values: &Values) -> Vec<(u32, u32)> {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for value in values.iter() {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == value => *last = value,
            _ => runs.push((value, value)),
        }
    }
    runs
}

fn name(names: &[&str], index: u32) -> String {
    usize::try_from(index).ok().and_then(|index| names.get(index)).map(ToString::to_string).unwrap_or_default()
}

fn join(mut parts: Vec<String>, word: &str) -> String {
    match (parts.pop(), parts.as_slice()) {
        (None, _) => String::new(),
        (Some(last), []) => last,
        (Some(last), rest) => format!("{} {word} {last}", rest.join(", ")),
    }
}
