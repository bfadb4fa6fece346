//! Branches, page by page of a host's list.
//!
//! Without a search term, reading starts at the host's page on which the answer begins. With one, the list is read
//! from its start, up to a bound, and matching branches are picked here.

use super::{Answer, Api};
use app::ports::{Branch, BranchPage, BranchQuery, GitError};
use reqwest::StatusCode;
use url::Url;

/// Pages that one request reads: 1,000 branches at a host with pages of 100. Few repositories have more, and their
/// users know which branch they want.
const PAGES_MAX: usize = 10;

/// A page of the branches. `url` gives the address of a page of the host, from 1, of at most `size` branches, and
/// `read` parses one.
pub(in crate::git) async fn walk(
    api: &Api<'_>,
    query: &BranchQuery,
    size: usize,
    url: impl Fn(usize) -> Url,
    read: impl Fn(&Answer) -> Result<Vec<Branch>, GitError>,
) -> Result<BranchPage, GitError> {
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
