//! The list of a report's repositories, each with its branch.

use super::field::invalid;
use super::{Field, PathList, request_body};
use crate::problem::FieldError;
use domain::configuration::{BRANCHES_MAX, BranchName, WatchedBranch};
use domain::id::RepositoryId;
use serde_json::Value;
use utoipa::openapi::schema::ArrayBuilder;
use utoipa::openapi::{RefOr, Schema};

request_body! {
    /// A repository of a report, with its branch.
    pub(crate) struct ReportRepositoryEntryBody {
        /// One of the user's repositories.
        repository_id: RepositoryId,
        /// The branch that reports cover.
        branch: BranchName,
        /// Folders and files that the report is about, as `include_paths` of a configuration.
        include_paths: PathList = PathList::default(),
        /// Folders and files that the report is not about, as `exclude_paths` of a configuration.
        exclude_paths: PathList = PathList::default(),
    }
}

/// All branches of a report, from 1 to [`BRANCHES_MAX`], each once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BranchList(pub(crate) Vec<WatchedBranch>);

impl ReportRepositoryEntryBody {
    fn watched(self) -> Result<WatchedBranch, FieldError> {
        let paths = PathList::filter(self.include_paths, self.exclude_paths)?;
        Ok(WatchedBranch { repository: self.repository_id, branch: self.branch, paths })
    }
}

impl PartialEq for ReportRepositoryEntryBody {
    fn eq(&self, other: &Self) -> bool {
        (self.repository_id, &self.branch) == (other.repository_id, &other.branch)
    }
}

impl Field for BranchList {
    fn expected() -> String {
        "a list of repositories with their branches".to_owned()
    }

    fn parse(value: &Value, current: Option<&Value>) -> Result<Self, Vec<FieldError>> {
        // Checked first, so that a long list does not lead to as many errors.
        let length = value.as_array().map(Vec::len);
        if length.is_some_and(|length| length == 0 || length > BRANCHES_MAX) {
            return Err(invalid(format!("1 to {BRANCHES_MAX} repositories are expected")));
        }
        let list = Vec::<ReportRepositoryEntryBody>::parse(value, current)?;
        let (mut watched, mut errors) = (Vec::new(), Vec::new());
        for (place, entry) in list.into_iter().enumerate() {
            match entry.watched() {
                Ok(branch) => watched.push(branch),
                Err(error) => errors.push(error.inside(&place.to_string())),
            }
        }
        if errors.is_empty() { Ok(Self(watched)) } else { Err(errors) }
    }

    fn schema() -> RefOr<Schema> {
        let items = <ReportRepositoryEntryBody as Field>::schema();
        ArrayBuilder::new().items(items).min_items(Some(1)).max_items(Some(BRANCHES_MAX)).unique_items(true).into()
    }

    fn add_named(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        <ReportRepositoryEntryBody as Field>::add_named(schemas);
    }
}
