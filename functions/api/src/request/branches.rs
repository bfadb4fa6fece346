//! The list of a report's repositories, each with its branch.

use super::field::invalid;
use super::{Field, request_body};
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
    }
}

/// All branches of a report, from 1 to [`BRANCHES_MAX`], each once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BranchList(pub(crate) Vec<WatchedBranch>);

impl From<ReportRepositoryEntryBody> for WatchedBranch {
    fn from(body: ReportRepositoryEntryBody) -> Self {
        Self { repository: body.repository_id, branch: body.branch }
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
        Ok(Self(list.into_iter().map(WatchedBranch::from).collect()))
    }

    fn schema() -> RefOr<Schema> {
        let items = <ReportRepositoryEntryBody as Field>::schema();
        ArrayBuilder::new().items(items).min_items(Some(1)).max_items(Some(BRANCHES_MAX)).unique_items(true).into()
    }

    fn add_named(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        <ReportRepositoryEntryBody as Field>::add_named(schemas);
    }
}
