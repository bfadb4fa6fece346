//! The commits that one head has and another lacks: GitHub's comparison.
//!
//! A comparison lists its commits oldest first, in pages; the newest are on the last ones. The size of a page is taken
//! from the first, because servers return fewer than were asked for.

use crate::git::host::Api;
use crate::git::host::commits::Listed;
use crate::git::host::wire::{Element, Item, or_default};
use app::ports::{CommitList, GitError};
use domain::commit::Sha;
use reqwest::StatusCode;
use serde::Deserialize;

/// The most commits of a comparison that GitHub returns on a page.
const PAGE_COMMITS: &str = "250";

/// A page of a comparison.
#[derive(Deserialize)]
struct Comparison {
    /// `ahead`, `identical`, `behind` or `diverged`.
    status: String,
    total_commits: usize,
    #[serde(default, deserialize_with = "or_default")]
    commits: Vec<Element<Item>>,
}

/// `None` if the base is no ancestor of the head.
pub(super) async fn between(
    api: &Api<'_>,
    base: &Sha,
    head: &Sha,
    limit: usize,
) -> Result<Option<CommitList>, GitError> {
    let Some(first) = page(api, base, head, 1).await? else {
        require_head(api, head).await?;
        return Ok(None);
    };
    if !matches!(first.status.as_str(), "ahead" | "identical") {
        return Ok(None);
    }
    let total = first.total_commits;
    let page_commits = first.commits.len().max(1);
    // Counted from the oldest, from 0.
    let oldest_wanted = total.saturating_sub(limit);
    let first_wanted_page = oldest_wanted / page_commits;
    let last_page = total.saturating_sub(1) / page_commits;

    let mut found: Vec<Element<Item>> = Vec::new();
    if first_wanted_page == 0 {
        found.extend(first.commits);
    }
    for index in first_wanted_page.max(1)..=last_page {
        let next = page(api, base, head, index.saturating_add(1)).await?.ok_or_else(|| api.unreadable_answer())?;
        if next.commits.is_empty() {
            break;
        }
        found.extend(next.commits);
    }
    let unwanted = oldest_wanted.saturating_sub(first_wanted_page.saturating_mul(page_commits));
    let commits: Vec<_> = found
        .into_iter()
        .skip(unwanted)
        .rev()
        .take(limit)
        .filter_map(|element| Listed::from(element.0?).into_commit())
        .collect();
    let omitted = total.saturating_sub(commits.len());
    Ok(Some(CommitList { commits, omitted, ..CommitList::default() }))
}

/// A page, from 1; `None` if GitHub does not know one of the two commits (any more).
async fn page(api: &Api<'_>, base: &Sha, head: &Sha, number: usize) -> Result<Option<Comparison>, GitError> {
    let range = format!("{base}...{head}");
    let number = number.to_string();
    let query = [("per_page", PAGE_COMMITS), ("page", number.as_str())];
    let answer = api.get(api.url(&["compare", &range], &query)).await?;
    match answer.status {
        StatusCode::NOT_FOUND | StatusCode::UNPROCESSABLE_ENTITY => Ok(None),
        _ => api.read(&answer).map(Some),
    }
}

/// Fails if the head, or the whole repository, is missing.
async fn require_head(api: &Api<'_>, head: &Sha) -> Result<(), GitError> {
    if api.has(api.url(&["git", "commits", head.as_str()], &[])).await? {
        return Ok(());
    }
    api.require_repository().await?;
    Err(api.lost_commit(head))
}
