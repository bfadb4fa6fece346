//! The beginning of a report's range, as people write it.

use domain::instant::{self, Duration, Instant};

/// The beginning of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    At(Instant),
    /// This long before now.
    Age(Duration),
    /// This many calendar months before now.
    Months(u32),
    /// The beginning of a day in UTC, this many days before today.
    DayBefore(u32),
}

/// The longest age, in days: longer than git exists.
const AGE_DAYS_MAX: i64 = 36_500;
/// The same in months.
const AGE_MONTHS_MAX: u32 = 1_200;

impl Since {
    /// The instant, given the current time; `None` if it can't be represented.
    #[must_use]
    pub fn instant(self, now: Instant) -> Option<Instant> {
        match self {
            Self::At(instant) => Some(instant),
            Self::Age(age) => now.checked_sub_signed(age),
            Self::Months(months) => now.checked_sub_months(instant::Months::new(months)),
            Self::DayBefore(days) => {
                let today = instant::parse(&format!("{}T00:00:00Z", now.format("%Y-%m-%d")))?;
                today.checked_sub_signed(Duration::days(i64::from(days)))
            }
        }
    }
}

/// Parses a date, an instant, an age, or the name of a day.
pub fn parse_since(text: &str) -> Result<Since, String> {
    let text = text.trim();
    let words = text.to_ascii_lowercase();
    if let Some(number) = words.strip_suffix('m').filter(|number| number.parse::<u32>().is_ok()) {
        return Err(format!("'{text}' can mean minutes or months: write {number}mo for months"));
    }
    let at = date(text).or_else(|| instant::parse(text)).map(Since::At);
    at.or_else(|| day(&words)).or_else(|| last(&words)).or_else(|| age(&words)).ok_or_else(|| {
        format!(
            "'{text}' is not a date such as 2026-01-01, an instant such as 2026-01-01T12:00:00Z, an age such as 12h, \
             30d, 8w, 6mo or '2 weeks ago' of at most {AGE_DAYS_MAX} days, or one of: today, yesterday, last week, \
             last month, last year"
        )
    })
}

fn date(text: &str) -> Option<Instant> {
    instant::parse(&format!("{text}T00:00:00Z"))
}

fn day(words: &str) -> Option<Since> {
    match words {
        "today" => Some(Since::DayBefore(0)),
        "yesterday" => Some(Since::DayBefore(1)),
        _ => None,
    }
}

/// `last week`: one week ago.
fn last(words: &str) -> Option<Since> {
    let unit = words.strip_prefix("last ")?.trim();
    if unit == "day" { Some(Since::DayBefore(1)) } else { of_unit(1, unit).filter(|_| unit.len() > 2) }
}

/// `30d`, `30 days`, `a month ago`.
fn age(words: &str) -> Option<Since> {
    let words = words.strip_suffix(" ago").unwrap_or(words).trim_end();
    let digits = words.bytes().take_while(u8::is_ascii_digit).count();
    if let Some(("a" | "an" | "one", unit)) = words.split_once(' ') {
        return of_unit(1, unit);
    }
    let (number, unit) = words.split_at_checked(digits)?;
    of_unit(number.parse().ok()?, unit.trim())
}

fn of_unit(number: u32, unit: &str) -> Option<Since> {
    let hours = |each: i64| Duration::try_hours(i64::from(number).checked_mul(each)?);
    let months = |each: u32| number.checked_mul(each).filter(|months| *months <= AGE_MONTHS_MAX).map(Since::Months);
    let since = match unit {
        "h" | "hour" | "hours" => Since::Age(hours(1)?),
        "d" | "day" | "days" => Since::Age(hours(24)?),
        "w" | "week" | "weeks" => Since::Age(hours(24 * 7)?),
        "mo" | "month" | "months" => months(1)?,
        "y" | "year" | "years" => months(12)?,
        _ => return None,
    };
    let too_long = matches!(since, Since::Age(age) if age > Duration::days(AGE_DAYS_MAX));
    (number > 0 && !too_long).then_some(since)
}

#[cfg(test)]
mod tests {
    use super::{Since, parse_since};
    use domain::instant::{self, Duration, Instant};

    fn at(text: &str) -> Instant {
        instant::parse(text).unwrap()
    }

    #[test]
    fn dates_and_instants_are_accepted() {
        assert_eq!(parse_since("2026-01-01"), Ok(Since::At(at("2026-01-01T00:00:00Z"))));
        assert_eq!(parse_since("2026-01-01T12:30:00+02:00"), Ok(Since::At(at("2026-01-01T10:30:00Z"))));
    }

    #[test]
    fn ages_are_accepted_as_abbreviations_and_in_words() {
        for (text, age) in [
            ("12h", Duration::hours(12)),
            ("30d", Duration::days(30)),
            ("3650d", Duration::days(3_650)),
            ("8w", Duration::weeks(8)),
            ("30 d", Duration::days(30)),
            ("2 weeks ago", Duration::weeks(2)),
            ("an hour ago", Duration::hours(1)),
            ("Last Week", Duration::weeks(1)),
        ] {
            assert_eq!(parse_since(text), Ok(Since::Age(age)), "{text}");
        }
    }

    #[test]
    fn months_years_and_days_follow_the_calendar() {
        let now = at("2028-03-31T15:00:00Z");
        for (text, begins) in [
            ("1mo", "2028-02-29T15:00:00Z"),
            ("last month", "2028-02-29T15:00:00Z"),
            ("1y", "2027-03-31T15:00:00Z"),
            ("last year", "2027-03-31T15:00:00Z"),
            ("2 years ago", "2026-03-31T15:00:00Z"),
            ("today", "2028-03-31T00:00:00Z"),
            ("yesterday", "2028-03-30T00:00:00Z"),
            ("last day", "2028-03-30T00:00:00Z"),
        ] {
            assert_eq!(parse_since(text).unwrap().instant(now), Some(at(begins)), "{text}");
        }
    }

    #[test]
    fn everything_else_is_refused_with_an_example() {
        for text in [
            "",
            "d",
            "0d",
            "0mo",
            "-3d",
            "30",
            "30x",
            "2026-13-01",
            "2026-02-30",
            "tomorrow",
            "99999d",
            "1201mo",
            "4294967295y",
            "3é",
            "last",
            "last d",
            "a",
            "ago",
            "next week",
        ] {
            let error = parse_since(text).unwrap_err();
            assert!(error.contains(&format!("'{text}'")) && error.contains("30d"), "{text}: {error}");
        }
    }

    #[test]
    fn ambiguous_m_is_refused() {
        let error = parse_since("3m").unwrap_err();
        assert!(error.contains("'3m'") && error.contains("3mo"), "{error}");
    }
}
