//! GitHub's REST API, version 2022-11-28 (<https://docs.github.com/en/rest>), at github.com and at Enterprise servers.
//!
//! A repository without access looks like a missing one: 404. An empty repository answers 409 to requests for commits.

mod compare;
mod wire;

use crate::git::host::commits::Wanted;
use crate::git::host::wire::{Element, Item};
use crate::git::host::{Answer, Api, Dialect, Reach, branches, mailmap};
use app::ports::{BranchPage, BranchQuery, CommitQuery, CommitSource, GitError, Listing, RepositoryAccess};
use async_trait::async_trait;
use domain::commit::Sha;
use domain::configuration::BranchName;
use reqwest::StatusCode;
use url::Url;

static DIALECT: Dialect = Dialect {
    brand: "GitHub",
    own_hosts: &["github.com", "www.github.com"],
    own_api: Some("https://api.github.com"),
    api_path: "/api/v3",
    collection: "repos",
    joined: false,
    accept: "application/vnd.github+json",
    headers: &[("x-github-api-version", "2022-11-28")],
    scheme: "Bearer",
};

/// Commits and branches on a page: the most that GitHub gives.
const PAGE_ITEMS: usize = 100;

/// Commits of repositories at GitHub: `api.github.com` for github.com, and `/api/v3` of any other host. A list of
/// commits has no numbers of changed lines, so these are unknown.
#[derive(Debug)]
pub struct GitHub {
    reach: Reach,
}

impl GitHub {
    /// The source for repositories at GitHub.
    #[must_use]
    pub fn new(reach: Reach) -> Self {
        Self { reach }
    }

    /// The repository's default branch.
    pub async fn default_branch(&self, access: &RepositoryAccess) -> Result<BranchName, GitError> {
        let api = self.api(access)?;
        let found: wire::Repository = api.read(&api.require_repository().await?)?;
        api.default_branch(found.default_branch.as_deref())
    }

    fn api<'a>(&'a self, access: &'a RepositoryAccess) -> Result<Api<'a>, GitError> {
        Api::of(&self.reach, &DIALECT, access, 0)
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
                api.sha(&found.commit.sha).map(Some)
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
        let (head, found) = match query {
            CommitQuery::Between { base, head } => (head, compare::between(&api, base, head, limit).await?),
            CommitQuery::Dated { head, since, until } => {
                let wanted = Wanted { head, since: Some(*since), until: *until, limit };
                (head, Some(wanted.list::<Item>(&api, listing(&api, &wanted)).await?))
            }
        };
        let Some(mut list) = found else { return Ok(Listing::NotAnAncestor) };
        mailmap::add(&api, api.url(&["contents", mailmap::FILE], &[("ref", head.as_str())]), &mut list).await;
        Ok(Listing::Commits(list))
    }

    async fn branches(&self, access: &RepositoryAccess, query: &BranchQuery) -> Result<BranchPage, GitError> {
        let api = self.api(access)?;
        let repository: wire::Repository = api.read(&api.require_repository().await?)?;
        let page = |number: usize| {
            let (size, number) = (PAGE_ITEMS.to_string(), number.to_string());
            api.url(&["branches"], &[("per_page", &size), ("page", &number)])
        };
        let read = |answer: &Answer| {
            let listed: Vec<Element<wire::Branch>> = api.read(answer)?;
            Ok(listed
                .into_iter()
                .filter_map(|element| element.0?.into_branch(repository.default_branch.as_deref()))
                .collect())
        };
        branches::walk(&api, query, PAGE_ITEMS, page, read).await
    }
}

/// The first page of a range of time.
fn listing(api: &Api<'_>, wanted: &Wanted<'_>) -> Url {
    let size = PAGE_ITEMS.to_string();
    let dates = wanted.parameters();
    let mut query = vec![("sha", wanted.head.as_str()), ("per_page", &size)];
    query.extend(dates.iter().map(|(name, date)| (*name, date.as_str())));
    api.url(&["commits"], &query)
}

/// The cause of a missing branch: the repository is missing, it is empty, or it has no branch of that name.
async fn no_branch(api: &Api<'_>, branch: &BranchName) -> Result<Option<Sha>, GitError> {
    api.require_repository().await?;
    let probe = api.get(api.url(&["commits"], &[("per_page", "1")])).await?;
    if probe.status == StatusCode::CONFLICT { Ok(None) } else { Err(api.no_branch(branch)) }
}
