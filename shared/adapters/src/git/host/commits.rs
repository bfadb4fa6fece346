//! The commits reachable from a head, page by page of a host's list, newest first.

use super::Api;
use super::wire::Element;
use app::ports::{CommitList, CommitQuery, GitError};
use domain::commit::{Author, Changes, Commit, Sha};
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

/// The name of an author of whom nothing is known.
const UNKNOWN_AUTHOR: &str = "unknown";

/// A commit as a host lists it. Whatever is missing is empty.
pub(in crate::git) struct Listed {
    pub(in crate::git) id: String,
    pub(in crate::git) parents: Vec<String>,
    pub(in crate::git) author: Author,
    /// When it was committed, if that can be parsed.
    pub(in crate::git) committed_at: Option<Instant>,
    pub(in crate::git) message: String,
    pub(in crate::git) changes: Option<Changes>,
    pub(in crate::git) page: Option<String>,
}

impl Listed {
    /// `None` if the id is no commit id.
    pub(in crate::git) fn into_commit(self) -> Option<Commit> {
        let some = |text: &String| !text.is_empty();
        let Author { name, email, login, is_bot } = self.author;
        let login = login.filter(some);
        let name = Some(name).filter(some).or_else(|| login.clone()).unwrap_or_else(|| UNKNOWN_AUTHOR.to_owned());
        let author = Author { name, email: email.filter(some), login, is_bot };
        Some(Commit {
            sha: Sha::parse(&self.id).ok()?,
            parents: self.parents.iter().filter_map(|id| Sha::parse(id).ok()).collect(),
            author: Author { is_bot: author.is_machine(), ..author },
            committed_at: self.committed_at.unwrap_or_default(),
            message: self.message,
            changes: self.changes,
            files: Vec::new(),
            page: self.page.and_then(|text| Url::parse(&text).ok()),
        })
    }
}

/// Which of the listed commits are wanted.
pub(in crate::git) struct Wanted<'a> {
    pub(in crate::git) head: &'a Sha,
    /// The commit that they are not reachable from.
    pub(in crate::git) not: Option<&'a Sha>,
    /// The earliest instant, included.
    since: Option<Instant>,
    /// The end, excluded.
    until: Option<Instant>,
    limit: usize,
    /// Whether further commits are counted.
    is_counting: bool,
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

    fn add_page(&mut self, elements: Vec<Option<Listed>>) {
        self.counted_pages += usize::from(self.is_full());
        let is_empty = elements.is_empty();
        let elements_read = elements.len();
        let items: Vec<Listed> = elements.into_iter().flatten().collect();
        // A commit that can't be parsed is counted as omitted, so the report shows that it does not cover it.
        self.list.omitted += elements_read - items.len();
        let is_old = !items.is_empty() && items.iter().all(|item| self.wanted.is_before(item));
        let seen_before = self.seen.len();
        for item in items {
            self.add(item);
        }
        // A server that repeats its pages would be read without end.
        let is_idle = is_old || (!is_empty && self.seen.len() == seen_before);
        self.idle_pages = if is_idle { self.idle_pages + 1 } else { 0 };
        self.empty_pages = if is_empty { self.empty_pages + 1 } else { 0 };
    }

    fn add(&mut self, item: Listed) {
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
        let may_count = !self.is_full() || (self.wanted.is_counting && self.counted_pages < COUNTED_PAGES_MAX);
        self.list.at_least = next.is_some() && !may_count;
        next.filter(|_| may_count && self.idle_pages < IDLE_PAGES_MAX && self.empty_pages < EMPTY_PAGES_MAX)
    }
}

impl<'w> Wanted<'w> {
    pub(in crate::git) fn of(query: &'w CommitQuery, limit: usize) -> Self {
        match query {
            CommitQuery::Between { base, head } => Self::between(base, head, limit),
            CommitQuery::Dated { head, since, until } => {
                // A query from the beginning of time is a search for the newest commits.
                let is_counting = *since > Instant::default();
                Self { head, not: None, since: Some(*since), until: *until, limit, is_counting }
            }
        }
    }

    pub(in crate::git) fn between(base: &'w Sha, head: &'w Sha, limit: usize) -> Self {
        Self { head, not: Some(base), since: None, until: None, limit, is_counting: true }
    }

    /// The same without counting further commits.
    pub(in crate::git) fn uncounted(self) -> Self {
        Self { is_counting: false, ..self }
    }

    /// Reads the list that begins at `first`. Commits that only the host's own, wider filter admits are dropped here.
    pub(in crate::git) async fn list<L>(&self, api: &Api<'_>, first: Url) -> Result<CommitList, GitError>
    where
        L: DeserializeOwned + Into<Listed>,
    {
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
            let elements = api.read::<Option<Vec<Element<L>>>>(&answer)?.unwrap_or_default();
            reading.add_page(elements.into_iter().map(|element| element.0.map(Into::into)).collect());
            next = reading.next(answer.next);
        }
        Ok(reading.list)
    }

    /// The address of the first page, with `since` and `until` for the host's own filter. That compares whole seconds
    /// and includes both ends, so the range is a little wider than the wanted one.
    pub(in crate::git) fn first_page(&self, api: &Api<'_>, items: usize, query: &[(&str, &str)]) -> Url {
        let since = self.since.map(|since| ("since", seconds(since)));
        let until = self.until.map(|until| ("until", seconds(until + Duration::milliseconds(999))));
        let dates: Vec<_> = since.into_iter().chain(until).collect();
        let dates: Vec<_> = dates.iter().map(|(name, date)| (*name, date.as_str())).collect();
        api.list_url(&["commits"], items, &[query, &dates].concat())
    }

    fn is_before(&self, item: &Listed) -> bool {
        self.since.zip(item.committed_at).is_some_and(|(since, at)| at < since)
    }

    fn has(&self, item: &Listed) -> bool {
        let ended = self.until.zip(item.committed_at).is_some_and(|(until, at)| at >= until);
        !self.is_before(item) && !ended
    }
}

fn seconds(instant: Instant) -> String {
    instant.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}
