//! A text of several lines, as people write wishes.

use super::field::{Field, invalid};
use super::fields::text;
use crate::problem::FieldError;
use serde_json::Value;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

/// A text of at most `CHARS_MAX` characters, which can be empty and have line breaks, but no other control characters.
/// White space around it is dropped.
#[derive(Clone, Debug, Default)]
pub(crate) struct Prose<const CHARS_MAX: usize>(pub(crate) String);

impl<const CHARS_MAX: usize> Field for Prose<CHARS_MAX> {
    fn expected() -> String {
        format!("a text of at most {CHARS_MAX} characters")
    }

    fn parse(value: &Value, _: Option<&Value>) -> Result<Self, Vec<FieldError>> {
        let text = text(value)?.replace("\r\n", "\n");
        let is_valid = |letter: char| matches!(letter, '\n' | '\t') || !letter.is_control();
        if text.chars().count() > CHARS_MAX || !text.chars().all(is_valid) {
            return Err(invalid(format!("{} is expected", Self::expected())));
        }
        Ok(Self(text.trim().to_owned()))
    }

    fn schema() -> RefOr<Schema> {
        // Only line breaks and tabs are accepted of the control characters.
        let pattern = "^[^\\u0000-\\u0008\\u000B-\\u001F\\u007F-\\u009F]*$";
        let schema = ObjectBuilder::new().schema_type(Type::String).max_length(Some(CHARS_MAX)).pattern(Some(pattern));
        schema.into()
    }

    fn as_text(&self) -> String {
        self.0.clone()
    }
}
