//! GitLab's REST API v4 (<https://docs.gitlab.com/api/rest/>), at gitlab.com and at other servers.
//!
//! A project is addressed by its whole path as one segment. A project without access looks like a missing one: 404. An
//! empty repository has no branch, and its project is marked as empty. Lists of commits have no totals, only a next
//! page. The numbers of changed lines are returned without the number of files.

mod change;
mod wire;

pub(super) use change::change;

use super::host::commits::Wanted;
use super::host::wire::Tip;
use super::host::{Api, Dialect};
use app::ports::{CommitList, CommitQuery, GitError};
use domain::commit::Sha;
use domain::digest::AuthorLookup;
use domain::repository::Provider;
use reqwest::StatusCode;

pub(super) static DIALECT: Dialect = Dialect {
    provider: Provider::GitLab,
    own_api: None,
    api_path: "/api/v4",
    collection: "projects",
    joined: true,
    below_repository: &["repository"],
    files: &["files"],
    accept: "application/json",
    headers: &[],
    // GitLab takes personal, project, group and OAuth tokens alike in this header.
    scheme: "Bearer",
    page_size: "per_page",
    history: "ref_name",
    page_items: 100,
    marks_empty: true,
    marks_default: true,
    search_except: Some(&['^', '$', '*']),
};

/// By the addresses and the names. GitLab gives them to `git log --author`, which takes a pattern and finds every text
/// that contains it: what has a meaning in patterns is not searched.
pub(super) fn author_filters(author: &AuthorLookup) -> Option<Vec<String>> {
    let has_meaning = |letter: char| "[](){}^$*+?|\\".contains(letter) || letter.is_control();
    let all: Vec<String> = author.emails.iter().chain(&author.names).cloned().collect();
    all.iter().all(|text| !text.contains(has_meaning)).then_some(all)
}

pub(super) async fn commits(
    api: &Api<'_>,
    query: &CommitQuery,
    with_changes: bool,
    limit: usize,
) -> Result<Option<CommitList>, GitError> {
    let range = match query {
        CommitQuery::Between { base, head } if !is_ancestor(api, base, head).await? => return Ok(None),
        CommitQuery::Between { base, head } => format!("{base}..{head}"),
        CommitQuery::Dated { head, .. } => head.to_string(),
    };
    let wanted = Wanted::of(query, limit);
    let mut query = vec![("ref_name", range.as_str())];
    query.extend(with_changes.then_some(("with_stats", "true")));
    let first = wanted.first_page(api, DIALECT.page_items, &query);
    wanted.list::<wire::Item>(api, first).await.map(Some)
}

/// The commits that change a path.
pub(super) async fn commits_of_path(api: &Api<'_>, wanted: &Wanted<'_>, path: &str) -> Result<CommitList, GitError> {
    let first = wanted.first_page(api, DIALECT.page_items, &[("ref_name", wanted.head.as_str()), ("path", path)]);
    wanted.list::<wire::Item>(api, first).await
}

/// Whether the best common ancestor of the two is the base.
async fn is_ancestor(api: &Api<'_>, base: &Sha, head: &Sha) -> Result<bool, GitError> {
    let refs = [("refs[]", base.as_str()), ("refs[]", head.as_str())];
    let answer = api.get(api.url(&["merge_base"], &refs)).await?;
    match answer.status {
        // One of the two is not known (any more).
        StatusCode::BAD_REQUEST => {
            let at = api.url(&["commits", head.as_str()], &[("stats", "false")]);
            if api.has(at).await? { Ok(false) } else { Err(api.lost_commit(head)) }
        }
        // They have no common ancestor, or the project is missing.
        StatusCode::NOT_FOUND => api.require_repository().await.map(|_| false),
        _ => {
            let ancestor: Tip = api.read(&answer)?;
            api.sha(ancestor.id().unwrap_or_default()).map(|ancestor| ancestor == *base)
        }
    }
}
