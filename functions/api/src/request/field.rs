//! What a type needs to be a field of a request body, and the members of a body that is being parsed.

use super::{RequestBody, shown};
use crate::problem::FieldError;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use utoipa::openapi::schema::{SchemaType, Type};
use utoipa::openapi::{ObjectBuilder, OneOfBuilder, RefOr, Schema};

/// A type of a field: how a value is parsed, and its schema.
pub(crate) trait Field: Sized {
    /// What is expected, for the error of a field that is missing: `the id of a repository`.
    fn expected() -> String;

    /// The value of an absent field; `None` if it is required.
    fn absent() -> Option<Self> {
        None
    }

    /// The value of a field that is null; `None` if that is invalid.
    fn null() -> Option<Self> {
        None
    }

    /// Parses a value that is not null. `current` is the value that the edited record has now. Pointers of the errors
    /// are relative to the value.
    fn parse(value: &Value, current: Option<&Value>) -> Result<Self, Vec<FieldError>>;

    fn schema() -> RefOr<Schema>;

    /// The value as it is written, for the description of a default.
    fn as_text(&self) -> String {
        String::new()
    }

    /// Adds the named schemas that [`Field::schema`] refers to.
    fn add_named(_: &mut Vec<(String, RefOr<Schema>)>) {}
}

/// The one error of a value.
pub(super) fn invalid(detail: impl Into<String>) -> Vec<FieldError> {
    vec![FieldError { pointer: String::new(), detail: detail.into() }]
}

/// A field whose absence and null have different meanings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Given<T> {
    Absent,
    Null,
    Value(T),
}

/// Makes a type a field that may be absent or null: what these are, and how a value is held.
macro_rules! optional_field {
    ($field:ident: $absent:expr, $null:expr, $value:expr) => {
        impl<T: Field> Field for $field<T> {
            fn expected() -> String {
                T::expected()
            }

            fn absent() -> Option<Self> {
                Some($absent)
            }

            fn null() -> Option<Self> {
                Some($null)
            }

            fn parse(value: &Value, current: Option<&Value>) -> Result<Self, Vec<FieldError>> {
                T::parse(value, current).map($value)
            }

            fn schema() -> RefOr<Schema> {
                nullable(T::schema())
            }

            fn add_named(schemas: &mut Vec<(String, RefOr<Schema>)>) {
                T::add_named(schemas);
            }
        }
    };
}

optional_field!(Option: None, None, Some);
optional_field!(Given: Given::Absent, Given::Null, Given::Value);

/// The same schema, with null.
pub(super) fn nullable(schema: RefOr<Schema>) -> RefOr<Schema> {
    match schema {
        RefOr::T(Schema::Object(mut object)) => {
            if let SchemaType::Type(kind) = &object.schema_type {
                object.schema_type = SchemaType::from_iter([kind.clone(), Type::Null]);
            }
            Schema::Object(object).into()
        }
        RefOr::T(Schema::Array(mut array)) => {
            array.schema_type = SchemaType::from_iter([Type::Array, Type::Null]);
            Schema::Array(array).into()
        }
        other => OneOfBuilder::new().item(other).item(ObjectBuilder::new().schema_type(Type::Null)).into(),
    }
}

/// The members of a body that were not parsed yet, and the errors of those that were.
#[derive(Debug)]
pub(crate) struct Members {
    values: BTreeMap<String, Value>,
    /// The body that a GET returns for the edited record.
    current: Option<Map<String, Value>>,
    errors: Vec<FieldError>,
}

impl Members {
    pub(super) fn new(values: BTreeMap<String, Value>, current: Option<Map<String, Value>>) -> Self {
        Self { values, current, errors: Vec::new() }
    }

    /// Parses all members as a body: a member that is not a field is unknown or read-only.
    pub(super) fn all<T: RequestBody>(&mut self) -> Option<T> {
        self.skip_computed(T::COMPUTED);
        let value = T::from_members(self);
        self.refuse_others();
        value.filter(|_| self.errors.is_empty())
    }

    pub(super) fn into_errors(self) -> Vec<FieldError> {
        self.errors
    }

    /// Parses a field. `None` if it is invalid.
    pub(crate) fn take<T: Field>(&mut self, name: &str) -> Option<T> {
        let parsed = match self.values.remove(name) {
            None => T::absent().ok_or_else(|| invalid(format!("missing: {} is expected", T::expected()))),
            Some(Value::Null) => T::null().ok_or_else(|| invalid(format!("{} is expected", T::expected()))),
            Some(value) => T::parse(&value, self.current_value(name)),
        };
        parsed.map_err(|errors| self.errors.extend(errors.into_iter().map(|error| error.inside(name)))).ok()
    }

    fn current_value(&self, name: &str) -> Option<&Value> {
        self.current.as_ref().and_then(|current| current.get(name))
    }

    fn skip_computed(&mut self, names: &[&str]) {
        for name in names {
            if self.current_value(name).is_some() {
                self.values.remove(*name);
            }
        }
    }

    fn refuse_others(&mut self) {
        for (name, value) in std::mem::take(&mut self.values) {
            let detail = match self.current_value(&name) {
                None => "unknown field".to_owned(),
                Some(current) if *current == value => continue,
                Some(current) => {
                    format!("read-only: omit it, or send it unchanged: {}", shown(&current.to_string()))
                }
            };
            self.errors.push(FieldError::at(&shown(&name), detail));
        }
    }
}

/// Parses a body that is a field of another.
pub(crate) fn parse_nested<T: RequestBody>(value: &Value, current: Option<&Value>) -> Result<T, Vec<FieldError>> {
    let Value::Object(values) = value else { return Err(invalid("an object is expected")) };
    let current = current.and_then(Value::as_object).cloned();
    let mut members = Members::new(values.clone().into_iter().collect(), current);
    members.all().ok_or_else(|| members.into_errors())
}
