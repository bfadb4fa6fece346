//! GitHub's REST API, version 2022-11-28 (<https://docs.github.com/en/rest>), at github.com and at Enterprise servers.
//!
//! A repository without access looks like a missing one: 404. An empty repository answers 409 to requests for commits.
//! A list of commits has no numbers of changed lines, so these are unknown.

mod change;
mod compare;

pub(super) use change::change;

use super::host::commits::Wanted;
use super::host::wire::Item;
use super::host::{Api, Dialect};
use app::ports::{CommitList, CommitQuery, GitError};
use domain::digest::AuthorLookup;
use domain::repository::Provider;

pub(super) static DIALECT: Dialect = Dialect {
    provider: Provider::GitHub,
    own_api: Some("https://api.github.com"),
    api_path: "/api/v3",
    collection: "repos",
    joined: false,
    below_repository: &[],
    files: &["contents"],
    accept: "application/vnd.github+json",
    headers: &[("x-github-api-version", "2022-11-28")],
    scheme: "Bearer",
    page_size: "per_page",
    history: "sha",
    page_items: 100,
    marks_empty: false,
    marks_default: false,
    search_except: None,
};

/// By the account, which has the commits of the addresses that it has confirmed, and by the addresses.
pub(super) fn author_filters(author: &AuthorLookup) -> Vec<String> {
    author.logins.iter().chain(&author.emails).cloned().collect()
}

/// The commits that change a path.
pub(super) async fn commits_of_path(api: &Api<'_>, wanted: &Wanted<'_>, path: &str) -> Result<CommitList, GitError> {
    let first = wanted.first_page(api, DIALECT.page_items, &[("sha", wanted.head.as_str()), ("path", path)]);
    wanted.list::<Item>(api, first).await
}

pub(super) async fn commits(api: &Api<'_>, query: &CommitQuery, limit: usize) -> Result<Option<CommitList>, GitError> {
    if let CommitQuery::Between { base, head } = query {
        return compare::between(api, base, head, limit).await;
    }
    let wanted = Wanted::of(query, limit);
    let first = wanted.first_page(api, DIALECT.page_items, &[("sha", wanted.head.as_str())]);
    wanted.list::<Item>(api, first).await.map(Some)
}
