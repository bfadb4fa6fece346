//! The commits reachable from a head, page by page of a host's list, newest first.

use super::Api;
use super::wire::Element;
use app::ports::{CommitList, CommitQuery, GitError};
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
    since: Option<Instant>,
    /// The end, excluded.
    until: Option<Instant>,
    limit: usize,
}

/// A list that is being read.
struct Reading<'w> {
    wanted: &'w Wanted<'w>,
    list: CommitList,
    seen: BTreeSet<Sha>,
    /// Pages that were read only to count.
    counted_pages: usize,
    /// The last consecutive pages with nothing wanted, and with nothing at all.
    idle_pages: usize,
    empty_pages: usize,
}

impl<'w> Reading<'w> {
    fn new(wanted: &'w Wanted<'w>) -> Self {
        let list = CommitList::default();
        Self { wanted, list, seen: BTreeSet::new(), counted_pages: 0, idle_pages: 0, empty_pages: 0 }
    }

    /// Whether all wanted commits are found, and the rest is only counted.
    fn is_full(&self) -> bool {
        self.list.commits.len() >= self.wanted.limit
    }

    fn add_page<L: Listed>(&mut self, elements: Vec<Element<L>>) {
        self.counted_pages += usize::from(self.is_full());
        let elements_read = elements.len();
        let items: Vec<L> = elements.into_iter().filter_map(|element| element.0).collect();
        // A commit that can't be parsed is counted as omitted, so the report shows that it does not cover it.
        self.list.omitted += elements_read - items.len();
        let is_empty = elements_read == 0;
        let is_old = !items.is_empty() && items.iter().all(|item| self.wanted.is_before(item));
        let seen_before = self.seen.len();
        for item in items {
            self.add(item);
        }
        // A server that repeats its pages would be read for ever.
        let is_idle = is_old || (!is_empty && self.seen.len() == seen_before);
        self.idle_pages = if is_idle { self.idle_pages + 1 } else { 0 };
        self.empty_pages = if is_empty { self.empty_pages + 1 } else { 0 };
    }

    fn add<L: Listed>(&mut self, item: L) {
        let is_wanted = self.wanted.has(&item);
        let Some(commit) = item.into_commit() else {
            self.list.omitted += usize::from(is_wanted);
            return;
        };
        if !self.seen.insert(commit.sha.clone()) || !is_wanted {
            return;
        }
        if self.is_full() {
            self.list.omitted += 1;
        } else {
            self.list.commits.push(commit);
        }
    }

    /// The page to read after one that has a next page or none.
    fn next(&mut self, next: Option<Url>) -> Option<Url> {
        let may_count = self.counted_pages < COUNTED_PAGES_MAX;
        self.list.at_least = next.is_some() && !may_count;
        next.filter(|_| may_count && self.idle_pages < IDLE_PAGES_MAX && self.empty_pages < EMPTY_PAGES_MAX)
    }
}

impl<'w> Wanted<'w> {
    /// What a query wants of the list of its head, or of its range.
    pub(in crate::git) fn of(query: &'w CommitQuery, limit: usize) -> Self {
        match query {
            CommitQuery::Between { head, .. } => Self { head, since: None, until: None, limit },
            CommitQuery::Dated { head, since, until } => Self { head, since: Some(*since), until: *until, limit },
        }
    }

    /// Everything that is reachable from a head, of which only the existence is of interest.
    pub(in crate::git) fn all(head: &'w Sha) -> Self {
        Self { head, since: None, until: None, limit: 1 }
    }

    /// Reads the list that begins at `first`. Commits that only the host's own, wider filter admits are dropped here.
    pub(in crate::git) async fn list<L: Listed>(&self, api: &Api<'_>, first: Url) -> Result<CommitList, GitError> {
        let mut reading = Reading::new(self);
        let mut next = Some(first);
        while let Some(url) = next.take() {
            let answer = match api.get(url).await {
                // An error while counting does not discard the commits that are found.
                Err(_) if reading.is_full() => {
                    reading.list.at_least = true;
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
            reading.add_page(api.read::<Option<Vec<Element<L>>>>(&answer)?.unwrap_or_default());
            next = reading.next(answer.next);
        }
        Ok(reading.list)
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
