//! The headers of a webhook as a field: an object of names, whose values are texts, `true` or null.

use super::field::invalid;
use super::{Field, shown};
use crate::problem::FieldError;
use domain::delivery::{
    HEADER_NAME_BYTES_MAX, HEADER_VALUE_BYTES_MAX, HEADERS_MAX, HeaderChange, HeaderName, HeaderValue,
};
use serde_json::Value;
use utoipa::openapi::schema::{AdditionalProperties, SchemaType, Type};
use utoipa::openapi::{ObjectBuilder, OneOfBuilder, RefOr, Schema};

/// What a [`HeaderValue`] consists of, as a pattern of a schema: visible ASCII characters, with spaces between them.
const VALUE_PATTERN: &str = "^ *[!-~]([ -~]*[!-~])? *$";
/// What a [`HeaderName`] consists of: a token of RFC 9110.
const NAME_PATTERN: &str = r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$";

/// Headers by name: a text sets one, `true` keeps its value, null removes it.
pub(crate) struct WebhookHeaders(pub(crate) Vec<(HeaderName, HeaderChange)>);

impl Field for WebhookHeaders {
    fn expected() -> String {
        "an object of header names and their values".to_owned()
    }

    fn parse(value: &Value, _: Option<&Value>) -> Result<Self, Vec<FieldError>> {
        let Value::Object(members) = value else { return Err(invalid(format!("{} is expected", Self::expected()))) };
        let mut headers: Vec<(HeaderName, HeaderChange)> = Vec::new();
        let mut errors = Vec::new();
        for (name, value) in members.iter().filter(|(_, value)| !value.is_null()) {
            match header(name, value) {
                Ok((name, _)) if headers.iter().any(|(known, _)| known.is_same(&name)) => {
                    errors.push(FieldError::at(&shown(name.as_str()), "given twice, in another case: give it once"));
                }
                Ok(header) => headers.push(header),
                Err(detail) => errors.push(FieldError::at(&shown(name), detail)),
            }
        }
        if headers.len() > HEADERS_MAX {
            errors.extend(invalid(format!("at most {HEADERS_MAX} headers are expected")));
        }
        if errors.is_empty() { Ok(Self(headers)) } else { Err(errors) }
    }

    /// The number of members is not limited here: those that are null don't count, which a schema can't express.
    fn schema() -> RefOr<Schema> {
        let set_or_removed = ObjectBuilder::new()
            .schema_type(SchemaType::from_iter([Type::String, Type::Null]))
            .min_length(Some(1))
            .max_length(Some(HEADER_VALUE_BYTES_MAX))
            .pattern(Some(VALUE_PATTERN));
        let value = OneOfBuilder::new().item(set_or_removed).item(kept());
        let name = ObjectBuilder::new()
            .schema_type(Type::String)
            .max_length(Some(HEADER_NAME_BYTES_MAX))
            .pattern(Some(NAME_PATTERN));
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .property_names(Some(Schema::from(name)))
            .additional_properties(Some(AdditionalProperties::RefOr(Schema::from(value).into())))
            .into()
    }
}

/// A header whose value stays as it is stored.
fn kept() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::Boolean).enum_values(Some([true]))
}

/// The headers as an answer names them: without their values.
pub(crate) fn stored_headers() -> Schema {
    let kept = Schema::from(kept().build());
    let headers = ObjectBuilder::new().schema_type(Type::Object);
    headers.additional_properties(Some(AdditionalProperties::RefOr(kept.into()))).into()
}

/// One header. An error never repeats its value.
fn header(name: &str, value: &Value) -> Result<(HeaderName, HeaderChange), String> {
    let name = HeaderName::parse(name).map_err(|error| error.to_string())?;
    match value {
        Value::Bool(true) => Ok((name, HeaderChange::Keep)),
        Value::String(text) => match HeaderValue::parse(text) {
            Ok(value) => Ok((name, HeaderChange::Set(value))),
            Err(error) => Err(error.to_string()),
        },
        _ => Err("a text is expected, or true to keep the value, or null to remove the header".to_owned()),
    }
}
