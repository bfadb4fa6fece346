//! From a branch of a run to its commits: the branch's head, observed once, and its new commits.

use super::backoff::{Backoff, too_slow};
use super::is_silent;
use super::stop::Stop;
use crate::holdings::access::{access, repository};
use crate::limits::{COMMITS_MAX, LATE_FIRE_DAYS_MAX};
use crate::ports::{
    Clock, CommitList, CommitQuery, CommitSource, Contents, GitError, Listing, Repositories, RepositoryAccess, Runs,
    StoreError, Vault, readable,
};
use domain::activity::Activity;
use domain::commit::{Commit, Patch, Sha};
use domain::configuration::{Configuration, Coverage, RangePlan};
use domain::instant::{Duration, Instant};
use domain::repository::PathFilter;
use domain::run::{Outcome, REPORTED_MAX, Run, RunBranch, ShaPrefix, Trigger, Window, sha_prefix};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Reads the new commits of a branch. It stores nothing.
#[derive(Clone)]
pub struct Observer {
    pub clock: Arc<dyn Clock>,
    pub repositories: Arc<dyn Repositories>,
    pub runs: Arc<dyn Runs>,
    pub contents: Arc<dyn Contents>,
    pub vault: Arc<dyn Vault>,
    pub commits: Arc<dyn CommitSource>,
}

/// The head and the new commits of a branch.
pub(crate) struct Observed {
    pub(crate) branch: RunBranch,
    /// The new last head; `None` if the repository is empty.
    pub(crate) head: Option<Sha>,
    /// Whether the new last head replaces one that the branch no longer contains.
    pub(crate) was_reset: bool,
    /// When the head was observed.
    pub(crate) at: Instant,
    /// The commit before the range, if it is known.
    pub(crate) base: Option<Sha>,
    /// The start of the range that is shown to the user.
    pub(crate) from: Instant,
    /// `covered_until` of the branch before this run.
    pub(crate) covered_from: Option<Instant>,
    pub(crate) list: CommitList,
    /// The number of commits of the range that change nothing in the paths, without merges.
    pub(super) elsewhere: usize,
    /// Where it was read from.
    pub(super) access: RepositoryAccess,
    /// What the most important commits change, if the user wants the diffs.
    pub(super) patches: Vec<Patch>,
    /// A commit of each author who is known to have none before the range.
    pub(super) newcomers: Vec<Sha>,
    /// The newest commit, if the range has none and a report is written about that.
    pub(crate) last_commit: Option<Commit>,
    /// What happened beside commits, if the user wants it and this branch is the one that reports it.
    pub(crate) activity: Option<Activity>,
}

/// The part of [`Observed`] that depends on the kind of run.
#[derive(Default)]
struct CommitRange {
    head: Option<Sha>,
    was_reset: bool,
    base: Option<Sha>,
    list: CommitList,
}

impl Observed {
    /// Whether nothing happened: no commits, and nothing beside them.
    pub(super) fn is_empty(&self) -> bool {
        // Of further commits it is unknown whether they change the paths.
        let is_unknown = self.list.at_least && !self.branch.paths.is_whole();
        self.list.commits.is_empty() && !is_unknown && self.activity.as_ref().is_none_or(Activity::is_empty)
    }

    /// The number of commits in the range, including those that the report does not list.
    pub(crate) fn count(&self) -> u64 {
        u64::try_from(self.list.commits.len().saturating_add(self.list.omitted)).unwrap_or(u64::MAX)
    }
}

impl Observer {
    /// Observes a branch's head once and reads its new commits, by `until` at the latest. After a temporary failure
    /// of the host it waits a little and starts again with the head.
    pub(super) async fn observe_branch(
        &self,
        run: &Run,
        branch: &RunBranch,
        configuration: Option<&Configuration>,
        until: Instant,
    ) -> Result<Observed, Stop> {
        let mut backoff = Backoff::new(self.clock.now(), until);
        loop {
            let left = (until - self.clock.now()).to_std().unwrap_or_default();
            let observed = tokio::time::timeout(left, self.observe_once(run, branch, configuration)).await;
            let stop = match observed.unwrap_or_else(|_| Err(Stop::Git(too_slow()))) {
                Err(stop) if stop.is_temporary() => stop,
                done => return done,
            };
            let Some(wait) = backoff.next(stop.asked(), self.clock.now()) else { return Err(stop) };
            tracing::info!(run = %run.id, wait_ms = wait.as_millis(), "the git host is requested again after a wait");
            self.clock.sleep(wait).await;
        }
    }

    async fn observe_once(
        &self,
        run: &Run,
        branch: &RunBranch,
        configuration: Option<&Configuration>,
    ) -> Result<Observed, Stop> {
        let access = self.access(run, branch).await?;
        let head = self.commits.head(&access, &branch.branch).await?;
        let at = self.clock.now();
        let observed_head = head.clone();
        let coverage = configuration.and_then(|found| found.progress.coverage_of(branch.generation));
        let CommitRange { head, was_reset, base, list: all } = match (head, &run.trigger, configuration) {
            (None, ..) => CommitRange::default(),
            (Some(head), Trigger::Manual(window) | Trigger::Test(window), _) => {
                self.requested(&access, run, head, window).await?
            }
            (_, Trigger::Schedule { .. }, None) => return Err(Stop::NoRepository),
            (Some(head), Trigger::Schedule { fire }, Some(found)) => {
                let coverage = coverage.ok_or(Stop::Overtaken)?;
                self.uncovered(&access, run, coverage, head, (at, found.first_period(*fire))).await?
            }
        };
        let covered_from = coverage.and_then(|coverage| coverage.covered_until);
        let from = range_begins(run, configuration, covered_from, at);
        // A range without commits can have other items.
        let activity =
            if observed_head.is_some() { self.activity(&access, run, branch, (from, at), &all).await? } else { None };
        let in_range = all.count_without_merges();
        let list = self.keep_paths(&access, observed_head.as_ref(), all, &branch.paths).await?;
        let last_commit = self.last_commit(&access, run, head.as_ref(), (&list, &branch.paths)).await;
        Ok(Observed {
            branch: branch.clone(),
            head,
            was_reset,
            at,
            base,
            from,
            covered_from,
            elsewhere: in_range.saturating_sub(list.count_without_merges()),
            list,
            access,
            patches: Vec::new(),
            newcomers: Vec::new(),
            last_commit,
            activity,
        })
    }

    /// The newest commit, for a report that says since when nothing was committed. A failure to read it is not one of
    /// the run.
    async fn last_commit(
        &self,
        access: &RepositoryAccess,
        run: &Run,
        head: Option<&Sha>,
        (list, paths): (&CommitList, &PathFilter),
    ) -> Option<Commit> {
        let head = head.filter(|_| list.commits.is_empty() && !is_silent(run))?;
        self.newest_of_paths(access, head, paths).await.unwrap_or_else(|error| {
            tracing::debug!(run = %run.id, %error, "the newest commit can't be read");
            None
        })
    }

    /// The commits in the range that a user requested.
    async fn requested(
        &self,
        access: &RepositoryAccess,
        run: &Run,
        head: Sha,
        window: &Window,
    ) -> Result<CommitRange, GitError> {
        let query = CommitQuery::Dated { head, since: window.from, until: Some(window.to) };
        let list = self.list(access, run, &query).await?.unwrap_or_default();
        // The range ends with its newest commit, which may be older than the head.
        let newest = list.commits.first().map(|commit| commit.sha.clone());
        Ok(CommitRange { head: newest, base: list.base(), list, was_reset: false })
    }

    /// The commits that no scheduled run of the configuration has reported.
    async fn uncovered(
        &self,
        access: &RepositoryAccess,
        run: &Run,
        coverage: &Coverage,
        head: Sha,
        (at, first): (Instant, Duration),
    ) -> Result<CommitRange, Stop> {
        let (since, was_reset) = match coverage.plan(&head, at, first) {
            RangePlan::Nothing => {
                return Ok(CommitRange {
                    head: Some(head),
                    base: coverage.last_head.clone(),
                    ..CommitRange::default()
                });
            }
            RangePlan::ByTime { since } => (since, false),
            RangePlan::Compare { base } => {
                let query = CommitQuery::Between { base: base.clone(), head: head.clone() };
                if let Some(mut list) = self.list(access, run, &query).await? {
                    let dates = list.commits.iter().map(|commit| commit.committed_at);
                    if let Some(since) = coverage.returned_since(dates) {
                        self.skip_reported(run, coverage.generation, since, &mut list).await?;
                    }
                    return Ok(CommitRange { head: Some(head), base: Some(base), list, was_reset: false });
                }
                let RangePlan::ByTime { since } = coverage.by_time(at, first) else { return Err(Stop::Overtaken) };
                (since, true)
            }
        };
        let list = self.unreported(access, run, coverage, &head, since).await?;
        // The last head moves even if nothing is new: what comes after it, however old, is found by a comparison only.
        // `was_reset` marks that commits which return are looked up.
        Ok(CommitRange { head: Some(head), base: list.base(), list, was_reset })
    }

    async fn access(&self, run: &Run, branch: &RunBranch) -> Result<RepositoryAccess, Stop> {
        let repository = repository(self.repositories.as_ref(), run.user, branch.repository).await?;
        access(self.vault.as_ref(), &repository.ok_or(Stop::NoRepository)?).await.map_err(Stop::Vault)
    }

    /// The commits of a query; `None` if the base is no ancestor.
    async fn list(
        &self,
        access: &RepositoryAccess,
        run: &Run,
        query: &CommitQuery,
    ) -> Result<Option<CommitList>, GitError> {
        let with_changes = run.snapshot.writing.include_diffs;
        match self.commits.commits(access, query, with_changes, commits_max(run)).await? {
            Listing::Commits(list) => Ok(Some(list)),
            Listing::NotAnAncestor => Ok(None),
        }
    }

    /// The commits since an instant, without those that earlier runs reported.
    async fn unreported(
        &self,
        access: &RepositoryAccess,
        run: &Run,
        coverage: &Coverage,
        head: &Sha,
        since: Instant,
    ) -> Result<CommitList, Stop> {
        let query = CommitQuery::Dated { head: head.clone(), since, until: None };
        let mut list = self.list(access, run, &query).await?.unwrap_or_default();
        if coverage.covered_until.is_some() {
            self.skip_reported(run, coverage.generation, since, &mut list).await?;
        }
        Ok(list)
    }

    async fn skip_reported(
        &self,
        run: &Run,
        generation: u64,
        since: Instant,
        list: &mut CommitList,
    ) -> Result<(), StoreError> {
        let reported = self.reported(run, generation, since).await?;
        list.commits.retain(|commit| !reported.contains(&sha_prefix(&commit.sha)));
        Ok(())
    }

    /// The commits of a branch that successful scheduled runs of this configuration reported, by the generation of its
    /// coverage. A commit dated `since` or later was observed after `since`, by a run that ended even later. Runs are
    /// found by their ids, which contain the instant at which they were due. After a long outage that is much earlier,
    /// so that the search starts earlier.
    async fn reported(&self, run: &Run, generation: u64, since: Instant) -> Result<BTreeSet<ShaPrefix>, StoreError> {
        let from = since - Duration::days(LATE_FIRE_DAYS_MAX);
        let earlier = self.runs.runs_between(run.user, from, self.clock.now()).await?;
        let earlier = earlier.iter().filter(|earlier| earlier.end().is_some_and(|end| end.at >= since));
        let mut reported = BTreeSet::new();
        for earlier in earlier.filter(|earlier| reports_same_branch(earlier, run, generation)) {
            // If a text can't be read, only its commits may be reported again.
            if let Some(content) = readable(self.contents.content(earlier.user, earlier.id).await)? {
                reported.extend(content.reported_in(generation));
            }
        }
        Ok(reported)
    }
}

/// The start of a run's range: as requested, the end of coverage, or one period ago.
fn range_begins(
    run: &Run,
    configuration: Option<&Configuration>,
    covered_from: Option<Instant>,
    at: Instant,
) -> Instant {
    match (&run.trigger, configuration) {
        (Trigger::Manual(window) | Trigger::Test(window), _) => window.from,
        (Trigger::Schedule { fire }, Some(found)) => covered_from.unwrap_or_else(|| at - found.first_period(*fire)),
        (Trigger::Schedule { .. }, None) => at,
    }
}

/// How many commits of each branch are read: the content of a run stores the ids of all.
fn commits_max(run: &Run) -> usize {
    let branches = run.snapshot.further.len().saturating_add(1);
    REPORTED_MAX.checked_div(branches).unwrap_or(REPORTED_MAX).min(COMMITS_MAX)
}

fn reports_same_branch(earlier: &Run, run: &Run, generation: u64) -> bool {
    let with_text = earlier
        .end()
        .is_some_and(|end| matches!(&end.outcome, Outcome::Success(findings) if findings.content_attempt.is_some()));
    with_text
        && earlier.trigger.is_scheduled()
        && earlier.configuration == run.configuration
        && earlier.has_generation(generation)
}
