//! GitLab's REST API v4 (<https://docs.gitlab.com/api/rest/>), at gitlab.com and at other servers.
//!
//! A project is addressed by its whole path as one segment. A project without access looks like a missing one: 404. An
//! empty repository has no branch, and its project is marked as empty. Lists of commits have no totals, only a next
//! page.

mod places;
mod wire;

use self::places::Places;
use crate::git::host::commits::Wanted;
use crate::git::host::wire::Element;
use crate::git::host::{Answer, Api, Dialect, Reach, branches, mailmap, path_parts};
use app::ports::{BranchPage, BranchQuery, CommitQuery, CommitSource, GitError, GitFailure, Listing, RepositoryAccess};
use async_trait::async_trait;
use domain::commit::Sha;
use domain::configuration::BranchName;
use domain::repository::Location;
use reqwest::StatusCode;
use url::Url;

static DIALECT: Dialect = Dialect {
    brand: "GitLab",
    own_hosts: &["gitlab.com"],
    own_api: None,
    api_path: "/api/v4",
    collection: "projects",
    joined: true,
    accept: "application/json",
    headers: &[],
    // GitLab takes personal, project, group and OAuth tokens alike in this header.
    scheme: "Bearer",
};

/// Commits and branches on a page: the most that GitLab gives.
const PAGE_ITEMS: usize = 100;

/// Commits of repositories at GitLab. The numbers of changed lines are returned without the number of files.
#[derive(Debug)]
pub struct GitLab {
    reach: Reach,
    places: Places,
}

impl GitLab {
    /// The source for repositories at GitLab.
    #[must_use]
    pub fn new(reach: Reach) -> Self {
        Self { reach, places: Places::default() }
    }

    /// The repository's default branch.
    pub async fn default_branch(&self, access: &RepositoryAccess) -> Result<BranchName, GitError> {
        let api = self.api(access).await?;
        let found: wire::Project = api.read(&api.require_repository().await?)?;
        api.default_branch(found.default_branch.as_deref())
    }

    /// The API of the server. Where an address has more than a group and a name, its first parts can be further groups
    /// or the path of the server itself: only the server knows.
    async fn api<'a>(&'a self, access: &'a RepositoryAccess) -> Result<Api<'a>, GitError> {
        let of = |below| Api::of(&self.reach, &DIALECT, access, below);
        let Location::Host { url, .. } = &access.location else { return of(0) };
        let deepest = path_parts(url).len().saturating_sub(2);
        if deepest == 0 || DIALECT.own_hosts.contains(&url.host_str().unwrap_or_default()) {
            return of(0);
        }
        if let Some(below) = self.places.of(url) {
            return of(below);
        }
        let mut unanswered = None;
        for below in 0..=deepest {
            let api = of(below)?;
            match api.is_here().await {
                Ok(true) => {
                    self.places.remember(url, below);
                    return Ok(api);
                }
                Ok(false) => {}
                Err(error) if matches!(error.failure, GitFailure::RateLimited { .. }) => return Err(error),
                Err(error) => unanswered = Some(error),
            }
        }
        // A place that failed temporarily may be the right one: the repository is not known to be missing.
        unanswered.map_or_else(|| of(0), Err)
    }
}

#[async_trait]
impl CommitSource for GitLab {
    async fn head(&self, access: &RepositoryAccess, branch: &BranchName) -> Result<Option<Sha>, GitError> {
        let api = self.api(access).await?;
        let answer = api.get(api.url(&["repository", "branches", branch.as_str()], &[])).await?;
        if answer.status == StatusCode::NOT_FOUND {
            let project: wire::Project = api.read(&api.require_repository().await?)?;
            let is_empty = match project.empty_repo {
                Some(is_empty) => is_empty,
                None => api.is_empty(api.url(&["repository", "branches"], &[("per_page", "1")])).await?,
            };
            return if is_empty { Ok(None) } else { Err(api.no_branch(branch)) };
        }
        let found: wire::Branch = api.read(&answer)?;
        api.sha(&found.commit.id).map(Some)
    }

    async fn commits(
        &self,
        access: &RepositoryAccess,
        query: &CommitQuery,
        with_changes: bool,
        limit: usize,
    ) -> Result<Listing, GitError> {
        let api = self.api(access).await?;
        let (wanted, range) = match query {
            CommitQuery::Between { base, head } => {
                if !is_ancestor(&api, base, head).await? {
                    return Ok(Listing::NotAnAncestor);
                }
                (Wanted { head, since: None, until: None, limit }, format!("{base}..{head}"))
            }
            CommitQuery::Dated { head, since, until } => {
                (Wanted { head, since: Some(*since), until: *until, limit }, head.to_string())
            }
        };
        let first = listing(&api, &wanted, &range, with_changes);
        let mut list = wanted.list::<wire::Item>(&api, first).await?;
        mailmap::add(
            &api,
            api.url(&["repository", "files", mailmap::FILE], &[("ref", wanted.head.as_str())]),
            &mut list,
        )
        .await;
        Ok(Listing::Commits(list))
    }

    async fn branches(&self, access: &RepositoryAccess, query: &BranchQuery) -> Result<BranchPage, GitError> {
        let api = self.api(access).await?;
        // GitLab searches without regard to case, as this API does, but gives some characters a special meaning.
        let search = query.search.as_deref().filter(|search| !search.contains(['^', '$', '*']));
        let page = |number: usize| {
            let (size, number) = (PAGE_ITEMS.to_string(), number.to_string());
            let mut parameters = vec![("per_page", size.as_str()), ("page", &number)];
            parameters.extend(search.map(|search| ("search", search)));
            api.url(&["repository", "branches"], &parameters)
        };
        let read = |answer: &Answer| {
            let listed: Vec<Element<wire::Branch>> = api.read(answer)?;
            Ok(listed.into_iter().filter_map(|element| element.0?.into_branch()).collect())
        };
        branches::walk(&api, query, PAGE_ITEMS, page, read).await
    }
}

/// The first page of a revision or of a range of revisions.
fn listing(api: &Api<'_>, wanted: &Wanted<'_>, range: &str, with_changes: bool) -> Url {
    let (size, dates) = (PAGE_ITEMS.to_string(), wanted.parameters());
    let mut query = vec![("ref_name", range), ("per_page", &size)];
    if with_changes {
        query.push(("with_stats", "true"));
    }
    query.extend(dates.iter().map(|(name, date)| (*name, date.as_str())));
    api.url(&["repository", "commits"], &query)
}

/// Whether the best common ancestor of the two is the base.
async fn is_ancestor(api: &Api<'_>, base: &Sha, head: &Sha) -> Result<bool, GitError> {
    let refs = [("refs[]", base.as_str()), ("refs[]", head.as_str())];
    let answer = api.get(api.url(&["repository", "merge_base"], &refs)).await?;
    match answer.status {
        // One of the two is not known (any more).
        StatusCode::BAD_REQUEST => {
            let at = api.url(&["repository", "commits", head.as_str()], &[("stats", "false")]);
            if api.has(at).await? { Ok(false) } else { Err(api.lost_commit(head)) }
        }
        // They have no common ancestor, or the project is missing.
        StatusCode::NOT_FOUND => api.require_repository().await.map(|_| false),
        _ => {
            let ancestor: wire::Tip = api.read(&answer)?;
            api.sha(&ancestor.id).map(|ancestor| ancestor == *base)
        }
    }
}
