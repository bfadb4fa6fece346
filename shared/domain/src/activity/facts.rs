//! What a run keeps of its activity, for dashboards and programs.

use super::{Activity, PullRequest};
use crate::count::total;
use crate::instant::Instant;

/// The numbers of items in the range, and what waits. Titles are from outside: what shows them must make them safe.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct ActivityFacts {
    pub merged_pull_requests: u64,
    pub closed_issues: u64,
    pub opened_issues: u64,
    /// With tags that no release names.
    pub releases: u64,
    /// The one that was opened first at the beginning, at most [`WAITING_MAX`](super::WAITING_MAX).
    pub waiting: Vec<FactWaiting>,
}

/// A pull request that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactWaiting {
    pub number: u64,
    pub title: String,
    pub opened_at: Instant,
    /// `None` where the reviews were not read.
    pub is_reviewed: Option<bool>,
}

impl ActivityFacts {
    /// The facts of one repository.
    #[must_use]
    pub fn of(activity: &Activity) -> Self {
        Self {
            merged_pull_requests: total(activity.merged.len()),
            closed_issues: total(activity.closed.len()),
            opened_issues: total(activity.opened.len()),
            releases: total(activity.releases.len()),
            waiting: activity.waiting.iter().map(FactWaiting::of).collect(),
        }
    }

    /// The facts of several repositories together. Numbers of pull requests have no common meaning there, so that what
    /// waits is not listed.
    #[must_use]
    pub fn together(all: impl Iterator<Item = Self>) -> Option<Self> {
        let all = all.map(|one| Self { waiting: Vec::new(), ..one });
        all.reduce(|one, other| Self {
            merged_pull_requests: one.merged_pull_requests.saturating_add(other.merged_pull_requests),
            closed_issues: one.closed_issues.saturating_add(other.closed_issues),
            opened_issues: one.opened_issues.saturating_add(other.opened_issues),
            releases: one.releases.saturating_add(other.releases),
            waiting: Vec::new(),
        })
    }
}

impl FactWaiting {
    fn of(waiting: &PullRequest) -> Self {
        Self {
            number: waiting.number,
            title: waiting.title.clone(),
            opened_at: waiting.opened_at,
            is_reviewed: waiting.reviewers.as_ref().map(|reviewers| !reviewers.is_empty()),
        }
    }
}
