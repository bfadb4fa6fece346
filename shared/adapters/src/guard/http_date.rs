//! Dates of HTTP headers, in the three forms of RFC 9110, section 5.6.7.

use chrono::{Datelike, NaiveDateTime};
use domain::instant::Instant;

/// How far in the future a year of two digits may be.
const FUTURE_YEARS_MAX: i32 = 50;
const CENTURY: i32 = 100;

/// Parses `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` or `Sun Nov  6 08:49:37 1994`. Without
/// `now` the second form has no century, and is `None`.
pub(super) fn http_date(text: &str, now: Option<Instant>) -> Option<Instant> {
    let fixed = || chrono::DateTime::parse_from_rfc2822(text).ok().map(|date| date.to_utc());
    let asctime = || NaiveDateTime::parse_from_str(text, "%a %b %e %H:%M:%S %Y").ok().map(|date| date.and_utc());
    fixed().or_else(|| rfc_850(text, now?)).or_else(asctime)
}

/// The form of RFC 850. A year that appears to be more than 50 years in the future is one of the past.
fn rfc_850(text: &str, now: Instant) -> Option<Instant> {
    let (weekday, rest) = text.split_once(", ")?;
    let (date, time) = rest.strip_suffix(" GMT")?.split_once(' ')?;
    let (day_and_month, year) = date.rsplit_once('-')?;
    let is_weekday = weekday.len() > 3 && weekday.bytes().all(|byte| byte.is_ascii_alphabetic());
    let year = whole_year(year, now.year()).filter(|_| is_weekday)?;
    let text = format!("{day_and_month}-{year} {time}");
    NaiveDateTime::parse_from_str(&text, "%d-%b-%Y %H:%M:%S").ok().map(|date| date.and_utc())
}

/// The year of two digits that is at most [`FUTURE_YEARS_MAX`] after this year, and less than a century before that.
fn whole_year(digits: &str, this: i32) -> Option<i32> {
    let is_year = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let digits: i32 = digits.parse().ok().filter(|_| is_year)?;
    let latest = this.saturating_add(FUTURE_YEARS_MAX);
    Some(latest.saturating_sub(latest.saturating_sub(digits).rem_euclid(CENTURY)))
}

#[cfg(test)]
mod tests {
    use super::http_date;

    fn date(text: &str, now: &str) -> Option<String> {
        http_date(text, Some(now.parse().unwrap())).map(|date| date.format("%Y-%m-%d %H:%M:%S").to_string())
    }

    #[test]
    fn three_forms_of_one_date_are_the_same_instant() {
        for text in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
            let parsed = date(text, "2026-03-01T00:00:00Z");
            assert_eq!(parsed.as_deref(), Some("1994-11-06 08:49:37"), "{text}");
        }
        assert_eq!(date("Mon Nov 16 08:49:37 2026", "2026-03-01T00:00:00Z").unwrap(), "2026-11-16 08:49:37");
    }

    #[test]
    fn two_digits_are_a_year_at_most_50_years_ahead() {
        for (now, digits, year) in [
            ("2026-03-01T00:00:00Z", "26", "2026"),
            ("2026-03-01T00:00:00Z", "76", "2076"),
            ("2026-03-01T00:00:00Z", "77", "1977"),
            ("1994-03-01T00:00:00Z", "94", "1994"),
            ("1994-03-01T00:00:00Z", "44", "2044"),
            ("1994-03-01T00:00:00Z", "45", "1945"),
        ] {
            let parsed = date(&format!("Sunday, 06-Nov-{digits} 08:49:37 GMT"), now).unwrap();
            assert!(parsed.starts_with(year), "{digits} in {now}: {parsed}");
        }
        assert_eq!(http_date("Sunday, 06-Nov-94 08:49:37 GMT", None), None, "no century");
    }

    #[test]
    fn other_texts_are_no_date() {
        for text in [
            "",
            "soon",
            "06-Nov-94 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37",
            "Sunday, 06-Nov-1994 08:49:37 GMT",
            "Sunday, 36-Nov-94 08:49:37 GMT",
            "Sunday, 06-Nov-94 28:49:37 GMT",
            "Sunday, 06-Növ-94 08:49:37 GMT",
            "Sun Nov 36 08:49:37 1994",
            "Sun Nov  6 08:49:37 94",
        ] {
            assert_eq!(date(text, "2026-03-01T00:00:00Z"), None, "{text}");
        }
    }
}
