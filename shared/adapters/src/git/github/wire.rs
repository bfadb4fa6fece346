//! The parts of GitHub's answers that are read and that no other host shares.

use crate::git::host::wire::{Element, Item, or_default};
use app::ports::Branch as ListedBranch;
use domain::commit::Sha;
use domain::configuration::BranchName;
use serde::Deserialize;

/// The parts of a repository that are read.
#[derive(Deserialize)]
pub(super) struct Repository {
    pub(super) default_branch: Option<String>,
}

/// A branch, alone or in a list.
#[derive(Deserialize)]
pub(super) struct Branch {
    #[serde(default)]
    name: String,
    protected: Option<bool>,
    pub(super) commit: Tip,
}

/// The commit that a branch points to.
#[derive(Deserialize)]
pub(super) struct Tip {
    pub(super) sha: String,
}

/// A page of a comparison.
#[derive(Deserialize)]
pub(super) struct Comparison {
    /// `ahead`, `identical`, `behind` or `diverged`.
    pub(super) status: String,
    pub(super) total_commits: usize,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) commits: Vec<Element<Item>>,
}

impl Branch {
    /// `None` if the name is no valid branch name.
    pub(super) fn into_branch(self, default: Option<&str>) -> Option<ListedBranch> {
        Some(ListedBranch {
            is_default: default == Some(self.name.as_str()),
            name: BranchName::parse(&self.name).ok()?,
            protected: self.protected,
            head: Sha::parse(&self.commit.sha).ok(),
        })
    }
}
