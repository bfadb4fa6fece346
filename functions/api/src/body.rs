//! Bodies of requests: JSON objects of known members, every wrong one named at once.

use crate::edit::merge;
use crate::problem::{Code, FieldError, Problem};
use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, HeaderValue, header};
use domain::instant::{self, Instant};
use rust_decimal::Decimal;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt::{self, Display};

/// The largest body that is read, in bytes: the largest request is a configuration, a few kilobytes.
pub(crate) const BODY_BYTES_MAX: usize = 256 * 1024;

/// The longest part of a caller's text that is told back.
const SHOWN_CHARS_MAX: usize = 80;

/// A request that is read from the members of a JSON object.
pub(crate) trait FromMembers: Sized {
    /// Takes its members; none where one is wrong, which `members` then knows.
    fn from_members(members: &mut Members) -> Option<Self>;
}

/// The body of a request: 413 beyond [`BODY_BYTES_MAX`], 415 unless it is announced as JSON, 400 unless it is JSON, 422
/// with a pointer to each member that is missing, unknown or wrong.
#[derive(Debug)]
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<S: Send + Sync, T: FromMembers> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        JsonObject::from_request(request, state).await?.read(None).map(Self)
    }
}

/// The body of a request before its members are read.
#[derive(Clone, Debug)]
pub(crate) struct JsonObject(BTreeMap<String, Value>);

impl<S: Send + Sync> FromRequest<S> for JsonObject {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::new(
                Code::UnsupportedMediaType,
                "Send the body as JSON, with 'Content-Type: application/json'.",
            ));
        }
        if is_encoded(request.headers()) {
            let detail = "Send the body without a content coding: no 'Content-Encoding' is accepted.";
            // RFC 9110, section 15.5.16: what would be accepted.
            return Err(Problem::new(Code::UnsupportedMediaType, detail)
                .with_header(header::ACCEPT_ENCODING, HeaderValue::from_static("identity")));
        }
        let bytes = to_bytes(request.into_body(), BODY_BYTES_MAX)
            .await
            .map_err(|_| Problem::new(Code::PayloadTooLarge, "Send at most 256 KiB."))?;
        parsed(&bytes)
    }
}

impl JsonObject {
    /// Reads its members. `shown` is what a GET answers of the record that is edited: its members that can't be set are
    /// accepted as they are there.
    pub(crate) fn read<T: FromMembers>(self, shown: Option<Map<String, Value>>) -> Result<T, Problem> {
        let mut members = Members { values: self.0, errors: Vec::new(), shown };
        let read = T::from_members(&mut members);
        members.refuse_unknown();
        match read {
            Some(read) if members.errors.is_empty() => Ok(read),
            _ => Err(Problem::validation(members.errors)),
        }
    }

    /// This as a patch of the members of a record.
    pub(crate) fn merged_into(self, mut members: Map<String, Value>) -> Self {
        merge(&mut members, self.0);
        Self(members.into_iter().collect())
    }
}

/// A coding other than none: the body would be read as what it is not.
fn is_encoded(headers: &HeaderMap) -> bool {
    let mut codings =
        headers.get_all(header::CONTENT_ENCODING).iter().flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    codings.any(|coding| !matches!(coding.trim_ascii().to_ascii_lowercase().as_slice(), b"identity" | b""))
}

/// `application/json` or another `…+json`, whatever its parameters.
fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .map(|essence| essence.trim().to_ascii_lowercase())
        .is_some_and(|essence| {
            essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
        })
}

fn parsed(bytes: &Bytes) -> Result<JsonObject, Problem> {
    let malformed = |error: serde_json::Error| {
        let detail = match (bytes.trim_ascii().is_empty(), error.is_eof()) {
            (true, _) => "The body is empty: send a JSON object.".to_owned(),
            (_, true) => "The body ends before its JSON is complete: send the whole object.".to_owned(),
            _ => format!("The body is not valid JSON: {error}."),
        };
        Problem::new(Code::MalformedJson, detail)
    };
    // Read as any value first: what is JSON, but no object, is a wrong value and not a broken body.
    let value: Value = serde_json::from_slice(bytes).map_err(malformed)?;
    if !value.is_object() {
        let error = FieldError { pointer: String::new(), detail: "an object is expected".to_owned() };
        return Err(Problem::validation(vec![error]));
    }
    let Object(values) = serde_json::from_slice(bytes).map_err(malformed)?;
    Ok(JsonObject(values))
}

/// The members of a body that were not taken yet, and what was wrong with those that were.
#[derive(Debug)]
pub(crate) struct Members {
    values: BTreeMap<String, Value>,
    errors: Vec<FieldError>,
    /// What a GET answers of the record that is edited.
    shown: Option<Map<String, Value>>,
}

impl Members {
    /// An instant that must be there.
    pub(crate) fn instant(&mut self, name: &str) -> Option<Instant> {
        let expected = "an RFC 3339 instant is expected, such as 2024-01-15T10:30:00.000Z";
        let read = match self.values.remove(name) {
            None => Err(format!("missing: {expected}")),
            Some(Value::String(text)) => {
                instant::parse(&text).ok_or_else(|| format!("'{}' is not an instant: {expected}", shown(&text)))
            }
            Some(_) => Err(expected.to_owned()),
        };
        read.map_err(|detail| self.wrong(name, detail)).ok()
    }

    /// The body in one spelling, whatever its spaces and the order of its members: what a request is known again by.
    pub(crate) fn canonical(&self) -> String {
        serde_json::to_string(&self.values).unwrap_or_default()
    }

    /// A text that must be there and that `read` reads; its error says what is expected. None where it is wrong.
    pub(crate) fn required<T, E: Display>(
        &mut self,
        name: &str,
        expected: &str,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        match self.given(name, read)? {
            Given::Value(value) => Some(value),
            Given::Absent => {
                self.wrong(name, format!("missing: {expected} is expected"));
                None
            }
            Given::Null => {
                self.wrong(name, format!("{expected} is expected"));
                None
            }
        }
    }

    /// A text that may be left out or null. None where it is wrong.
    #[expect(clippy::option_option, reason = "the outer one says whether it reads, the inner one whether it is there")]
    pub(crate) fn optional<T, E: Display>(
        &mut self,
        name: &str,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<Option<T>> {
        Some(match self.given(name, read)? {
            Given::Value(value) => Some(value),
            Given::Absent | Given::Null => None,
        })
    }

    /// A text that is left out, null, or read. None where it is wrong.
    pub(crate) fn given<T, E: Display>(
        &mut self,
        name: &str,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<Given<T>> {
        match self.values.remove(name) {
            None => Some(Given::Absent),
            Some(Value::Null) => Some(Given::Null),
            Some(Value::String(text)) => match read(&text) {
                Ok(value) => Some(Given::Value(value)),
                Err(error) => {
                    self.wrong(name, error.to_string());
                    None
                }
            },
            Some(_) => {
                self.wrong(name, "a text is expected");
                None
            }
        }
    }

    /// One of a few words, or the default where it is left out or null. None where it is wrong.
    pub(crate) fn word<T: Copy>(
        &mut self,
        name: &str,
        words: &[T],
        word: impl Fn(T) -> &'static str,
        default: T,
    ) -> Option<T> {
        let read = |text: &str| {
            words.iter().copied().find(|value| word(*value) == text).ok_or_else(|| {
                let known: Vec<String> = words.iter().map(|value| format!("'{}'", word(*value))).collect();
                format!("'{}' must be one of: {}", shown(text), known.join(", "))
            })
        };
        Some(self.optional(name, read)?.unwrap_or(default))
    }

    /// True or false, or the default where it is left out or null. None where it is wrong.
    pub(crate) fn flag(&mut self, name: &str, default: bool) -> Option<bool> {
        match self.values.remove(name) {
            None | Some(Value::Null) => Some(default),
            Some(Value::Bool(flag)) => Some(flag),
            Some(_) => {
                self.wrong(name, "true or false is expected");
                None
            }
        }
    }

    /// A whole number that may be left out or null. None where it is wrong.
    #[expect(clippy::option_option, reason = "the outer one says whether it reads, the inner one whether it is there")]
    pub(crate) fn number(&mut self, name: &str, max: u64) -> Option<Option<u64>> {
        match self.values.remove(name) {
            None | Some(Value::Null) => Some(None),
            Some(value) => {
                let number = whole(&value).filter(|number| *number <= max);
                if number.is_none() {
                    self.wrong(name, format!("a whole number from 0 to {max} is expected"));
                }
                number.map(Some)
            }
        }
    }

    /// A decimal that may be left out or null, exactly as it is written. None where it is wrong.
    #[expect(clippy::option_option, reason = "the outer one says whether it reads, the inner one whether it is there")]
    pub(crate) fn decimal(&mut self, name: &str) -> Option<Option<Decimal>> {
        let decimal = match self.values.remove(name) {
            None | Some(Value::Null) => return Some(None),
            Some(Value::Number(number)) => {
                let text = number.to_string();
                Decimal::from_str_exact(&text).or_else(|_| Decimal::from_scientific(&text)).ok()
            }
            Some(_) => None,
        };
        if decimal.is_none() {
            self.wrong(name, "a number is expected, such as 0.15");
        }
        decimal.map(Some)
    }

    /// An object that may be left out or null, read by its own members. None where it or one of them is wrong.
    #[expect(clippy::option_option, reason = "the outer one says whether it reads, the inner one whether it is there")]
    pub(crate) fn object<T>(&mut self, name: &str, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        match self.values.remove(name) {
            None | Some(Value::Null) => Some(None),
            Some(Value::Object(values)) => {
                let shown = self.shown.as_ref().and_then(|shown| shown.get(name)).and_then(Value::as_object).cloned();
                let mut inner = Self { values: values.into_iter().collect(), errors: Vec::new(), shown };
                let value = read(&mut inner);
                inner.refuse_unknown();
                let reads = inner.errors.is_empty();
                self.errors.extend(inner.errors.into_iter().map(|error| error.inside(name)));
                value.filter(|_| reads).map(Some)
            }
            Some(_) => {
                self.wrong(name, "an object is expected");
                None
            }
        }
    }

    /// A member is wrong.
    pub(crate) fn wrong(&mut self, name: &str, detail: impl Into<String>) {
        self.errors.push(FieldError::at(name, detail));
    }

    /// Whether the body has a member, null included.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// Whether a member is what a GET answers.
    pub(crate) fn is_as_shown(&self, name: &str) -> bool {
        let shown = self.shown.as_ref().and_then(|shown| shown.get(name));
        shown.is_some_and(|shown| self.values.get(name) == Some(shown))
    }

    /// Accepts an object that a GET answers and that changes with the clock: what was read a minute ago is no edit.
    pub(crate) fn skip_computed(&mut self, name: &str) {
        let is_shown = self.shown.as_ref().is_some_and(|shown| shown.contains_key(name));
        if is_shown && self.values.get(name).is_some_and(Value::is_object) {
            self.values.remove(name);
        }
    }

    /// What was not taken is unknown, or can't be set.
    fn refuse_unknown(&mut self) {
        for (name, value) in std::mem::take(&mut self.values) {
            match self.shown.as_ref().and_then(|shown| shown.get(&name)) {
                None => self.wrong(&shown(&name), "unknown field"),
                Some(shown) if *shown == value => {}
                Some(shown) => {
                    let is = self::shown(&shown.to_string());
                    self.wrong(&name, format!("read-only: omit it, or send it unchanged: {is}"));
                }
            }
        }
    }
}

/// A whole number that is not negative, as JSON Schema has it: `5`, and `5.0` and `5e0` too.
fn whole(value: &Value) -> Option<u64> {
    let text = value.as_number()?.to_string();
    let decimal = Decimal::from_str_exact(&text).or_else(|_| Decimal::from_scientific(&text)).ok()?;
    decimal.is_integer().then_some(decimal)?.try_into().ok()
}

/// What a body says about a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Given<T> {
    /// Nothing.
    Absent,
    /// That there is none.
    Null,
    /// This.
    Value(T),
}

/// What [`line`] accepts, but for its length, as a pattern of a schema (ECMA 262): no control character, and one that is
/// no space.
pub(crate) const LINE_PATTERN: &str = concat!(
    r"^[^\u0000-\u001f\u007f-\u009f]*",
    r"[^\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]",
    r"[^\u0000-\u001f\u007f-\u009f]*$",
);

/// A text for people: not empty, without control characters, and at most so long. Spaces around it are dropped.
pub(crate) fn line(text: &str, chars_max: usize) -> Result<String, String> {
    let trimmed = text.trim();
    if trimmed.is_empty() || text.chars().count() > chars_max || text.chars().any(char::is_control) {
        return Err(format!("1 to {chars_max} characters without line breaks are expected"));
    }
    Ok(trimmed.to_owned())
}

/// A caller's text, short enough to be told back.
pub(crate) fn shown(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(SHOWN_CHARS_MAX).collect()
}

/// An object none of whose keys appears twice: of two values nobody can tell which was meant.
struct Object(BTreeMap<String, Value>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Object;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut values = BTreeMap::new();
                while let Some((key, value)) = map.next_entry::<String, Value>()? {
                    if values.insert(key.clone(), value).is_some() {
                        return Err(A::Error::custom(format_args!("the key '{}' appears twice", shown(&key))));
                    }
                }
                Ok(Object(values))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}
