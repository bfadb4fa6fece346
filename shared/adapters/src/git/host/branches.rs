//! Branches: the head of one, and the list of all, page by page of the host's.
//!
//! Without a search term, reading starts at the host's page on which the answer begins. With one, the list is read
//! from its start, up to a bound, and matching branches are picked here.

use super::Api;
use super::request::Answer;
use super::wire::{self, Element};
use app::ports::{Branch, BranchPage, BranchQuery, GitError};
use domain::commit::Sha;
use domain::configuration::BranchName;
use reqwest::StatusCode;

/// Pages that one request reads: 1,000 branches at a host with pages of 100. Few repositories have more, and their
/// users know which branch they want.
const PAGES_MAX: usize = 10;

/// The commit that a branch points to; `None` in an empty repository.
pub(in crate::git) async fn head(api: &Api<'_>, branch: &BranchName) -> Result<Option<Sha>, GitError> {
    let answer = api.get(api.url(&["branches", branch.as_str()], &[])).await?;
    match answer.status {
        StatusCode::CONFLICT => Ok(None),
        StatusCode::NOT_FOUND if api.is_empty().await? => Ok(None),
        StatusCode::NOT_FOUND => Err(api.no_branch(branch)),
        _ => {
            let found: wire::Branch = api.read(&answer)?;
            api.sha(found.head().unwrap_or_default()).map(Some)
        }
    }
}

/// A page of the branches.
pub(in crate::git) async fn list(api: &Api<'_>, query: &BranchQuery) -> Result<BranchPage, GitError> {
    let dialect = api.dialect;
    let default = if dialect.marks_default { None } else { api.repository().await?.default_branch };
    let search = query.search.as_deref().filter(|text| dialect.search_except.is_some_and(|all| !text.contains(all)));
    let url = |number: usize| {
        let number = number.to_string();
        let mut parameters = vec![("page", number.as_str())];
        parameters.extend(search.map(|search| ("search", search)));
        api.list_url(&["branches"], dialect.page_items, &parameters)
    };
    let read = |answer: &Answer| {
        // The list of an empty repository can be null.
        let listed: Option<Vec<Element<wire::Branch>>> = api.read(answer)?;
        let listed = listed.unwrap_or_default().into_iter();
        Ok(listed.filter_map(|element| element.0?.into_branch(default.as_deref())).collect())
    };
    walk(api, query, url, read).await
}

/// Reads pages until one page of the answer is complete. `url` is the address of a host's page, from 1.
async fn walk(
    api: &Api<'_>,
    query: &BranchQuery,
    url: impl Fn(usize) -> url::Url,
    read: impl Fn(&Answer) -> Result<Vec<Branch>, GitError>,
) -> Result<BranchPage, GitError> {
    let size = api.dialect.page_items;
    let first = if query.search.is_some() { 0 } else { query.before() / size.max(1) };
    let mut from = first.saturating_mul(size);
    let mut found: Vec<Branch> = Vec::new();
    let mut next = Some(url(first.saturating_add(1)));
    for _ in 0..PAGES_MAX {
        let Some(address) = next.take() else { break };
        let answer = api.get(address).await?;
        if matches!(answer.status, StatusCode::NOT_FOUND | StatusCode::CONFLICT) {
            // A repository that exists but has no list has no branch.
            api.require_repository().await?;
            break;
        }
        let listed = read(&answer)?;
        if from > 0 && listed.len() < size && answer.next.is_some() && found.is_empty() {
            // The host's pages are smaller than was asked for, so the answer does not begin on this page.
            from = 0;
            next = Some(url(1));
            continue;
        }
        found.extend(listed.into_iter().filter(|branch| query.matches(&branch.name)));
        next = answer.next;
        if from.saturating_add(found.len()) > query.before().saturating_add(query.per_page) {
            break;
        }
    }
    Ok(query.cut(found, from, next.is_none()))
}
