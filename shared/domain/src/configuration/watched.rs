//! The branches of one report: what the user lists, and what of each is reported.

use super::{Configuration, Coverage, Progress, Settings, WatchedBranch};
use crate::id::RepositoryId;
use crate::instant::Instant;
use crate::schedule::Schedule;
use std::collections::BTreeSet;

impl WatchedBranch {
    /// Whether both are the same branch of the same repository: then they have the same coverage.
    pub fn is_same_branch(&self, other: &Self) -> bool {
        (self.repository, &self.branch) == (other.repository, &other.branch)
    }
}

impl Settings {
    /// All branches, the first one first.
    pub fn watched(&self) -> Vec<WatchedBranch> {
        let first =
            WatchedBranch { repository: self.repository, branch: self.branch.clone(), paths: self.paths.clone() };
        std::iter::once(first).chain(self.further.iter().cloned()).collect()
    }

    /// The repositories of all branches, each once.
    pub fn repositories(&self) -> BTreeSet<RepositoryId> {
        std::iter::once(self.repository).chain(self.further.iter().map(|further| further.repository)).collect()
    }

    /// The same with each branch once.
    #[must_use]
    pub(super) fn distinct(mut self) -> Self {
        let mut seen: Vec<WatchedBranch> = self.watched().into_iter().take(1).collect();
        self.further.retain(|branch| {
            let is_new = !seen.iter().any(|seen| seen.is_same_branch(branch));
            seen.push(branch.clone());
            is_new
        });
        self
    }

    /// The same about these branches: unchanged for an empty list.
    #[must_use]
    pub fn watching(self, branches: Vec<WatchedBranch>) -> Self {
        let mut branches = branches.into_iter();
        match branches.next() {
            Some(first) => {
                let WatchedBranch { repository, branch, paths } = first;
                Self { repository, branch, paths, further: branches.collect(), ..self }
            }
            None => self,
        }
    }
}

impl Configuration {
    /// The same without the branches of a repository. `None` if it has none of them, or no others.
    #[must_use]
    pub fn without_repository(&self, repository: RepositoryId, now: Instant) -> Option<Self> {
        let all = self.settings.watched();
        let rest: Vec<_> = all.iter().filter(|branch| branch.repository != repository).cloned().collect();
        let is_part = !rest.is_empty() && rest.len() < all.len();
        is_part.then(|| self.edited(self.settings.clone().watching(rest), now))
    }
}

impl Progress {
    /// The coverage of each branch, in the order of [`Settings::watched`].
    pub fn coverages(&self) -> impl Iterator<Item = &Coverage> {
        std::iter::once(&self.coverage).chain(&self.further)
    }

    /// The coverage of this generation, which belongs to one branch only; `None` if that branch was changed since.
    pub fn coverage_of(&self, generation: u64) -> Option<&Coverage> {
        self.coverages().find(|coverage| coverage.generation == generation)
    }

    /// The highest generation that a branch of the configuration has or had.
    fn last_generation(&self) -> u64 {
        self.coverages().map(|coverage| coverage.generation).fold(self.dropped_generation, u64::max)
    }

    /// The coverage of nothing yet, for the branches of a new configuration.
    pub(super) fn begun(&mut self, settings: &Settings, now: Instant) {
        self.coverage = Coverage::beginning(0, &settings.schedule, now);
        let beginning = |(generation, _)| Coverage::beginning(generation, &settings.schedule, now);
        self.further = (1..).zip(&settings.further).map(beginning).collect();
    }

    /// Adapts the coverage to an edit: a branch that stays in the list keeps its own, also with other paths, and any
    /// other begins with a generation that no branch of the configuration had before, so that no run of an earlier one
    /// moves it.
    pub(super) fn watch(
        &mut self,
        before: &[WatchedBranch],
        after: &[WatchedBranch],
        schedule: &Schedule,
        now: Instant,
    ) {
        let mut last = self.last_generation();
        let known: Vec<_> = before.iter().zip(self.coverages().cloned()).collect();
        let mut coverages = after.iter().map(|branch| {
            if let Some((_, coverage)) = known.iter().find(|(watched, _)| watched.is_same_branch(branch)) {
                return coverage.clone();
            }
            last = last.saturating_add(1);
            Coverage::beginning(last, schedule, now)
        });
        if let Some(first) = coverages.next() {
            let further = coverages.collect();
            (self.coverage, self.further) = (first, further);
        }
        self.dropped_generation = 0;
        self.dropped_generation = if self.last_generation() < last { last } else { 0 };
    }
}
