//! The facts of a range of commits, computed once: the plain report renders them, a model gets them as data, and a run
//! keeps the most important ones. Nothing here is safe to show: texts and names are as the commits have them.
//!
//! 1. [`references`] finds the pull requests and issues that a message names.
//! 2. [`updates`] reads which dependencies a commit updates, and folds them.
//! 3. [`merges`] finds which commits a merge brought, [`repeats`] which say the same, and [`reverts`] which take
//!    another one back.
//! 4. `change` is a line of a report; `combine` makes the changes of a range, so that each commit is in one place.
//! 5. `areas` and [`people`] say where and who.
//! 6. `trend` compares a period with earlier ones, and `warnings` finds what is unusual.
//! 7. `facts` selects what a run keeps.
//!
//! [`commits_of_paths`] selects the commits of a report about some paths, before a digest is made.
mod areas;
mod change;
mod combine;
mod cut;
mod facts;
pub mod merges;
mod paths;
pub mod people;
pub mod references;
pub mod repeats;
pub mod reverts;
mod subject;
mod trend;
pub mod updates;
mod warnings;

pub(crate) use areas::names_kind;
pub use areas::{AREAS_MAX, Area, TOP_LEVEL};
pub use change::{Change, most_significant};
pub use facts::{FACT_CHANGES_MAX, FACT_PEOPLE_MAX, FactChange, FactPerson, Facts};
pub use paths::{changes_in_paths, commits_of_paths};
pub use people::{AuthorDisplay, AuthorLookup};
pub use references::Reference;
pub use reverts::Reverted;
pub use trend::{Period, TREND_PERIODS_MAX, Trend};
pub use updates::UpdateLine;
pub use warnings::{Warning, WarningKind};

use crate::commit::{Commit, Kind, Mailmap, Sha};
use crate::count::total;
use crate::repository::PathFilter;
use people::People;

/// What a digest is made from.
#[derive(Clone, Copy, Debug)]
pub struct Range<'a> {
    /// Newest first, with merges.
    pub commits: &'a [Commit],
    pub mailmap: &'a Mailmap,
    pub author_display: AuthorDisplay,
    /// What the areas are about. The kind of a change depends on all of its files.
    pub paths: &'a PathFilter,
    /// A commit of each author who is known to have none before the range.
    pub newcomers: &'a [Sha],
}

/// The facts of a range. Each commit that is no merge is in exactly one of `changes`, `updates` and `reverted`.
pub struct Digest<'a> {
    pub people: People<'a>,
    /// Newest first.
    pub changes: Vec<Change<'a>>,
    /// Updates of dependencies, except those that break something or close a vulnerability, which are changes.
    pub updates: Vec<UpdateLine<'a>>,
    /// What was made and taken back in the same range.
    pub reverted: Vec<Reverted<'a>>,
    /// At most [`AREAS_MAX`], those with most changes first.
    pub areas: Vec<Area>,
    /// The number of all areas.
    pub areas_total: usize,
    /// Without merges.
    pub commits: u64,
    pub merges: u64,
    /// `None` if the size of no commit is known.
    pub size: Option<Size>,
    pub warnings: Vec<Warning>,
}

/// The lines that commits changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    pub additions: u64,
    pub deletions: u64,
    /// The number of commits whose size is known.
    pub commits: u64,
}

impl Size {
    fn of(commits: &[&Commit]) -> Option<Self> {
        let sizes = commits.iter().filter_map(|commit| commit.changes);
        sizes.fold(None, |sum: Option<Self>, size| {
            let sum = sum.unwrap_or(Self { additions: 0, deletions: 0, commits: 0 });
            Some(Self {
                additions: sum.additions.saturating_add(size.additions),
                deletions: sum.deletions.saturating_add(size.deletions),
                commits: sum.commits.saturating_add(1),
            })
        })
    }
}

impl<'a> Digest<'a> {
    /// Breaking changes of every kind.
    pub fn breaking(&self) -> impl Iterator<Item = &Change<'a>> {
        self.changes.iter().filter(|change| change.breaking.is_some())
    }

    /// The changes of a kind that break nothing.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &Change<'a>> {
        self.changes.iter().filter(move |change| change.kind == kind && change.breaking.is_none())
    }

    /// The changes that a person, by their number, wrote or helped to write.
    pub fn changes_of(&self, person: usize) -> impl Iterator<Item = &Change<'a>> {
        let took_part = move |commit: &&Commit| self.people.took_part(person, commit);
        self.changes.iter().filter(move |change| change.commits.iter().any(took_part))
    }

    /// The number of commits that update dependencies.
    pub fn updated_commits(&self) -> u64 {
        self.updates.iter().map(|line| total(line.commits.len())).sum()
    }

    /// Whether most changes were brought by merges of pull requests.
    pub fn is_merge_based(&self) -> bool {
        let merged = self.changes.iter().filter(|change| change.merge.is_some()).count();
        merged * 2 > self.changes.len()
    }
}
