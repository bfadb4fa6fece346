//! The facts of a report as JSON, inside the item of its text.

mod beside;

use super::trend::StoredTrend;
use beside::{StoredActivity, StoredWarning};
use domain::commit::{Kind, Rule};
use domain::digest::{Area, FactChange, FactPerson, Facts};
use serde::{Deserialize, Serialize};

/// [`Facts`], with short names, because they are stored with every report.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Stored {
    commits: u64,
    merges: u64,
    changes: u64,
    people: u64,
    bots: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    additions: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deletions: Option<u64>,
    updates: u64,
    reverted: u64,
    breaking: u64,
    kinds: Vec<(String, u64)>,
    areas: Vec<StoredArea>,
    top: Vec<StoredChange>,
    authors: Vec<StoredPerson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trend: Option<StoredTrend>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<StoredWarning>,
    #[serde(skip_serializing_if = "Option::is_none")]
    activity: Option<StoredActivity>,
}

#[derive(Serialize, Deserialize)]
struct StoredArea {
    name: String,
    changes: u64,
    files: u64,
    add: u64,
    del: u64,
}

#[derive(Serialize, Deserialize)]
struct StoredChange {
    kind: String,
    rule: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    breaking: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    text: String,
    commits: Vec<String>,
    total: u64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    refs: Vec<u64>,
}

#[derive(Serialize, Deserialize)]
struct StoredPerson {
    name: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    bot: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    new: bool,
    authored: u64,
    helped: u64,
}

pub(super) fn to_json(facts: &Facts) -> String {
    let stored = Stored {
        commits: facts.commits,
        merges: facts.merges,
        changes: facts.changes,
        people: facts.people,
        bots: facts.bots,
        additions: facts.additions,
        deletions: facts.deletions,
        updates: facts.dependency_updates,
        reverted: facts.reverted,
        breaking: facts.breaking,
        kinds: facts.kinds.iter().map(|(kind, number)| (kind.as_str().to_owned(), *number)).collect(),
        areas: facts.areas.iter().map(StoredArea::of).collect(),
        top: facts.most_significant.iter().map(StoredChange::of).collect(),
        authors: facts.authors.iter().map(StoredPerson::of).collect(),
        trend: facts.trend.as_ref().map(StoredTrend::of),
        warnings: facts.warnings.iter().map(StoredWarning::of).collect(),
        activity: facts.activity.as_ref().map(StoredActivity::of),
    };
    // Text and numbers can always be written.
    serde_json::to_string(&stored).unwrap_or_default()
}

/// `None` for a text that is no JSON of facts. Kinds and rules that this version doesn't know are read as unknown ones.
pub(super) fn from_json(json: &str) -> Option<Facts> {
    let stored: Stored = serde_json::from_str(json).ok()?;
    Some(Facts {
        commits: stored.commits,
        merges: stored.merges,
        changes: stored.changes,
        people: stored.people,
        bots: stored.bots,
        additions: stored.additions,
        deletions: stored.deletions,
        dependency_updates: stored.updates,
        reverted: stored.reverted,
        breaking: stored.breaking,
        kinds: stored.kinds.into_iter().map(|(kind, number)| (kind_of(&kind), number)).collect(),
        areas: stored.areas.into_iter().map(StoredArea::into_area).collect(),
        most_significant: stored.top.into_iter().map(StoredChange::into_change).collect(),
        authors: stored.authors.into_iter().map(StoredPerson::into_person).collect(),
        trend: stored.trend.and_then(StoredTrend::into_trend),
        warnings: stored.warnings.into_iter().filter_map(StoredWarning::into_warning).collect(),
        activity: stored.activity.map(StoredActivity::into_activity),
    })
}

fn kind_of(word: &str) -> Kind {
    Kind::parse(word).unwrap_or(Kind::Other)
}

impl StoredArea {
    fn of(area: &Area) -> Self {
        let Area { name, changes, files, additions, deletions } = area.clone();
        Self { name, changes, files, add: additions, del: deletions }
    }

    fn into_area(self) -> Area {
        let Self { name, changes, files, add, del } = self;
        Area { name, changes, files, additions: add, deletions: del }
    }
}

impl StoredChange {
    fn of(change: &FactChange) -> Self {
        Self {
            kind: change.kind.as_str().to_owned(),
            rule: change.rule.as_str().to_owned(),
            breaking: change.breaking,
            scope: change.scope.clone(),
            text: change.text.clone(),
            commits: change.commits.clone(),
            total: change.commits_total,
            refs: change.references.clone(),
        }
    }

    fn into_change(self) -> FactChange {
        FactChange {
            kind: kind_of(&self.kind),
            rule: Rule::parse(&self.rule).unwrap_or(Rule::None),
            breaking: self.breaking,
            scope: self.scope,
            text: self.text,
            commits: self.commits,
            commits_total: self.total,
            references: self.refs,
        }
    }
}

impl StoredPerson {
    fn of(person: &FactPerson) -> Self {
        Self {
            name: person.name.clone(),
            bot: person.is_bot,
            new: person.is_new,
            authored: person.authored,
            helped: person.helped,
        }
    }

    fn into_person(self) -> FactPerson {
        FactPerson { name: self.name, is_bot: self.bot, is_new: self.new, authored: self.authored, helped: self.helped }
    }
}
