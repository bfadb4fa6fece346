//! What the scheduled runs of a configuration have reported, and where the next one continues.

use crate::commit::Sha;
use crate::instant::{Duration, Instant};
use crate::schedule::Schedule;

/// After a force-push, commits are looked for from this many days earlier: a rewritten commit keeps its old date.
pub const OVERLAP_DAYS: i64 = 7;

/// For how many days of runs after a force-push commits that return to the branch are recognized as reported.
pub const RETURN_DAYS: i64 = 31;

/// The most that a first report looks back, in days.
pub const FIRST_RANGE_MAX_DAYS: i64 = 7;

/// What was reported of the branch.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Coverage {
    /// Incremented by every change of branch or repository: a run moves coverage only within its own generation.
    pub generation: u64,
    /// Where the first report begins: fixed, so that no commit is lost if the first fire fails or is blocked.
    pub since: Option<Instant>,
    /// When the last reported head was observed. Never moves backwards.
    pub covered_until: Option<Instant>,
    pub last_head: Option<Sha>,
    /// When a run last found that the branch no longer contained the last head, and moved the last head to that of the
    /// branch: commits from before may return.
    pub reset_at: Option<Instant>,
}

/// Which commits to ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RangePlan {
    /// The head is the one that was reported last.
    Nothing,
    /// Those that the head has and the last reported head, its ancestor, has not; else [`Coverage::by_time`].
    Compare { base: Sha },
    /// Those reachable from the head and committed at `since` or later, less the ones that were reported already.
    ByTime { since: Instant },
}

impl Coverage {
    /// The coverage of a configuration that is created, or that gets another branch or repository, at `now`. Nothing is
    /// reported yet, and the first report covers one period before its fire, at most [`FIRST_RANGE_MAX_DAYS`].
    pub fn beginning(generation: u64, schedule: &Schedule, now: Instant) -> Self {
        let first = schedule.next_after(now).unwrap_or(now);
        let period = schedule.period_before(first).min(Duration::days(FIRST_RANGE_MAX_DAYS));
        Self { generation, since: Some(first - period), covered_until: None, last_head: None, reset_at: None }
    }

    /// How to find the new commits, for a head observed at `now`. `first_period` is what a first report covers.
    pub fn plan(&self, head: &Sha, now: Instant, first_period: Duration) -> RangePlan {
        match &self.last_head {
            Some(last) if last == head => RangePlan::Nothing,
            Some(last) => RangePlan::Compare { base: last.clone() },
            None => self.by_time(now, first_period),
        }
    }

    /// The range by time: for a first report, or when the last reported head is no longer an ancestor of the head.
    pub fn by_time(&self, now: Instant, first_period: Duration) -> RangePlan {
        let since = match self.covered_until {
            Some(covered) => covered - Duration::days(OVERLAP_DAYS),
            None => self.since.unwrap_or(now).min(now - first_period),
        };
        RangePlan::ByTime { since }
    }

    /// Since when reports must be searched for commits that returned to the branch after a force-push, for a comparison
    /// that found commits of these dates. `None` if all of them are new: they were committed after the force-push, or
    /// the last force-push is older than [`RETURN_DAYS`] before the last run.
    pub fn returned_since(&self, dates: impl Iterator<Item = Instant>) -> Option<Instant> {
        let earliest = self.covered_until? - Duration::days(RETURN_DAYS);
        let reset_at = self.reset_at.filter(|reset_at| *reset_at > earliest)?;
        dates.min().filter(|oldest| *oldest <= reset_at).map(|oldest| oldest.max(earliest))
    }

    /// The next generation, for a new branch or repository at `now`: nothing of it was reported.
    #[must_use]
    pub fn restarted(&self, schedule: &Schedule, now: Instant) -> Self {
        Self::beginning(self.generation.saturating_add(1), schedule, now)
    }
}
