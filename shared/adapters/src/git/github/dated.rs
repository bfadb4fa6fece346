//! The commits reachable from a head in a range of time: GitHub's list of commits, newest first.

use super::Api;
use super::compare::lost;
use super::wire::Item;
use app::ports::{CommitList, GitError};
use domain::commit::Sha;
use domain::instant::{Duration, Instant};
use reqwest::StatusCode;

/// Commits on a page: the most that GitHub gives.
const PAGE_COMMITS: usize = 100;
/// Pages that are read only to count what is left out. Beyond them the count is what was seen: 2,000 commits.
const COUNTED_PAGES_MAX: usize = 20;

pub(super) async fn dated(
    api: &Api<'_>,
    head: &Sha,
    since: Instant,
    until: Option<Instant>,
    limit: usize,
) -> Result<CommitList, GitError> {
    let inside = |item: &Item| item.committed_at().is_none_or(|at| at >= since && until.is_none_or(|until| at < until));
    let mut list = CommitList::default();
    let mut counted_pages = 0_usize;
    let mut next = Some(first_page(api, head, since, until));
    while let Some(url) = next.take() {
        let full = list.commits.len() >= limit;
        if full {
            counted_pages += 1;
        }
        let answer = match api.get(url).await {
            // What is wanted is there; a limit on requests is no reason to lose it for a count.
            Err(_) if full => break,
            answer => answer?,
        };
        match answer.status {
            StatusCode::CONFLICT => break,
            StatusCode::NOT_FOUND | StatusCode::UNPROCESSABLE_ENTITY => {
                api.require_repository().await?;
                return Err(lost(api, head));
            }
            _ => {}
        }
        let items: Vec<Item> = api.read(&answer)?;
        for commit in items.into_iter().filter(inside).filter_map(Item::into_commit) {
            if list.commits.len() < limit {
                list.commits.push(commit);
            } else {
                list.left_out += 1;
            }
        }
        next = answer.next.filter(|_| counted_pages < COUNTED_PAGES_MAX);
    }
    Ok(list)
}

/// GitHub filters by whole seconds and takes both ends in: it is asked for a little more, and the rest is left out here.
fn first_page(api: &Api<'_>, head: &Sha, since: Instant, until: Option<Instant>) -> url::Url {
    let size = PAGE_COMMITS.to_string();
    let since = seconds(since);
    let until = until.map(|until| seconds(until + Duration::milliseconds(999)));
    let mut query = vec![("sha", head.as_str()), ("since", since.as_str()), ("per_page", &size)];
    query.extend(until.as_deref().map(|until| ("until", until)));
    api.url(&["commits"], &query)
}

fn seconds(instant: Instant) -> String {
    instant.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}
