//! A row of an exported table, and typed access to its columns.

use domain::instant::{self, Instant};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use uuid::Uuid;

/// The most characters of a value that a reason repeats.
const SHOWN_CHARS_MAX: usize = 60;

/// Columns whose values are secrets or can contain one: no reason repeats them.
const SECRET: [&str; 7] = [
    "access_token",
    "webhook_secret",
    "webhook_url",
    "url",
    "configuration_snapshot",
    "error_message",
    "report_content",
];

/// Where a row is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub file: Arc<str>,
    /// The line on which the row begins, from 1.
    pub line: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.file, self.line)
    }
}

/// Why a row is not imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason(pub String);

impl Reason {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    fn of_column(column: &str, value: &str, expected: impl fmt::Display) -> Self {
        if SECRET.contains(&column) {
            return Self(format!("'{column}': {expected}"));
        }
        let shown: String = value.chars().take(SHOWN_CHARS_MAX).map(plain).collect();
        Self(format!("'{column}' is '{shown}': {expected}"))
    }
}

fn plain(letter: char) -> char {
    if letter.is_control() { ' ' } else { letter }
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A row: the columns that have a value. NULL and an empty text are absent.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub place: Place,
    pub(super) values: Vec<(Arc<str>, String)>,
}

impl Row {
    /// The value of a column.
    pub(super) fn text(&self, column: &str) -> Option<&str> {
        self.values.iter().find(|(name, _)| &**name == column).map(|(_, value)| value.as_str())
    }

    /// The value of a column that each row must have.
    pub(super) fn required(&self, column: &str) -> Result<&str, Reason> {
        self.text(column).ok_or_else(|| Reason(format!("'{column}' is missing")))
    }

    /// A value that is parsed. `expected` completes the reason.
    pub(super) fn read<T>(
        &self,
        column: &str,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Reason> {
        self.checked(column, |text| parse(text).ok_or(expected))
    }

    /// A value that is parsed by a function whose error is the reason.
    pub(super) fn checked<T, E: fmt::Display>(
        &self,
        column: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, Reason> {
        let Some(text) = self.text(column) else { return Ok(None) };
        parse(text).map(Some).map_err(|expected| Reason::of_column(column, text, expected))
    }

    pub(super) fn id(&self, column: &str) -> Result<Option<Uuid>, Reason> {
        self.read(column, "a UUID is expected", |text| Uuid::try_parse(text).ok())
    }

    pub(super) fn required_id(&self, column: &str) -> Result<Uuid, Reason> {
        self.required(column)?;
        self.id(column)?.ok_or_else(|| Reason(format!("'{column}' is missing")))
    }

    pub(super) fn instant(&self, column: &str) -> Result<Option<Instant>, Reason> {
        let expected = "an instant with its offset from UTC is expected, such as 2024-01-15 10:30:00+00";
        self.read(column, expected, parse_instant)
    }

    /// A whole number of this type.
    pub(super) fn number<T: FromStr>(&self, column: &str) -> Result<Option<T>, Reason> {
        self.read(column, "a whole number that is not negative is expected", |text| text.parse().ok())
    }

    pub(super) fn flag(&self, column: &str) -> Result<Option<bool>, Reason> {
        self.read(column, "true or false is expected", |text| match text {
            "t" | "true" => Some(true),
            "f" | "false" => Some(false),
            _ => None,
        })
    }

    /// One line of at most so many characters.
    pub(super) fn line(&self, column: &str, chars_max: usize) -> Result<Option<String>, Reason> {
        self.checked(column, |text| {
            if text.chars().count() > chars_max || text.chars().any(char::is_control) {
                return Err(format!("one line of at most {chars_max} characters is expected"));
            }
            Ok(text.to_owned())
        })
    }
}

/// An instant as `PostgreSQL` writes it: `2024-01-15 10:30:00.123+00` in CSV, `2024-01-15T10:30:00.123+00:00` in JSON.
fn parse_instant(text: &str) -> Option<Instant> {
    let text = text.replacen(' ', "T", 1);
    let sign = text.rfind(['+', '-']).filter(|place| *place > "2024-01-15T".len());
    let offset = sign.and_then(|place| text.get(place + 1..));
    match offset {
        Some(hours) if hours.len() == 2 => instant::parse(&format!("{text}:00")),
        Some(_) => instant::parse(&text),
        None => instant::parse(&text).filter(|_| text.ends_with(['Z', 'z'])),
    }
}

#[cfg(test)]
mod tests {
    use super::parse_instant;

    #[test]
    fn instants_of_postgresql_are_accepted() {
        for (text, instant) in [
            ("2024-01-15 10:30:00+00", "2024-01-15T10:30:00+00:00"),
            ("2024-01-15 10:30:00.123456+00", "2024-01-15T10:30:00.123+00:00"),
            ("2024-01-15 16:00:00.5+05:30", "2024-01-15T10:30:00.500+00:00"),
            ("2024-01-15 05:30:00-05", "2024-01-15T10:30:00+00:00"),
            ("2024-01-15T10:30:00Z", "2024-01-15T10:30:00+00:00"),
        ] {
            assert_eq!(parse_instant(text).map(|at| at.to_rfc3339()), Some(instant.to_owned()), "{text}");
        }
    }

    #[test]
    fn anything_else_is_no_instant() {
        for text in ["", "infinity", "2024-01-15", "2024-01-15 10:30:00", "2024-13-15 10:30:00+00", "1705314600", "+00"]
        {
            assert_eq!(parse_instant(text), None, "{text}");
        }
    }
}
