//! What is unusual, and what happened beside commits.

use domain::activity::{ActivityFacts, FactWaiting};
use domain::digest::{Warning, WarningKind};
use domain::instant::Instant;
use serde::{Deserialize, Serialize};

/// A warning: its kind, and of the other members those that it has.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredWarning {
    kind: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    text: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    commit: String,
    #[serde(default)]
    number: u64,
    #[serde(default)]
    of: u64,
}

#[derive(Serialize, Deserialize)]
pub(super) struct StoredActivity {
    merged: u64,
    closed: u64,
    opened: u64,
    releases: u64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    waiting: Vec<StoredWaiting>,
}

#[derive(Serialize, Deserialize)]
struct StoredWaiting {
    number: u64,
    title: String,
    /// In milliseconds since 1970.
    opened: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reviewed: Option<bool>,
}

impl StoredWarning {
    pub(super) fn of(warning: &Warning) -> Self {
        let kind = warning.kind().as_str().to_owned();
        let empty = Self { kind, text: String::new(), commit: String::new(), number: 0, of: 0 };
        match warning.clone() {
            Warning::MostlyFixes { fixes, changes } => Self { number: fixes, of: changes, ..empty },
            Warning::RevertOfRevert { text, commit } => Self { text, commit, ..empty },
            Warning::ChangedByAll { path, people } => Self { text: path, number: people, ..empty },
        }
    }

    /// `None` for a kind that this version doesn't know.
    pub(super) fn into_warning(self) -> Option<Warning> {
        let Self { kind, text, commit, number, of } = self;
        Some(match WarningKind::parse(&kind)? {
            WarningKind::MostlyFixes => Warning::MostlyFixes { fixes: number, changes: of },
            WarningKind::RevertOfRevert => Warning::RevertOfRevert { text, commit },
            WarningKind::ChangedByAll => Warning::ChangedByAll { path: text, people: number },
        })
    }
}

impl StoredActivity {
    pub(super) fn of(facts: &ActivityFacts) -> Self {
        Self {
            merged: facts.merged_pull_requests,
            closed: facts.closed_issues,
            opened: facts.opened_issues,
            releases: facts.releases,
            waiting: facts.waiting.iter().map(StoredWaiting::of).collect(),
        }
    }

    pub(super) fn into_activity(self) -> ActivityFacts {
        ActivityFacts {
            merged_pull_requests: self.merged,
            closed_issues: self.closed,
            opened_issues: self.opened,
            releases: self.releases,
            waiting: self.waiting.into_iter().filter_map(StoredWaiting::into_waiting).collect(),
        }
    }
}

impl StoredWaiting {
    fn of(waiting: &FactWaiting) -> Self {
        let FactWaiting { number, title, opened_at, is_reviewed } = waiting.clone();
        Self { number, title, opened: opened_at.timestamp_millis(), reviewed: is_reviewed }
    }

    fn into_waiting(self) -> Option<FactWaiting> {
        let opened_at = Instant::from_timestamp_millis(self.opened)?;
        Some(FactWaiting { number: self.number, title: self.title, opened_at, is_reviewed: self.reviewed })
    }
}
