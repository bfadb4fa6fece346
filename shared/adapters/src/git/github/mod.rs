//! GitHub's REST API, version 2022-11-28 (<https://docs.github.com/en/rest>), at github.com and at Enterprise servers.
//!
//! No access looks like no repository there: 404. An empty repository answers 409 to questions about commits.

mod api;
mod branches;
mod compare;
mod dated;
mod link;
mod wire;

use super::failed;
use crate::guard::Guard;
use api::Api;
use app::ports::{BranchPage, BranchQuery, CommitQuery, CommitSource, GitError, GitFailure, Listing, RepositoryAccess};
use async_trait::async_trait;
use domain::commit::Sha;
use domain::configuration::BranchName;
use domain::repository::Location;
use reqwest::StatusCode;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// The wait before the first retry; the second is twice as long, and each is lengthened by chance.
const FIRST_WAIT: Duration = Duration::from_millis(200);

/// Branches on a page: the most that GitHub gives.
const PAGE_BRANCHES: usize = 100;

/// Commits of repositories at GitHub. Changes are not told: a list of commits has none.
#[derive(Debug)]
pub struct GitHub {
    guard: Arc<Guard>,
    base: Option<Url>,
    first_wait: Duration,
}

impl GitHub {
    /// GitHub, reached through the guard: `api.github.com` for github.com, and `/api/v3` of any other host.
    #[must_use]
    pub fn new(guard: Arc<Guard>) -> Self {
        Self { guard, base: None, first_wait: FIRST_WAIT }
    }

    /// The same with another address of the API for every host, such as one of a proxy or a test's server.
    #[must_use]
    pub fn with_base(self, base: Url) -> Self {
        Self { base: Some(base), ..self }
    }

    /// The same with another wait before the first retry.
    #[must_use]
    pub fn with_first_wait(self, first_wait: Duration) -> Self {
        Self { first_wait, ..self }
    }

    /// The branch that a repository is on by default.
    pub async fn default_branch(&self, access: &RepositoryAccess) -> Result<BranchName, GitError> {
        let api = self.api(access)?;
        let found: wire::Repository = api.read(&api.require_repository().await?)?;
        BranchName::parse(&found.default_branch).map_err(|_| api.nonsense())
    }

    fn api<'a>(&'a self, access: &'a RepositoryAccess) -> Result<Api<'a>, GitError> {
        let Location::Host { url, .. } = &access.location else {
            return Err(failed(
                GitFailure::Forbidden,
                format!("'{}' is not an address at GitHub", access.location.text()),
            ));
        };
        let host = url.host_str().unwrap_or_default();
        let at_github = matches!(host, "github.com" | "www.github.com");
        let base = match &self.base {
            Some(base) => Ok(base.clone()),
            None if at_github => Url::parse("https://api.github.com"),
            None => url.join("/api/v3"),
        };
        Ok(Api {
            guard: &self.guard,
            token: access.token.as_ref(),
            base: base.map_err(|error| failed(GitFailure::Forbidden, format!("'{url}' can't be read: {error}")))?,
            host: if at_github { "GitHub".to_owned() } else { format!("GitHub at {host}") },
            repository: url.path().trim_matches('/').to_owned(),
            first_wait: self.first_wait,
        })
    }
}

#[async_trait]
impl CommitSource for GitHub {
    async fn head(&self, access: &RepositoryAccess, branch: &BranchName) -> Result<Option<Sha>, GitError> {
        let api = self.api(access)?;
        let answer = api.get(api.url(&["branches", branch.as_str()], &[])).await?;
        match answer.status {
            StatusCode::CONFLICT => Ok(None),
            StatusCode::NOT_FOUND => no_branch(&api, branch).await,
            _ => {
                let found: wire::Branch = api.read(&answer)?;
                Sha::parse(&found.commit.sha).map(Some).map_err(|_| api.nonsense())
            }
        }
    }

    async fn commits(
        &self,
        access: &RepositoryAccess,
        query: &CommitQuery,
        _with_changes: bool,
        limit: usize,
    ) -> Result<Listing, GitError> {
        let api = self.api(access)?;
        match query {
            CommitQuery::Between { base, head } => compare::between(&api, base, head, limit).await,
            CommitQuery::Dated { head, since, until } => {
                dated::dated(&api, head, *since, *until, limit).await.map(Listing::Commits)
            }
        }
    }

    async fn branches(&self, access: &RepositoryAccess, query: &BranchQuery) -> Result<BranchPage, GitError> {
        let api = self.api(access)?;
        let repository: wire::Repository = api.read(&api.require_repository().await?)?;
        let page = |number: usize| {
            let (size, number) = (PAGE_BRANCHES.to_string(), number.to_string());
            api.url(&["branches"], &[("per_page", size.as_str()), ("page", number.as_str())])
        };
        let read = |answer: &_| {
            let listed: Vec<wire::Branch> = api.read(answer)?;
            Ok(listed.into_iter().filter_map(|branch| branch.into_branch(&repository.default_branch)).collect())
        };
        branches::walk(&api, query, PAGE_BRANCHES, page, read).await
    }
}

/// A branch was not found: because the repository was not, because it is empty, or because there is none of that name.
async fn no_branch(api: &Api<'_>, branch: &BranchName) -> Result<Option<Sha>, GitError> {
    api.require_repository().await?;
    let probe = api.get(api.url(&["commits"], &[("per_page", "1")])).await?;
    if probe.status == StatusCode::CONFLICT {
        Ok(None)
    } else {
        Err(failed(
            GitFailure::NotFound,
            format!("'{}' at {} has no branch '{branch}': check the branch's name", api.repository, api.host),
        ))
    }
}
