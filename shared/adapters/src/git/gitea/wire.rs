//! The parts of Gitea's answers that are read and that differ from GitHub's.

use app::ports::Branch as ListedBranch;
use domain::commit::Sha;
use domain::configuration::BranchName;
use serde::Deserialize;

/// The parts of a repository that are read.
#[derive(Deserialize)]
pub(super) struct Repository {
    /// The name that it will have, where the repository is empty.
    pub(super) default_branch: Option<String>,
    pub(super) empty: Option<bool>,
}

/// A branch, alone or in a list.
#[derive(Deserialize)]
pub(super) struct Branch {
    #[serde(default)]
    name: String,
    protected: Option<bool>,
    pub(super) commit: Option<Tip>,
}

/// The commit that a branch points to.
#[derive(Deserialize)]
pub(super) struct Tip {
    pub(super) id: String,
}

impl Branch {
    /// `None` if the name is no valid branch name.
    pub(super) fn into_branch(self, default: Option<&str>) -> Option<ListedBranch> {
        Some(ListedBranch {
            is_default: default == Some(self.name.as_str()),
            name: BranchName::parse(&self.name).ok()?,
            protected: self.protected,
            head: self.commit.and_then(|tip| Sha::parse(&tip.id).ok()),
        })
    }
}
