//! Chooses the source for a repository's location.

use super::{GitHub, GitLab, Gitea, Reach, failed};
use crate::guard::Guard;
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
    /// gitlab.com, and self-managed servers.
    pub gitlab: Arc<GitLab>,
    /// Gitea and Forgejo servers.
    pub gitea: Arc<Gitea>,
    /// Folders of this machine: in the local stack and in tests only, because a user could name any folder of it.
    pub local: Option<Arc<dyn CommitSource>>,
}

impl Commits {
    /// Every kind of host through the guard; no folders.
    #[must_use]
    pub fn through(guard: &Arc<Guard>) -> Self {
        let reach = Reach::through(Arc::clone(guard));
        Self {
            github: Arc::new(GitHub::new(reach.clone())),
            gitlab: Arc::new(GitLab::new(reach.clone())),
            gitea: Arc::new(Gitea::new(reach)),
            local: None,
        }
    }

    /// The default branch of a repository at a host.
    pub async fn default_branch(&self, access: &RepositoryAccess) -> Result<BranchName, GitError> {
        match &access.location {
            Location::Host { provider: Provider::GitHub, .. } => self.github.default_branch(access).await,
            Location::Host { provider: Provider::GitLab, .. } => self.gitlab.default_branch(access).await,
            Location::Host { provider: Provider::Gitea, .. } => self.gitea.default_branch(access).await,
            Location::Path(path) => Err(folder(path)),
        }
    }

    fn source(&self, location: &Location) -> Result<&dyn CommitSource, GitError> {
        match location {
            Location::Host { provider: Provider::GitHub, .. } => Ok(self.github.as_ref()),
            Location::Host { provider: Provider::GitLab, .. } => Ok(self.gitlab.as_ref()),
            Location::Host { provider: Provider::Gitea, .. } => Ok(self.gitea.as_ref()),
            Location::Path(path) => self.local.as_deref().ok_or_else(|| folder(path)),
        }
    }
}

fn folder(path: &str) -> GitError {
    failed(
        GitFailure::Forbidden,
        format!("'{path}' is a folder, and only the local stack reads folders: give an https address"),
    )
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
