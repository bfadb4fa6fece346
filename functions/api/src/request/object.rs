//! A JSON object as the body of a request, before its members are parsed.

use super::{BODY_BYTES_MAX, shown};
use crate::edit::merge;
use crate::problem::{Code, FieldError, Problem};
use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, HeaderValue, header};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt;

/// A JSON object in which no key is repeated.
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
    /// This as a patch of the members of a record.
    ///
    /// A member of an object of `caseless` replaces that with the same name in another case.
    pub(crate) fn merged_into(self, mut members: Map<String, Value>, caseless: &[&str]) -> Self {
        for name in caseless {
            if let (Some(Value::Object(known)), Some(Value::Object(change))) =
                (members.get_mut(*name), self.0.get(*name))
            {
                known.retain(|key, _| !change.keys().any(|changed| changed.eq_ignore_ascii_case(key)));
            }
        }
        merge(&mut members, self.0);
        Self(members.into_iter().collect())
    }

    /// The same text for the same body, whatever its spaces and the order of its members.
    pub(super) fn canonical(&self) -> String {
        serde_json::to_string(&self.0).unwrap_or_default()
    }

    pub(super) fn into_members(self) -> BTreeMap<String, Value> {
        self.0
    }
}

/// Whether the body has a content coding: it would be parsed as something that it is not.
fn is_encoded(headers: &HeaderMap) -> bool {
    let mut codings =
        headers.get_all(header::CONTENT_ENCODING).iter().flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    codings.any(|coding| !matches!(coding.trim_ascii().to_ascii_lowercase().as_slice(), b"identity" | b""))
}

/// Whether the content type is `application/json` or another `…+json`, with any parameters.
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
    // Parsed as any value first: JSON that is not an object is an invalid value (422), not malformed JSON (400).
    let value: Value = serde_json::from_slice(bytes).map_err(malformed)?;
    if !value.is_object() {
        let error = FieldError { pointer: String::new(), detail: "an object is expected".to_owned() };
        return Err(Problem::validation(vec![error]));
    }
    serde_json::from_slice(bytes).map_err(malformed)
}

/// Refuses a repeated key: it is unknown which of its two values is meant.
impl<'de> Deserialize<'de> for JsonObject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct UniqueKeys;
        impl<'de> Visitor<'de> for UniqueKeys {
            type Value = JsonObject;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<JsonObject, A::Error> {
                let mut values = BTreeMap::new();
                while let Some((key, value)) = map.next_entry::<String, Value>()? {
                    if values.insert(key.clone(), value).is_some() {
                        return Err(A::Error::custom(format_args!("the key '{}' appears twice", shown(&key))));
                    }
                }
                Ok(JsonObject(values))
            }
        }
        deserializer.deserialize_map(UniqueKeys)
    }
}
