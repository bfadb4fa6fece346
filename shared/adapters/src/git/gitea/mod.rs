//! Gitea's and Forgejo's REST API v1 (<https://docs.gitea.com/api/>), which is mostly like GitHub's.
//!
//! A repository without access looks like a missing one: 404. An empty repository is marked as empty, has no branch,
//! and answers 409 to requests for commits. Servers before 1.27 ignore `since` and `until` and return the whole
//! history, so commits outside the range are filtered here.

mod wire;

use crate::git::host::commits::Wanted;
use crate::git::host::wire::{Element, Item};
use crate::git::host::{Answer, Api, Dialect, Reach, branches, mailmap, path_parts};
use app::ports::{BranchPage, BranchQuery, CommitQuery, CommitSource, GitError, Listing, RepositoryAccess};
use async_trait::async_trait;
use domain::commit::Sha;
use domain::configuration::BranchName;
use domain::repository::Location;
use reqwest::StatusCode;
use url::Url;

static DIALECT: Dialect = Dialect {
    brand: "Gitea",
    own_hosts: &[],
    own_api: None,
    api_path: "/api/v1",
    collection: "repos",
    joined: false,
    accept: "application/json",
    headers: &[],
    scheme: "token",
};

/// Commits and branches on a page: the most that a server gives under its default settings.
const PAGE_ITEMS: usize = 50;

/// Turns off what a server computes for each commit by default: its files, and whether its signature is valid.
const PLAIN: [(&str, &str); 2] = [("files", "false"), ("verification", "false")];

/// Commits of repositories at Gitea and Forgejo servers. The numbers of changed lines are returned without the number
/// of files, which would cost the server too much.
#[derive(Debug)]
pub struct Gitea {
    reach: Reach,
}

impl Gitea {
    /// The source for repositories at Gitea and Forgejo.
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
        // Owner and name are the last two parts of the path; parts before them are the path of the server itself.
        let below = match &access.location {
            Location::Host { url, .. } => path_parts(url).len().saturating_sub(2),
            Location::Path(_) => 0,
        };
        Api::of(&self.reach, &DIALECT, access, below)
    }
}

#[async_trait]
impl CommitSource for Gitea {
    async fn head(&self, access: &RepositoryAccess, branch: &BranchName) -> Result<Option<Sha>, GitError> {
        let api = self.api(access)?;
        let answer = api.get(api.url(&["branches", branch.as_str()], &[])).await?;
        if answer.status == StatusCode::CONFLICT {
            return Ok(None);
        }
        if answer.status == StatusCode::NOT_FOUND {
            let repository: wire::Repository = api.read(&api.require_repository().await?)?;
            let is_empty = match repository.empty {
                Some(is_empty) => is_empty,
                None => api.is_empty(api.url(&["branches"], &[("limit", "1")])).await?,
            };
            return if is_empty { Ok(None) } else { Err(api.no_branch(branch)) };
        }
        let found: wire::Branch = api.read(&answer)?;
        let tip = found.commit.ok_or_else(|| api.unreadable_answer())?;
        api.sha(&tip.id).map(Some)
    }

    async fn commits(
        &self,
        access: &RepositoryAccess,
        query: &CommitQuery,
        with_changes: bool,
        limit: usize,
    ) -> Result<Listing, GitError> {
        let api = self.api(access)?;
        let (wanted, not) = match query {
            CommitQuery::Between { base, head } => {
                if !is_ancestor(&api, base, head).await? {
                    return Ok(Listing::NotAnAncestor);
                }
                (Wanted { head, since: None, until: None, limit }, Some(base))
            }
            CommitQuery::Dated { head, since, until } => {
                (Wanted { head, since: Some(*since), until: *until, limit }, None)
            }
        };
        let first = listing(&api, &wanted, not, with_changes, PAGE_ITEMS);
        let mut list = wanted.list::<Item>(&api, first).await?;
        mailmap::add(&api, api.url(&["contents", mailmap::FILE], &[("ref", wanted.head.as_str())]), &mut list).await;
        Ok(Listing::Commits(list))
    }

    async fn branches(&self, access: &RepositoryAccess, query: &BranchQuery) -> Result<BranchPage, GitError> {
        let api = self.api(access)?;
        let repository: wire::Repository = api.read(&api.require_repository().await?)?;
        let page = |number: usize| {
            let (size, number) = (PAGE_ITEMS.to_string(), number.to_string());
            api.url(&["branches"], &[("limit", &size), ("page", &number)])
        };
        let read = |answer: &Answer| {
            // The list of an empty repository is null.
            let listed: Option<Vec<Element<wire::Branch>>> = api.read(answer)?;
            let listed = listed.unwrap_or_default().into_iter();
            Ok(listed.filter_map(|element| element.0?.into_branch(repository.default_branch.as_deref())).collect())
        };
        branches::walk(&api, query, PAGE_ITEMS, page, read).await
    }
}

/// The first page of the commits that are reachable from the head, and not from `not`.
fn listing(api: &Api<'_>, wanted: &Wanted<'_>, not: Option<&Sha>, with_changes: bool, page_items: usize) -> Url {
    let (size, dates) = (page_items.to_string(), wanted.parameters());
    let stat = if with_changes { "true" } else { "false" };
    let mut query = vec![("sha", wanted.head.as_str()), ("limit", &size), ("stat", stat)];
    query.extend(PLAIN);
    query.extend(not.map(|not| ("not", not.as_str())));
    query.extend(dates.iter().map(|(name, date)| (*name, date.as_str())));
    api.url(&["commits"], &query)
}

/// Whether every commit of the base is in the head too. Both are requested first, because servers answer a request
/// with unknown commits with an error of their own.
async fn is_ancestor(api: &Api<'_>, base: &Sha, head: &Sha) -> Result<bool, GitError> {
    let has = async |sha: &Sha| {
        let mut query = vec![("stat", "false")];
        query.extend(PLAIN);
        api.has(api.url(&["git", "commits", sha.as_str()], &query)).await
    };
    if !has(base).await? {
        if has(head).await? {
            return Ok(false);
        }
        api.require_repository().await?;
        return Err(api.lost_commit(head));
    }
    // A server before 1.20 ignores `not` and answers with the base itself: the base then counts as no ancestor.
    let beyond = Wanted { head: base, since: None, until: None, limit: 1 };
    let answer = api.get(listing(api, &beyond, Some(head), false, 1)).await?;
    let beyond: Vec<Element<Item>> = api.read(&answer)?;
    Ok(beyond.is_empty())
}
