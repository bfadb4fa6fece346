//! The list of what a report covers.

use super::Field;
use super::field::invalid;
use crate::problem::FieldError;
use domain::activity::{Source, Sources};
use serde_json::Value;
use utoipa::openapi::schema::ArrayBuilder;
use utoipa::openapi::{RefOr, Schema};

/// What a report covers: commits, and what else the list names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct SourceList(pub(crate) Sources);

impl Field for SourceList {
    fn expected() -> String {
        "a list of what the report covers".to_owned()
    }

    fn parse(value: &Value, current: Option<&Value>) -> Result<Self, Vec<FieldError>> {
        // Checked first, so that a long list does not lead to as many errors.
        let max = Source::ALL.len();
        if value.as_array().is_some_and(|list| list.is_empty() || list.len() > max) {
            return Err(invalid(format!("1 to {max} different sources are expected, with \"commits\" among them")));
        }
        let list = Vec::<Source>::parse(value, current)?;
        if !list.contains(&Source::Commits) {
            return Err(invalid("every report covers \"commits\": add it to the list"));
        }
        Ok(Self(Sources::of(&list)))
    }

    fn schema() -> RefOr<Schema> {
        let items = <Source as Field>::schema();
        let max = Source::ALL.len();
        ArrayBuilder::new().items(items).min_items(Some(1)).max_items(Some(max)).unique_items(true).into()
    }

    fn as_text(&self) -> String {
        self.0.list().as_text()
    }

    fn add_named(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        Vec::<Source>::add_named(schemas);
    }
}
