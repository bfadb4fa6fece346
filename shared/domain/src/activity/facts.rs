//! What a run keeps of its activity, for dashboards and programs.

use super::{Activity, PullRequest, WAITING_MAX};
use crate::instant::Instant;

/// The most waiting pull requests that are kept.
pub const FACT_WAITING_MAX: usize = WAITING_MAX;

/// The numbers of items in the range, and what waits. Titles are from outside: what shows them must make them safe.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct ActivityFacts {
    pub merged_pull_requests: u64,
    pub closed_issues: u64,
    pub opened_issues: u64,
    /// With tags that no release names.
    pub releases: u64,
    /// The one that was opened first at the beginning, at most [`FACT_WAITING_MAX`].
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
            merged_pull_requests: number(activity.merged.len()),
            closed_issues: number(activity.closed.len()),
            opened_issues: number(activity.opened.len()),
            releases: number(activity.releases.len()),
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

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
