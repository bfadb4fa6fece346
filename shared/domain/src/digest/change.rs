//! A change: what a line of a report is about. It is one commit, or several that belong together.

use super::Reference;
use crate::commit::{Breaking, Commit, Kind, Rule};
use crate::instant::Instant;
use std::borrow::Cow;

/// What a line of a report is about. It has at least one commit.
#[derive(Clone, Debug)]
pub struct Change<'a> {
    pub kind: Kind,
    /// Which rule chose the kind.
    pub rule: Rule,
    /// What part of the product it is about: `api` in `feat(api): add tags`.
    pub scope: Option<Cow<'a, str>>,
    /// The words of the subject, or of the pull request's title; without a type, a ticket or squash marks.
    pub text: &'a str,
    /// `None` if it breaks nothing.
    pub breaking: Option<Breaking<'a>>,
    /// Newest first, without merges.
    pub commits: Vec<&'a Commit>,
    /// The pull request first, each once.
    pub references: Vec<Reference>,
    /// The keys of all tickets in front of its title and subjects, such as `ABC-12`, each once.
    pub tickets: Vec<&'a str>,
    /// Whether its subject, or the title of its pull request, states that the work is not done.
    pub is_unfinished: bool,
    /// The merge that brought it, if its title heads the change.
    pub merge: Option<&'a Commit>,
}

impl<'a> Change<'a> {
    /// The newest commit.
    pub fn newest(&self) -> Option<&'a Commit> {
        self.commits.first().copied()
    }

    /// When its newest commit was committed.
    pub fn at(&self) -> Option<Instant> {
        self.newest().map(|commit| commit.committed_at)
    }

    /// Added and removed lines; `None` if the size of none of its commits is known.
    pub fn lines(&self) -> Option<u64> {
        let sizes = self.commits.iter().filter_map(|commit| commit.changes);
        sizes.map(|size| size.additions.saturating_add(size.deletions)).reduce(u64::saturating_add)
    }

    /// How much a reader would miss it, the larger the more: what breaks, then security, then what people discussed in
    /// a pull request or an issue, then by its size.
    pub fn significance(&self) -> (bool, bool, bool, u64, usize) {
        let is_security = self.kind == Kind::Security;
        let lines = self.lines().unwrap_or_default();
        (self.breaking.is_some(), is_security, !self.references.is_empty(), lines, self.commits.len())
    }
}

/// The `max` most significant changes, in the order that they had.
pub fn most_significant<'c, 'a>(changes: &[&'c Change<'a>], max: usize) -> Vec<&'c Change<'a>> {
    if changes.len() <= max {
        return changes.to_vec();
    }
    let mut places: Vec<(usize, &'c Change<'a>)> = changes.iter().copied().enumerate().collect();
    places.sort_by(|(a_place, a), (b_place, b)| b.significance().cmp(&a.significance()).then(a_place.cmp(b_place)));
    places.truncate(max);
    places.sort_by_key(|(place, _)| *place);
    places.into_iter().map(|(_, change)| change).collect()
}
