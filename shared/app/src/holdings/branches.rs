//! The current branches of a repository.

use crate::holdings::access::{access, repository};
use crate::ports::{
    BranchPage, BranchQuery, CommitSource, GitError, GitFailure, Repositories, StoreError, Vault, VaultError,
};
use domain::id::{RepositoryId, UserId};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// Lists branches. They are not stored.
#[derive(Clone)]
pub struct ListBranches {
    pub repositories: Arc<dyn Repositories>,
    pub vault: Arc<dyn Vault>,
    pub commits: Arc<dyn CommitSource>,
}

/// Branches were not listed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BranchesError {
    #[error("the repository is unknown")]
    NoRepository,
    #[error(transparent)]
    Git(#[from] GitError),
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ListBranches {
    /// A page of the branches of a user's repository. A source that takes longer than `within` counts as not answering.
    pub async fn list(
        &self,
        user: UserId,
        id: RepositoryId,
        query: &BranchQuery,
        within: Duration,
    ) -> Result<BranchPage, BranchesError> {
        let found = repository(self.repositories.as_ref(), user, id).await?.ok_or(BranchesError::NoRepository)?;
        let access = access(self.vault.as_ref(), &found).await?;
        let listed = timeout(within, self.commits.branches(&access, query)).await;
        Ok(listed.unwrap_or_else(|_| Err(too_slow()))?)
    }
}

fn too_slow() -> GitError {
    let message = "the git host did not give the branches in time: try again later".to_owned();
    GitError { failure: GitFailure::Unavailable, message }
}
