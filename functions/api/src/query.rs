//! Parameters of a request's query: known ones, each once. All invalid parameters are reported at once.

use crate::problem::{FieldError, Problem};
use crate::request::shown;
use axum::extract::{FromRequestParts, Query};
use axum::http::Uri;
use axum::http::request::Parts;
use domain::instant::{self, Instant};
use domain::month::{MONTH_MAX, MONTH_MIN, Month};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// The query of an operation without parameters: any parameter is refused.
pub(crate) struct NoParameters;

impl<S: Send + Sync> FromRequestParts<S> for NoParameters {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Parameters::of(&parts.uri).finish().map(|()| Self)
    }
}

/// Parameters that were not taken yet, and the errors of those that were.
#[derive(Debug)]
pub(crate) struct Parameters {
    values: BTreeMap<String, String>,
    errors: Vec<FieldError>,
}

impl Parameters {
    /// The parameters of an address. One without a value (`status=`) is invalid unless an empty text is expected: a
    /// filter whose value was forgotten must not match everything, nor start something unintended.
    pub(crate) fn of(uri: &Uri) -> Self {
        let mut parameters = Self { values: BTreeMap::new(), errors: Vec::new() };
        match Query::<Vec<(String, String)>>::try_from_uri(uri) {
            Ok(Query(pairs)) => {
                for (name, value) in pairs {
                    if parameters.values.insert(name.clone(), value).is_some() {
                        parameters.wrong(&shown(&name), "given twice: give it once");
                    }
                }
            }
            Err(_) => parameters.wrong("", "the query can't be parsed"),
        }
        parameters
    }

    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        self.values.remove(name)
    }

    /// A value that `read` parses; `expected` describes a valid one.
    pub(crate) fn value<T>(&mut self, name: &str, expected: &str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let text = self.values.remove(name)?;
        let value = read(&text);
        if value.is_none() {
            self.wrong(name, format!("'{}' is not {expected}", shown(&text)));
        }
        value
    }

    /// A whole number in a range; `beyond` is the error of one that is too large.
    pub(crate) fn number(&mut self, name: &str, range: RangeInclusive<usize>, beyond: &str) -> Option<usize> {
        let text = self.values.remove(name)?;
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse::<usize>() {
            Ok(number) if digits && range.contains(&number) => return Some(number),
            // Digits that exceed a `usize` are a number beyond any range.
            Ok(number) if digits && number < *range.start() => {
                self.wrong(name, format!("at least {} is expected", range.start()));
            }
            _ if digits => self.wrong(name, beyond),
            _ => self.wrong(name, format!("'{}' is not a whole number", shown(&text))),
        }
        None
    }

    /// An RFC 3339 instant.
    pub(crate) fn instant(&mut self, name: &str) -> Option<Instant> {
        self.value(name, "an RFC 3339 instant such as 2024-01-15T10:30:00.000Z", instant::parse)
    }

    /// A month.
    pub(crate) fn month(&mut self, name: &str) -> Option<Month> {
        let expected = format!("a month such as 2024-01, from {MONTH_MIN} to {MONTH_MAX}");
        self.value(name, &expected, |text| Month::parse(text).ok())
    }

    /// Records that a parameter is invalid.
    pub(crate) fn wrong(&mut self, name: &str, detail: impl Into<String>) {
        self.errors.push(FieldError::at(name, detail));
    }

    /// Ends the parsing: parameters that were not taken are unknown. An unknown parameter is refused, so that a
    /// misspelt filter never matches everything.
    pub(crate) fn finish(mut self) -> Result<(), Problem> {
        for (name, _) in std::mem::take(&mut self.values) {
            self.wrong(&shown(&name), "unknown parameter");
        }
        if self.errors.is_empty() { Ok(()) } else { Err(Problem::validation(self.errors)) }
    }
}
