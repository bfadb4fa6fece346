//! What happened beside the commits of a branch, in the same range.
//!
//! It belongs to a repository: of several branches of one repository, the first of the run has it, except tags, which
//! belong to the commits that they name. A failure that may pass fails the whole branch, so that its coverage does not
//! move and the next report has the items.

use super::observe::{Observed, Observer};
use crate::ports::{ActivityQuery, CommitList, GitError, RepositoryAccess};
use domain::activity::{Activity, ActivityPeriod, Sources};
use domain::instant::{Duration, Instant};
use domain::run::{Run, RunBranch, Trigger};
use std::collections::BTreeSet;

/// What waits now is shown if the range ended at most so many hours ago.
const WAITING_HOURS_MAX: i64 = 24;

impl Observer {
    /// What happened in the range `from` to `at`; `None` if the user wants only commits.
    pub(super) async fn activity(
        &self,
        access: &RepositoryAccess,
        run: &Run,
        branch: &RunBranch,
        (from, at): (Instant, Instant),
        list: &CommitList,
    ) -> Result<Option<Activity>, GitError> {
        let sources = run.snapshot.writing.sources;
        let is_first = is_first_of_repository(run, branch);
        if sources.is_commits_only() || (!is_first && !sources.releases) {
            return Ok(None);
        }
        let (period, with_waiting) = match &run.trigger {
            Trigger::Schedule { .. } => (ActivityPeriod::scheduled(from, at), true),
            Trigger::Manual(window) | Trigger::Test(window) => {
                let period = ActivityPeriod { from: window.from, to: window.to };
                (period, at - window.to <= Duration::hours(WAITING_HOURS_MAX))
            }
        };
        let tagged = list.commits.iter().map(|commit| commit.sha.clone()).collect();
        let query = if is_first {
            ActivityQuery { sources, period, with_waiting, tagged }
        } else {
            // No release is in an empty period.
            let period = ActivityPeriod { to: period.from, ..period };
            let sources = Sources { pull_requests: false, issues: false, ..sources };
            ActivityQuery { sources, period, with_waiting: false, tagged }
        };
        self.commits.activity(access, &query).await.map(Some)
    }
}

/// Removes from each branch the tags that an earlier branch of the same repository has: both can have the commit.
pub(super) fn remove_repeated_tags(read: &mut [Observed]) {
    let mut seen = BTreeSet::new();
    for Observed { branch, activity, .. } in read {
        if let Some(activity) = activity {
            activity.releases.retain(|one| seen.insert((branch.repository, one.tag.clone())));
        }
    }
}

fn is_first_of_repository(run: &Run, branch: &RunBranch) -> bool {
    let first = run.branches().into_iter().find(|one| one.repository == branch.repository);
    first.is_some_and(|first| first.generation == branch.generation)
}
