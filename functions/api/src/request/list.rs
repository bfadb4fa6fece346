//! A field that is a list.

use super::Field;
use super::field::invalid;
use crate::problem::FieldError;
use serde_json::Value;
use utoipa::openapi::schema::ArrayBuilder;
use utoipa::openapi::{RefOr, Schema};

/// A list without repetitions. Every invalid element is reported.
impl<T: Field + PartialEq> Field for Vec<T> {
    fn expected() -> String {
        "a list".to_owned()
    }

    fn parse(value: &Value, _: Option<&Value>) -> Result<Self, Vec<FieldError>> {
        let Value::Array(elements) = value else { return Err(invalid("a list is expected")) };
        let (mut parsed, mut errors) = (Self::new(), Vec::new());
        for (place, element) in elements.iter().enumerate() {
            let at =
                |errors: Vec<FieldError>| errors.into_iter().map(|error| error.inside(&place.to_string())).collect();
            match T::parse(element, None) {
                Ok(value) if parsed.contains(&value) => {
                    errors.push(FieldError::at(&place.to_string(), "is in the list already: name it once"));
                }
                Ok(value) => parsed.push(value),
                Err(found) => errors.extend::<Vec<_>>(at(found)),
            }
        }
        if errors.is_empty() { Ok(parsed) } else { Err(errors) }
    }

    fn schema() -> RefOr<Schema> {
        ArrayBuilder::new().items(T::schema()).unique_items(true).into()
    }

    fn as_text(&self) -> String {
        let elements: Vec<String> = self.iter().map(Field::as_text).collect();
        format!("[{}]", elements.join(", "))
    }

    fn add_named(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        T::add_named(schemas);
    }
}
