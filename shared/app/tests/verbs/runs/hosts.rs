//! Several git hosts, each with one repository.

use app::ports::{
    ActivityQuery, BranchPage, BranchQuery, CommitQuery, CommitSource, GitError, Listing, RepositoryAccess,
};
use async_trait::async_trait;
use domain::activity::Activity;
use domain::commit::{Commit, Patch, PatchLimits, Sha};
use domain::configuration::BranchName;
use domain::digest::AuthorLookup;
use domain::repository::PathFilter;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use testkit::git::ScriptedGit;

/// A branch for each repository, by its address.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hosts(pub(crate) Arc<BTreeMap<String, ScriptedGit>>);

impl Hosts {
    fn of(&self, access: &RepositoryAccess) -> &ScriptedGit {
        &self.0[access.location.text()]
    }
}

#[async_trait]
impl CommitSource for Hosts {
    async fn head(&self, access: &RepositoryAccess, branch: &BranchName) -> Result<Option<Sha>, GitError> {
        self.of(access).head(access, branch).await
    }

    async fn commits(
        &self,
        access: &RepositoryAccess,
        query: &CommitQuery,
        with_changes: bool,
        limit: usize,
    ) -> Result<Listing, GitError> {
        self.of(access).commits(access, query, with_changes, limit).await
    }

    async fn touching(
        &self,
        access: &RepositoryAccess,
        head: &Sha,
        commits: &[Commit],
        paths: &PathFilter,
    ) -> Result<BTreeSet<Sha>, GitError> {
        self.of(access).touching(access, head, commits, paths).await
    }

    async fn changes(
        &self,
        access: &RepositoryAccess,
        ids: &[Sha],
        limits: &PatchLimits,
    ) -> Result<Vec<Patch>, GitError> {
        self.of(access).changes(access, ids, limits).await
    }

    async fn newcomers(
        &self,
        access: &RepositoryAccess,
        base: &Sha,
        authors: &[AuthorLookup],
        within: Duration,
    ) -> Result<Vec<Sha>, GitError> {
        self.of(access).newcomers(access, base, authors, within).await
    }

    async fn activity(&self, access: &RepositoryAccess, query: &ActivityQuery) -> Result<Activity, GitError> {
        self.of(access).activity(access, query).await
    }

    async fn branches(&self, access: &RepositoryAccess, query: &BranchQuery) -> Result<BranchPage, GitError> {
        self.of(access).branches(access, query).await
    }
}
