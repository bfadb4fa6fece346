//! The facts of a digest that a run keeps, for dashboards and programs.

use super::cut::cut;
use super::{Area, AuthorDisplay, Change, Digest, Trend, Warning};
use crate::activity::ActivityFacts;
use crate::commit::{Kind, Rule};
use crate::count::total;

/// The most changes that are kept.
pub const FACT_CHANGES_MAX: usize = 30;

/// The most people that are kept.
pub const FACT_PEOPLE_MAX: usize = 25;

/// The most commits and references of one change that are kept.
const PARTS_MAX: usize = 5;

/// The longest text of a change, and the longest name, in characters.
const TEXT_CHARS_MAX: usize = 160;
const NAME_CHARS_MAX: usize = 60;

/// The facts of a range. Texts and names are from outside: what shows them must make them safe.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Facts {
    pub commits: u64,
    pub merges: u64,
    /// Lines of a report: commits that belong together are one.
    pub changes: u64,
    pub people: u64,
    pub bots: u64,
    /// `None` if the size of no commit is known.
    pub additions: Option<u64>,
    pub deletions: Option<u64>,
    /// The number of commits that update dependencies.
    pub dependency_updates: u64,
    /// What was made and taken back in the range.
    pub reverted: u64,
    pub breaking: u64,
    /// The number of changes of each kind, without kinds that have none.
    pub kinds: Vec<(Kind, u64)>,
    pub areas: Vec<Area>,
    /// The most significant changes first, at most [`FACT_CHANGES_MAX`].
    pub most_significant: Vec<FactChange>,
    /// The busiest first, at most [`FACT_PEOPLE_MAX`]; empty where authors are hidden.
    pub authors: Vec<FactPerson>,
    /// The periods before; `None` where the figures can't be compared, and for texts of earlier versions.
    pub trend: Option<Trend>,
    /// What is unusual.
    pub warnings: Vec<Warning>,
    /// What happened beside commits; `None` if the report does not cover it. A digest has no such facts.
    pub activity: Option<ActivityFacts>,
}

/// A change of the facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactChange {
    pub kind: Kind,
    /// Which rule chose the kind.
    pub rule: Rule,
    pub breaking: bool,
    pub scope: Option<String>,
    pub text: String,
    /// Short ids, newest first, at most five.
    pub commits: Vec<String>,
    /// The number of all its commits.
    pub commits_total: u64,
    /// Numbers of pull requests and issues of the repository, at most five.
    pub references: Vec<u64>,
}

/// Someone who took part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactPerson {
    pub name: String,
    pub is_bot: bool,
    /// Whether the author has no commit before the range, in at least one of its branches; `false` also where that is
    /// unknown.
    pub is_new: bool,
    /// Commits as the author, and as a co-author.
    pub authored: u64,
    pub helped: u64,
}

impl Digest<'_> {
    /// What a run keeps of the digest, without the trend, which the digest doesn't know.
    pub fn facts(&self) -> Facts {
        let (people, bots) = self.people.humans_and_bots();
        let kinds = Kind::ALL
            .into_iter()
            .map(|kind| (kind, total(self.changes.iter().filter(|change| change.kind == kind).count())));
        let mut sorted: Vec<&Change<'_>> = self.changes.iter().collect();
        sorted.sort_by_key(|change| std::cmp::Reverse(change.significance()));
        Facts {
            commits: self.commits,
            merges: self.merges,
            changes: total(self.changes.len()),
            people,
            bots,
            additions: self.size.map(|size| size.additions),
            deletions: self.size.map(|size| size.deletions),
            dependency_updates: self.updated_commits(),
            reverted: total(self.reverted.len()),
            breaking: total(self.breaking().count()),
            kinds: kinds.filter(|(_, number)| *number > 0).collect(),
            areas: self
                .areas
                .iter()
                .map(|area| Area { name: cut(&area.name, NAME_CHARS_MAX), ..area.clone() })
                .collect(),
            most_significant: sorted.into_iter().take(FACT_CHANGES_MAX).map(FactChange::of).collect(),
            authors: self.authors(),
            trend: None,
            warnings: self.warnings.clone(),
            activity: None,
        }
    }

    fn authors(&self) -> Vec<FactPerson> {
        if self.people.display == AuthorDisplay::Hidden {
            return Vec::new();
        }
        let everyone = self.people.busiest_first().into_iter().take(FACT_PEOPLE_MAX);
        everyone
            .map(|person| FactPerson {
                name: cut(&person.name, NAME_CHARS_MAX),
                is_bot: person.is_bot,
                is_new: person.is_new,
                authored: person.authored,
                helped: person.helped,
            })
            .collect()
    }
}

impl FactChange {
    fn of(change: &Change<'_>) -> Self {
        let own = change.references.iter().filter(|reference| reference.repository.is_none());
        Self {
            kind: change.kind,
            rule: change.rule,
            breaking: change.breaking.is_some(),
            scope: change.scope.as_deref().map(|scope| cut(scope, NAME_CHARS_MAX)),
            text: cut(change.text, TEXT_CHARS_MAX),
            commits: change.commits.iter().take(PARTS_MAX).map(|commit| commit.sha.short().to_owned()).collect(),
            commits_total: total(change.commits.len()),
            references: own.take(PARTS_MAX).map(|reference| reference.number).collect(),
        }
    }
}
