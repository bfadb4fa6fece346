//! A field whose invalid value is no reason to refuse the body.

use super::field::{Field, nullable};
use crate::problem::FieldError;
use serde_json::Value;
use utoipa::openapi::{RefOr, Schema};

/// A value, or why it is invalid. Null means the same as an omitted member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Checked<T> {
    Absent,
    Valid(T),
    Invalid(Vec<FieldError>),
}

impl<T> Checked<T> {
    /// The value, if it is valid; the errors of an invalid one are added to `errors`, with the name of the field.
    pub(crate) fn valid(self, name: &str, errors: &mut Vec<FieldError>) -> Option<T> {
        match self {
            Self::Absent => None,
            Self::Valid(value) => Some(value),
            Self::Invalid(found) => {
                errors.extend(found.into_iter().map(|error| error.inside(name)));
                None
            }
        }
    }
}

impl<T: Field> Field for Checked<T> {
    fn expected() -> String {
        T::expected()
    }

    fn absent() -> Option<Self> {
        Some(Self::Absent)
    }

    fn null() -> Option<Self> {
        Some(Self::Absent)
    }

    fn parse(value: &Value, current: Option<&Value>) -> Result<Self, Vec<FieldError>> {
        Ok(T::parse(value, current).map_or_else(Self::Invalid, Self::Valid))
    }

    fn schema() -> RefOr<Schema> {
        nullable(T::schema())
    }

    fn add_named(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        T::add_named(schemas);
    }
}
