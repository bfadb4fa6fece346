//! The commits reachable from a head, page by page of a host's list, newest first.

use super::Api;
use super::wire::Element;
use app::ports::{CommitList, GitError};
use domain::commit::{Commit, Sha};
use domain::instant::{Duration, Instant};
use reqwest::StatusCode;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use url::Url;

/// Pages that are read only to count omitted commits: 2,000 commits of a host with pages of 100. Where there are more,
/// the count is marked as a minimum.
const COUNTED_PAGES_MAX: usize = 20;
/// Consecutive pages whose commits are all too old, or all known, after which a list ends. Hosts that filter by date
/// give no commit that is too old; others give the whole history, whose dates are not monotone: one old commit means
/// little, two hundred mean that the range is over.
const IDLE_PAGES_MAX: usize = 4;

/// Consecutive pages without a commit after which a list ends.
const EMPTY_PAGES_MAX: usize = 100;

/// A commit as a host lists it.
pub(in crate::git) trait Listed: DeserializeOwned {
    /// When it was committed, if that can be parsed.
    fn committed_at(&self) -> Option<Instant>;
    /// `None` if the id is no commit id.
    fn into_commit(self) -> Option<Commit>;
}

/// Which of the listed commits are wanted.
pub(in crate::git) struct Wanted<'a> {
    /// The head that they are reachable from.
    pub(in crate::git) head: &'a Sha,
    /// The earliest instant, included.
    pub(in crate::git) since: Option<Instant>,
    /// The end, excluded.
    pub(in crate::git) until: Option<Instant>,
    pub(in crate::git) limit: usize,
}

impl Wanted<'_> {
    /// Reads the list that begins at `first`. Commits that only the host's own, wider filter admits are dropped here.
    pub(in crate::git) async fn list<L: Listed>(&self, api: &Api<'_>, first: Url) -> Result<CommitList, GitError> {
        let mut list = CommitList::default();
        let mut seen = BTreeSet::new();
        let (mut counted_pages, mut idle_pages, mut empty_pages) = (0_usize, 0_usize, 0_usize);
        let mut next = Some(first);
        while let Some(url) = next.take() {
            let full = list.commits.len() >= self.limit;
            if full {
                counted_pages += 1;
            }
            let answer = match api.get(url).await {
                // All wanted commits are found; an error while counting the rest does not discard them.
                Err(_) if full => {
                    list.at_least = true;
                    break;
                }
                answer => answer?,
            };
            match answer.status {
                // The repository is empty.
                StatusCode::CONFLICT => break,
                StatusCode::NOT_FOUND | StatusCode::UNPROCESSABLE_ENTITY => {
                    api.require_repository().await?;
                    return Err(api.lost_commit(self.head));
                }
                _ => {}
            }
            let elements: Vec<Element<L>> = api.read::<Option<_>>(&answer)?.unwrap_or_default();
            let elements_read = elements.len();
            let items: Vec<L> = elements.into_iter().filter_map(|element| element.0).collect();
            // A commit that can't be parsed is counted as omitted, so the report shows that it does not cover it.
            list.omitted += elements_read - items.len();
            let is_empty = elements_read == 0;
            let is_old = !items.is_empty() && items.iter().all(|item| self.is_before(item));
            let seen_before = seen.len();
            for item in items {
                let wanted = self.has(&item);
                let Some(commit) = item.into_commit() else {
                    list.omitted += usize::from(wanted);
                    continue;
                };
                if !seen.insert(commit.sha.clone()) || !wanted {
                    continue;
                }
                if list.commits.len() < self.limit {
                    list.commits.push(commit);
                } else {
                    list.omitted += 1;
                }
            }
            // A server that repeats its pages would be read for ever.
            let is_idle = is_old || (!is_empty && seen.len() == seen_before);
            idle_pages = if is_idle { idle_pages + 1 } else { 0 };
            empty_pages = if is_empty { empty_pages + 1 } else { 0 };
            let mut may_go_on = counted_pages < COUNTED_PAGES_MAX;
            list.at_least = answer.next.is_some() && !may_go_on;
            may_go_on = may_go_on && idle_pages < IDLE_PAGES_MAX && empty_pages < EMPTY_PAGES_MAX;
            next = answer.next.filter(|_| may_go_on);
        }
        Ok(list)
    }

    /// `since` and `until` for the host's own filter. It compares whole seconds and includes both ends, so the range
    /// is a little wider than the wanted one.
    pub(in crate::git) fn parameters(&self) -> Vec<(&'static str, String)> {
        let since = self.since.map(|since| ("since", seconds(since)));
        let until = self.until.map(|until| ("until", seconds(until + Duration::milliseconds(999))));
        since.into_iter().chain(until).collect()
    }

    fn is_before<L: Listed>(&self, item: &L) -> bool {
        self.since.zip(item.committed_at()).is_some_and(|(since, at)| at < since)
    }

    fn has<L: Listed>(&self, item: &L) -> bool {
        let ended = self.until.zip(item.committed_at()).is_some_and(|(until, at)| at >= until);
        !self.is_before(item) && !ended
    }
}

fn seconds(instant: Instant) -> String {
    instant.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}
