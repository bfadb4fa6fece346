//! Bodies of requests: JSON objects with known members. All invalid members are reported at once.

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

/// The longest part of a caller's text that an error repeats, in characters.
const SHOWN_CHARS_MAX: usize = 80;

/// A request that is parsed from the members of a JSON object.
pub(crate) trait FromMembers: Sized {
    /// Takes its members; `None` if one is invalid, which is then recorded in `members`.
    fn from_members(members: &mut Members) -> Option<Self>;
}

/// The body of a request: 413 beyond [`BODY_BYTES_MAX`], 415 unless it is declared as JSON, 400 unless it is JSON, 422
/// with a pointer to each member that is missing, unknown or invalid.
#[derive(Debug)]
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<S: Send + Sync, T: FromMembers> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        JsonObject::from_request(request, state).await?.read(None).map(Self)
    }
}

/// The body of a request before its members are parsed.
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
            // RFC 9110, section 15.5.16: the header lists what would be accepted.
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
    /// Parses its members. `shown` is the body that a GET returns for the edited record: its read-only members are
    /// accepted if they are unchanged.
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

/// Whether the body has a content coding, such as gzip, which is not supported.
fn is_encoded(headers: &HeaderMap) -> bool {
    let mut codings =
        headers.get_all(header::CONTENT_ENCODING).iter().flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    codings.any(|coding| !matches!(coding.trim_ascii().to_ascii_lowercase().as_slice(), b"identity" | b""))
}

/// Whether the type is `application/json` or another `…+json`, whatever its parameters.
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
    // Parsed as any value first: JSON that is no object is an invalid value and not malformed JSON.
    let value: Value = serde_json::from_slice(bytes).map_err(malformed)?;
    if !value.is_object() {
        let error = FieldError { pointer: String::new(), detail: "an object is expected".to_owned() };
        return Err(Problem::validation(vec![error]));
    }
    let Object(values) = serde_json::from_slice(bytes).map_err(malformed)?;
    Ok(JsonObject(values))
}

/// The members of a body that were not taken yet, and the errors of those that were.
#[derive(Debug)]
pub(crate) struct Members {
    values: BTreeMap<String, Value>,
    errors: Vec<FieldError>,
    /// The body that a GET returns for the edited record.
    shown: Option<Map<String, Value>>,
}

impl Members {
    /// A required instant.
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

    /// The body in one spelling, whatever its spaces and the order of its members: by it a repeated request is
    /// recognised.
    pub(crate) fn canonical(&self) -> String {
        serde_json::to_string(&self.values).unwrap_or_default()
    }

    /// A required text that `read` parses; its error states what is expected. `None` if it is invalid.
    pub(crate) fn required<T, E: Display>(
        &mut self,
        name: &str,
        expected: &str,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        match self.given(name, read)? {
            MemberValue::Value(value) => Some(value),
            MemberValue::Absent => {
                self.wrong(name, format!("missing: {expected} is expected"));
                None
            }
            MemberValue::Null => {
                self.wrong(name, format!("{expected} is expected"));
                None
            }
        }
    }

    /// An optional text; null counts as absent. `None` if it is invalid.
    #[expect(clippy::option_option, reason = "the outer one is `None` if it is invalid, the inner one if it is absent")]
    pub(crate) fn optional<T, E: Display>(
        &mut self,
        name: &str,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<Option<T>> {
        Some(match self.given(name, read)? {
            MemberValue::Value(value) => Some(value),
            MemberValue::Absent | MemberValue::Null => None,
        })
    }

    /// An optional text; null and absence differ. `None` if it is invalid.
    pub(crate) fn given<T, E: Display>(
        &mut self,
        name: &str,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<MemberValue<T>> {
        match self.values.remove(name) {
            None => Some(MemberValue::Absent),
            Some(Value::Null) => Some(MemberValue::Null),
            Some(Value::String(text)) => match read(&text) {
                Ok(value) => Some(MemberValue::Value(value)),
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

    /// One of a few words; the default if it is absent or null. `None` if it is invalid.
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

    /// True or false; the default if it is absent or null. `None` if it is invalid.
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

    /// An optional whole number; null counts as absent. `None` if it is invalid.
    #[expect(clippy::option_option, reason = "the outer one is `None` if it is invalid, the inner one if it is absent")]
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

    /// An optional decimal, exactly as it is written; null counts as absent. `None` if it is invalid.
    #[expect(clippy::option_option, reason = "the outer one is `None` if it is invalid, the inner one if it is absent")]
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

    /// An optional object, parsed by its own members; null counts as absent. `None` if it or one of them is invalid.
    #[expect(clippy::option_option, reason = "the outer one is `None` if it is invalid, the inner one if it is absent")]
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

    /// Records that a member is invalid.
    pub(crate) fn wrong(&mut self, name: &str, detail: impl Into<String>) {
        self.errors.push(FieldError::at(name, detail));
    }

    /// Whether the body has a member, null included.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// Whether a member has the value that a GET returns.
    pub(crate) fn is_as_shown(&self, name: &str) -> bool {
        let shown = self.shown.as_ref().and_then(|shown| shown.get(name));
        shown.is_some_and(|shown| self.values.get(name) == Some(shown))
    }

    /// Accepts an object that a GET returns and that changes with time, so that a body that was read a minute ago can
    /// be sent back.
    pub(crate) fn skip_computed(&mut self, name: &str) {
        let is_shown = self.shown.as_ref().is_some_and(|shown| shown.contains_key(name));
        if is_shown && self.values.get(name).is_some_and(Value::is_object) {
            self.values.remove(name);
        }
    }

    /// Records every member that was not taken as unknown or read-only.
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

/// A whole number that is not negative, as in JSON Schema: `5`, and `5.0` and `5e0` too.
fn whole(value: &Value) -> Option<u64> {
    let text = value.as_number()?.to_string();
    let decimal = Decimal::from_str_exact(&text).or_else(|_| Decimal::from_scientific(&text)).ok()?;
    decimal.is_integer().then_some(decimal)?.try_into().ok()
}

/// The value of a member whose absence and null have different meanings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum MemberValue<T> {
    Absent,
    Null,
    Value(T),
}

/// The texts that [`line`] accepts, except for their length, as a pattern of a schema (ECMA 262): no control
/// character, and at least one character that is no space.
pub(crate) const LINE_PATTERN: &str = concat!(
    r"^[^\u0000-\u001f\u007f-\u009f]*",
    r"[^\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]",
    r"[^\u0000-\u001f\u007f-\u009f]*$",
);

/// A text for people: not empty, without control characters, and at most `chars_max` characters. Spaces around it are
/// dropped.
pub(crate) fn line(text: &str, chars_max: usize) -> Result<String, String> {
    let trimmed = text.trim();
    if trimmed.is_empty() || text.chars().count() > chars_max || text.chars().any(char::is_control) {
        return Err(format!("1 to {chars_max} characters without line breaks are expected"));
    }
    Ok(trimmed.to_owned())
}

/// A caller's text, cut so that an error can repeat it.
pub(crate) fn shown(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(SHOWN_CHARS_MAX).collect()
}

/// An object without a repeated key: of two values it would be unclear which was meant.
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
