//! Lists of paths in a repository.

use super::Field;
use super::field::invalid;
use crate::problem::FieldError;
use domain::repository::{PATHS_MAX, PathFilter, RepositoryPath};
use serde_json::Value;
use utoipa::openapi::schema::ArrayBuilder;
use utoipa::openapi::{RefOr, Schema};

/// Paths of folders and files, at most [`PATHS_MAX`].
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct PathList(pub(crate) Vec<RepositoryPath>);

impl PathList {
    /// The filter of included and excluded paths.
    pub(crate) fn filter(include: Self, exclude: Self) -> Result<PathFilter, FieldError> {
        PathFilter::new(include.0, exclude.0).map_err(|error| FieldError::at("exclude_paths", error.to_string()))
    }
}

impl Field for PathList {
    fn expected() -> String {
        "a list of paths".to_owned()
    }

    fn parse(value: &Value, current: Option<&Value>) -> Result<Self, Vec<FieldError>> {
        // Checked first, so that a long list does not lead to as many errors.
        if value.as_array().is_some_and(|list| list.len() > PATHS_MAX) {
            return Err(invalid(format!("at most {PATHS_MAX} paths are expected")));
        }
        Vec::<RepositoryPath>::parse(value, current).map(Self)
    }

    fn schema() -> RefOr<Schema> {
        let items = <RepositoryPath as Field>::schema();
        ArrayBuilder::new().items(items).max_items(Some(PATHS_MAX)).unique_items(true).into()
    }

    fn as_text(&self) -> String {
        self.0.as_text()
    }
}
