//! The source that a repository's location names.

use super::{GitHub, failed};
use app::ports::{BranchPage, BranchQuery, CommitQuery, CommitSource, GitError, GitFailure, Listing, RepositoryAccess};
use async_trait::async_trait;
use domain::commit::Sha;
use domain::configuration::BranchName;
use domain::repository::{Location, Provider};
use std::sync::Arc;

/// Every source that this deployment has.
#[derive(Clone)]
pub struct Commits {
    /// GitHub, and GitHub Enterprise servers.
    pub github: Arc<GitHub>,
    /// Folders of this machine: in the local stack and in tests only, because a user could name any folder of it.
    pub local: Option<Arc<dyn CommitSource>>,
}

impl Commits {
    fn source(&self, location: &Location) -> Result<&dyn CommitSource, GitError> {
        match location {
            Location::Host { provider: Provider::GitHub, .. } => Ok(self.github.as_ref()),
            Location::Host { provider, .. } => Err(failed(
                GitFailure::Unavailable,
                format!(
                    "'{}' is not read, because {} is not supported yet: git-report reads repositories at GitHub",
                    location.text(),
                    brand(*provider),
                ),
            )),
            Location::Path(path) => self.local.as_deref().ok_or_else(|| {
                failed(
                    GitFailure::Forbidden,
                    format!("'{path}' is a folder, and only the local stack reads folders: give an https address"),
                )
            }),
        }
    }
}

fn brand(provider: Provider) -> &'static str {
    match provider {
        Provider::GitHub => "GitHub",
        Provider::GitLab => "GitLab",
        Provider::Gitea => "Gitea",
    }
}

#[async_trait]
impl CommitSource for Commits {
    async fn head(&self, access: &RepositoryAccess, branch: &BranchName) -> Result<Option<Sha>, GitError> {
        self.source(&access.location)?.head(access, branch).await
    }

    async fn commits(
        &self,
        access: &RepositoryAccess,
        query: &CommitQuery,
        with_changes: bool,
        limit: usize,
    ) -> Result<Listing, GitError> {
        let source = self.source(&access.location)?;
        source.commits(access, query, with_changes, limit).await
    }

    async fn branches(&self, access: &RepositoryAccess, query: &BranchQuery) -> Result<BranchPage, GitError> {
        self.source(&access.location)?.branches(access, query).await
    }
}
