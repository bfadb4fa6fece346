//! The source of commits: reads each repository at its host, or in its folder.

use super::host::{Api, Places, Reach, branches, changes, mailmap, newcomers};
use super::{dialect, failed, host};
use crate::guard::Guard;
use app::ports::{
    ActivityQuery, BranchPage, BranchQuery, CommitQuery, CommitSource, GitError, GitFailure, Listing, RepositoryAccess,
};
use async_trait::async_trait;
use domain::activity::Activity;
use domain::commit::{Commit, Patch, PatchLimits, Sha};
use domain::configuration::BranchName;
use domain::digest::AuthorLookup;
use domain::repository::{Location, PathFilter};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// Commits of repositories at git hosts, and in folders where this deployment reads them.
#[derive(Clone)]
pub struct Commits {
    reach: Reach,
    places: Arc<Places>,
    local: Option<Arc<dyn CommitSource>>,
}

/// Where a repository is read.
enum Source<'a> {
    Host(Api<'a>),
    Folder(&'a dyn CommitSource),
}

impl Commits {
    /// Every kind of host, no folders.
    pub fn new(reach: Reach) -> Self {
        Self { reach, places: Arc::default(), local: None }
    }

    /// Every kind of host through the guard, no folders.
    pub fn through(guard: &Arc<Guard>) -> Self {
        Self::new(Reach::through(Arc::clone(guard)))
    }

    /// The same with this machine's folders: for the local stack and tests only, since a user could name any of them.
    #[must_use]
    pub fn with_local(self, local: Arc<dyn CommitSource>) -> Self {
        Self { local: Some(local), ..self }
    }

    /// The default branch of a repository at a host.
    pub async fn default_branch(&self, access: &RepositoryAccess) -> Result<BranchName, GitError> {
        self.api(access).await?.default_branch().await
    }

    async fn find<'a>(&'a self, access: &'a RepositoryAccess) -> Result<Source<'a>, GitError> {
        match (&access.location, &self.local) {
            (Location::Path(_), Some(local)) => Ok(Source::Folder(local.as_ref())),
            _ => self.api(access).await.map(Source::Host),
        }
    }

    async fn api<'a>(&'a self, access: &'a RepositoryAccess) -> Result<Api<'a>, GitError> {
        match &access.location {
            Location::Host { provider, url } => {
                self.places.api(&self.reach, dialect(*provider), url, access.token.as_ref()).await
            }
            Location::Path(path) => Err(failed(
                GitFailure::Forbidden,
                format!("'{path}' is a folder, and only the local stack reads folders: give an https address"),
            )),
        }
    }
}

#[async_trait]
impl CommitSource for Commits {
    async fn head(&self, access: &RepositoryAccess, branch: &BranchName) -> Result<Option<Sha>, GitError> {
        match self.find(access).await? {
            Source::Host(api) => branches::head(&api, branch).await,
            Source::Folder(local) => local.head(access, branch).await,
        }
    }

    async fn commits(
        &self,
        access: &RepositoryAccess,
        query: &CommitQuery,
        with_changes: bool,
        limit: usize,
    ) -> Result<Listing, GitError> {
        let api = match self.find(access).await? {
            Source::Host(api) => api,
            Source::Folder(local) => return local.commits(access, query, with_changes, limit).await,
        };
        let Some(mut list) = super::commits(&api, query, with_changes, limit).await? else {
            return Ok(Listing::NotAnAncestor);
        };
        let (CommitQuery::Between { head, .. } | CommitQuery::Dated { head, .. }) = query;
        mailmap::add(&api, head, &mut list).await;
        Ok(Listing::Commits(list))
    }

    async fn touching(
        &self,
        access: &RepositoryAccess,
        head: &Sha,
        commits: &[Commit],
        paths: &PathFilter,
    ) -> Result<BTreeSet<Sha>, GitError> {
        match self.find(access).await? {
            Source::Host(api) => host::paths::touching(&api, head, commits, paths).await,
            Source::Folder(local) => local.touching(access, head, commits, paths).await,
        }
    }

    async fn changes(
        &self,
        access: &RepositoryAccess,
        ids: &[Sha],
        limits: &PatchLimits,
    ) -> Result<Vec<Patch>, GitError> {
        match self.find(access).await? {
            Source::Host(api) => Ok(changes::of(&api, ids, limits).await),
            Source::Folder(local) => local.changes(access, ids, limits).await,
        }
    }

    async fn newcomers(
        &self,
        access: &RepositoryAccess,
        base: &Sha,
        authors: &[AuthorLookup],
        within: Duration,
    ) -> Result<Vec<Sha>, GitError> {
        match self.find(access).await? {
            Source::Host(api) => Ok(newcomers::of(&api, base, authors, within).await),
            Source::Folder(local) => local.newcomers(access, base, authors, within).await,
        }
    }

    async fn activity(&self, access: &RepositoryAccess, query: &ActivityQuery) -> Result<Activity, GitError> {
        match self.find(access).await? {
            Source::Host(api) => super::activity::of(&api, query).await,
            Source::Folder(local) => local.activity(access, query).await,
        }
    }

    async fn branches(&self, access: &RepositoryAccess, query: &BranchQuery) -> Result<BranchPage, GitError> {
        match self.find(access).await? {
            Source::Host(api) => branches::list(&api, query).await,
            Source::Folder(local) => local.branches(access, query).await,
        }
    }
}
