//! What happened at a git host beside commits: merged pull requests, closed and opened issues, releases, and the pull
//! requests that wait. Nothing here is safe to show: titles, names and labels are as people wrote them.
//!
//! 1. [`Sources`] is what a report covers beside commits.
//! 2. [`ActivityPeriod`] says which items belong to a report: each to one of consecutive reports.
//! 3. [`Activity`] has the items, which `item` defines, and the [`Gap`]s: what could not be read.
//! 4. [`ActivityFacts`] is what a run keeps of them.

mod facts;
mod item;
mod period;
mod sources;

pub use facts::{ActivityFacts, FactWaiting};
pub use item::{Issue, LABELS_MAX, PullRequest, Release, kept_label, kept_title};
pub use period::{ActivityPeriod, DELAY_SECONDS};
pub use sources::{Source, Sources};

use std::collections::BTreeSet;

/// The most items of each kind that are kept of one period. Of more, a report says that some are not covered.
pub const ITEMS_MAX: usize = 1_000;

/// The most waiting pull requests that are kept.
pub const WAITING_MAX: usize = 10;

/// What happened in a period.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Activity {
    /// Merged in the period, newest first.
    pub merged: Vec<PullRequest>,
    /// Closed in the period, newest first.
    pub closed: Vec<Issue>,
    /// Opened in the period and not closed in it, newest first.
    pub opened: Vec<Issue>,
    /// Published in the period, newest first. Tags that no release names follow.
    pub releases: Vec<Release>,
    /// Open pull requests, which are no drafts, the one that was opened first at the beginning; at most
    /// [`WAITING_MAX`].
    pub waiting: Vec<PullRequest>,
    /// What could not be read.
    pub gaps: BTreeSet<Gap>,
}

/// A part of the period that could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gap {
    /// The host has no such list for the repository, or the access token may not read it.
    Refused(Source),
    /// The list has more pages than are read.
    TooMany(Source),
}

impl Activity {
    /// How many items the period has. A waiting pull request is no item of it.
    #[must_use]
    pub fn items(&self) -> usize {
        [self.merged.len(), self.closed.len(), self.opened.len(), self.releases.len()].iter().sum()
    }

    /// Whether nothing happened in the period.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items() == 0
    }

    /// The same, each list in its order and without items that were listed twice, at most [`ITEMS_MAX`] of each.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        once(&mut self.merged, |item| item.number);
        once(&mut self.closed, |item| item.number);
        once(&mut self.opened, |item| item.number);
        once(&mut self.releases, |item| item.tag.clone());
        self.merged.sort_by_key(|item| std::cmp::Reverse((item.merged_at, item.number)));
        self.closed.sort_by_key(|item| std::cmp::Reverse((item.closed_at, item.number)));
        self.opened.sort_by_key(|item| std::cmp::Reverse((item.opened_at, item.number)));
        self.releases.sort_by_key(|item| std::cmp::Reverse(item.at));
        self.waiting.sort_by_key(|item| (item.opened_at, item.number));
        self.waiting.truncate(WAITING_MAX);
        let mut cut = |source: Source, is_cut: bool| {
            if is_cut {
                self.gaps.insert(Gap::TooMany(source));
            }
        };
        cut(Source::PullRequests, truncated(&mut self.merged));
        cut(Source::Issues, truncated(&mut self.closed) | truncated(&mut self.opened));
        cut(Source::Releases, truncated(&mut self.releases));
        self
    }
}

/// Removes what has the key of an earlier item.
fn once<T, K: Ord>(items: &mut Vec<T>, key: impl Fn(&T) -> K) {
    let mut seen = BTreeSet::new();
    items.retain(|item| seen.insert(key(item)));
}

/// Cuts a list, and returns whether it was too long.
fn truncated<T>(items: &mut Vec<T>) -> bool {
    let is_cut = items.len() > ITEMS_MAX;
    items.truncate(ITEMS_MAX);
    is_cut
}
