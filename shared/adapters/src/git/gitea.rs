//! Gitea's and Forgejo's REST API v1 (<https://docs.gitea.com/api/>), which is mostly like GitHub's.
//!
//! A repository without access looks like a missing one: 404. An empty repository is marked as empty, has no branch,
//! and answers 409 to requests for commits. Servers before 1.27 ignore `since` and `until` and return the whole
//! history, so commits outside the range are filtered here. The numbers of changed lines are returned without the
//! number of files, which would cost the server too much.

use super::host::commits::Wanted;
use super::host::wire::{Element, Item};
use super::host::{Api, Dialect, unified};
use app::ports::{CommitList, CommitQuery, GitError, GitFailure};
use domain::commit::{Patch, PatchLimits, Sha};
use domain::repository::Provider;
use url::Url;

pub(super) static DIALECT: Dialect = Dialect {
    provider: Provider::Gitea,
    own_api: None,
    api_path: "/api/v1",
    collection: "repos",
    joined: false,
    below_repository: &[],
    files: &["contents"],
    accept: "application/json",
    headers: &[],
    scheme: "token",
    page_size: "limit",
    history: "sha",
    page_items: 50,
    marks_empty: true,
    marks_default: false,
    search_except: None,
};

/// Turns off what a server computes for each commit by default: its files, and whether its signature is valid.
const PLAIN: [(&str, &str); 2] = [("files", "false"), ("verification", "false")];

pub(super) async fn commits(
    api: &Api<'_>,
    query: &CommitQuery,
    with_changes: bool,
    limit: usize,
) -> Result<Option<CommitList>, GitError> {
    if let CommitQuery::Between { base, head } = query
        && !is_ancestor(api, base, head).await?
    {
        return Ok(None);
    }
    let wanted = Wanted::of(query, limit);
    wanted.list::<Item>(api, listing(api, &wanted, with_changes, DIALECT.page_items)).await.map(Some)
}

/// The commits that change a path. Where no commit does, servers answer as they do about an unknown commit.
pub(super) async fn commits_of_path(api: &Api<'_>, wanted: &Wanted<'_>, path: &str) -> Result<CommitList, GitError> {
    let mut first = listing(api, wanted, false, DIALECT.page_items);
    first.query_pairs_mut().append_pair("path", path);
    match wanted.list::<Item>(api, first).await {
        Err(error) if error.failure == GitFailure::NotFound && has_commit(api, wanted.head).await? => {
            Ok(CommitList::default())
        }
        listed => listed,
    }
}

/// What a commit changes: its diff as text, which has the files and their sizes too.
pub(super) async fn change(api: &Api<'_>, sha: &Sha, limits: &PatchLimits) -> Result<(Patch, Option<u64>), GitError> {
    let answer = api.get(api.url(&["git", "commits", &format!("{sha}.diff")], &[])).await?;
    Ok((unified::patch(sha, &api.text(&answer)?, limits), answer.remaining))
}

fn listing(api: &Api<'_>, wanted: &Wanted<'_>, with_changes: bool, page_items: usize) -> Url {
    let stat = if with_changes { "true" } else { "false" };
    let mut query = vec![("sha", wanted.head.as_str()), ("stat", stat)];
    query.extend(PLAIN);
    query.extend(wanted.not.map(|not| ("not", not.as_str())));
    wanted.first_page(api, page_items, &query)
}

/// Whether every commit of the base is in the head too. Both are requested first, because servers answer a request
/// with unknown commits with an error of their own.
async fn is_ancestor(api: &Api<'_>, base: &Sha, head: &Sha) -> Result<bool, GitError> {
    if !has_commit(api, base).await? {
        if has_commit(api, head).await? {
            return Ok(false);
        }
        api.require_repository().await?;
        return Err(api.lost_commit(head));
    }
    // A server before 1.20 ignores `not` and answers with the base itself: the base then counts as no ancestor.
    let answer = api.get(listing(api, &Wanted::between(head, base, 1), false, 1)).await?;
    let beyond: Vec<Element<Item>> = api.read(&answer)?;
    Ok(beyond.is_empty())
}

async fn has_commit(api: &Api<'_>, sha: &Sha) -> Result<bool, GitError> {
    let mut query = vec![("stat", "false")];
    query.extend(PLAIN);
    api.has(api.url(&["git", "commits", sha.as_str()], &query)).await
}
