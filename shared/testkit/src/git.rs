//! A branch whose history a test writes, pushes and rewrites, behind the port of commits.

use crate::clock::ManualClock;
use app::ports::{
    ActivityQuery, Branch as Listed, BranchPage, BranchQuery, Clock, CommitList, CommitQuery, CommitSource, GitError,
    GitFailure, Listing, RepositoryAccess,
};
use async_trait::async_trait;
use domain::activity::Activity;
use domain::commit::{Author, ChangedFile, Commit, Patch, PatchLimits, Sha};
use domain::configuration::BranchName;
use domain::digest::AuthorLookup;
use domain::instant::Instant;
use domain::repository::PathFilter;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// One straight branch, from its first commit to its head, returned for every branch name. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct ScriptedGit(Arc<Mutex<Branch>>);

#[derive(Debug, Default)]
struct Branch {
    /// Oldest first.
    commits: Vec<Commit>,
    made: u128,
    failing: Option<GitError>,
    /// Requests fail until an instant of the clock.
    recovers: Option<Recovery>,
    /// The entries of a list of branches.
    listed: Vec<Listed>,
    patches: HashMap<Sha, Patch>,
    /// Everything that happened beside commits, at any time.
    activity: Activity,
    asked: Vec<RepositoryAccess>,
    /// Whether searches for authors fail.
    refuses_searches: bool,
    hanging: bool,
    released: Arc<Notify>,
}

/// A host that recovers at an instant.
#[derive(Clone, Debug)]
struct Recovery {
    clock: ManualClock,
    at: Instant,
    names_instant: bool,
}

impl ScriptedGit {
    /// Pushes one commit, dated `at`, and returns its id.
    #[expect(clippy::must_use_candidate, reason = "most tests push for the effect alone")]
    pub fn push(&self, at: Instant, subject: &str) -> Sha {
        let mut branch = self.lock();
        let commit = branch.make(at, subject);
        let sha = commit.sha.clone();
        branch.commits.push(commit);
        sha
    }

    /// Pushes one commit that changes these files.
    pub fn push_files(&self, at: Instant, subject: &str, files: &[&str]) {
        let mut branch = self.lock();
        let file = |path: &&str| ChangedFile { path: (*path).to_owned(), additions: Some(1), deletions: Some(0) };
        let commit = Commit { files: files.iter().map(file).collect(), ..branch.make(at, subject) };
        branch.commits.push(commit);
    }

    /// Pushes one commit of another author.
    pub fn push_by(&self, author: Author, at: Instant, subject: &str) {
        let mut branch = self.lock();
        let commit = Commit { author, ..branch.make(at, subject) };
        branch.commits.push(commit);
    }

    /// From now on every search for authors fails, as at a host without requests left.
    pub fn refuse_searches(&self) {
        self.lock().refuses_searches = true;
    }

    /// A force-push: the last `count` commits get new ids and keep their dates and messages, as after a rebase.
    pub fn rewrite(&self, count: usize) {
        let mut branch = self.lock();
        let kept = branch.commits.len().saturating_sub(count);
        let old: Vec<Commit> = branch.commits.drain(kept..).collect();
        for commit in old {
            let commit = branch.make(commit.committed_at, &commit.message);
            branch.commits.push(commit);
        }
    }

    /// A force-push that removes the last `count` commits and returns them, oldest first.
    #[expect(clippy::must_use_candidate, reason = "removing commits is the effect; they are returned to be put back")]
    pub fn drop_last(&self, count: usize) -> Vec<Commit> {
        let mut branch = self.lock();
        let kept = branch.commits.len().saturating_sub(count);
        branch.commits.split_off(kept)
    }

    /// Pushes commits that existed before, unchanged.
    pub fn put_back(&self, commits: Vec<Commit>) {
        self.lock().commits.extend(commits);
    }

    /// The ids of all commits, oldest first.
    #[must_use]
    pub fn shas(&self) -> Vec<Sha> {
        self.lock().commits.iter().map(|commit| commit.sha.clone()).collect()
    }

    /// Sets the entries of a list of branches, in this order.
    pub fn list(&self, branches: Vec<Listed>) {
        self.lock().listed = branches;
    }

    /// Sets what a commit changes.
    pub fn set_patch(&self, patch: Patch) {
        self.lock().patches.insert(patch.sha.clone(), patch);
    }

    /// Sets everything that happened beside commits. A request gets the items of its period.
    pub fn set_activity(&self, activity: Activity) {
        self.lock().activity = activity;
    }

    /// The access with which the branches were listed, in the order of the requests.
    #[must_use]
    pub fn listed_for(&self) -> Vec<RepositoryAccess> {
        self.lock().asked.clone()
    }

    /// From now on every request fails in this way, or none with `None`.
    pub fn fail(&self, failure: Option<GitFailure>) {
        let message = "the test made the git host fail".to_owned();
        self.lock().failing = failure.map(|failure| GitError { failure, message });
    }

    /// Every request fails until this instant of the clock: with a limit on requests that names the instant, or as a
    /// host that does not answer.
    pub fn recover_at(&self, clock: &ManualClock, at: Instant, names_instant: bool) {
        self.lock().recovers = Some(Recovery { clock: clock.clone(), at, names_instant });
    }

    /// Whether requests are answered only once this is called again with `false`.
    pub fn hang(&self, hanging: bool) {
        let mut branch = self.lock();
        branch.hanging = hanging;
        branch.released.notify_waiters();
    }

    async fn answer(&self) {
        loop {
            let released = Arc::clone(&self.lock().released);
            let released = released.notified();
            if !self.lock().hanging {
                return;
            }
            released.await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Branch> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Branch {
    fn failure(&self) -> Option<GitError> {
        let recovering = self.recovers.as_ref().and_then(|recovery| {
            let left = (recovery.at - recovery.clock.now()).to_std().ok().filter(|left| !left.is_zero())?;
            let limited = GitFailure::RateLimited { retry_after: left };
            let failure = if recovery.names_instant { limited } else { GitFailure::Unavailable };
            Some(GitError { failure, message: "the test made the git host fail for a while".to_owned() })
        });
        self.failing.clone().or(recovering)
    }

    fn make(&mut self, at: Instant, message: &str) -> Commit {
        self.made += 1;
        // Spread over the whole id, so that short forms differ too.
        let digits =
            format!("{:032x}{:08x}", self.made.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835), self.made);
        Commit {
            sha: Sha::parse(&digits).unwrap_or_else(|error| unreachable!("{error}")),
            parents: self.commits.last().map(|commit| commit.sha.clone()).into_iter().collect(),
            author: Author { name: "Ada".to_owned(), email: None, login: None, is_bot: false },
            committed_at: at,
            message: message.to_owned(),
            changes: None,
            files: Vec::new(),
            page: None,
        }
    }

    fn up_to(&self, head: &Sha) -> &[Commit] {
        let end = self.commits.iter().position(|commit| commit.sha == *head).map_or(0, |at| at + 1);
        self.commits.get(..end).unwrap_or_default()
    }
}

#[async_trait]
impl CommitSource for ScriptedGit {
    async fn head(&self, _access: &RepositoryAccess, _branch: &BranchName) -> Result<Option<Sha>, GitError> {
        self.answer().await;
        let branch = self.lock();
        match branch.failure() {
            Some(error) => Err(error),
            None => Ok(branch.commits.last().map(|commit| commit.sha.clone())),
        }
    }

    async fn commits(
        &self,
        _access: &RepositoryAccess,
        query: &CommitQuery,
        _with_changes: bool,
        limit: usize,
    ) -> Result<Listing, GitError> {
        self.answer().await;
        let branch = self.lock();
        if let Some(error) = branch.failure() {
            return Err(error);
        }
        let mut found: Vec<Commit> = match query {
            CommitQuery::Between { base, head } => {
                let commits = branch.up_to(head);
                let Some(at) = commits.iter().position(|commit| commit.sha == *base) else {
                    return Ok(Listing::NotAnAncestor);
                };
                commits.get(at + 1..).unwrap_or_default().to_vec()
            }
            CommitQuery::Dated { head, since, until } => branch
                .up_to(head)
                .iter()
                .filter(|commit| commit.committed_at >= *since)
                .filter(|commit| until.is_none_or(|until| commit.committed_at < until))
                .cloned()
                .collect(),
        };
        found.reverse();
        let omitted = found.len().saturating_sub(limit);
        found.truncate(limit);
        Ok(Listing::Commits(CommitList { commits: found, omitted, ..CommitList::default() }))
    }

    async fn touching(
        &self,
        _access: &RepositoryAccess,
        _head: &Sha,
        commits: &[Commit],
        paths: &PathFilter,
    ) -> Result<BTreeSet<Sha>, GitError> {
        self.answer().await;
        let branch = self.lock();
        if let Some(error) = branch.failure() {
            return Err(error);
        }
        let is_touching = |commit: &&Commit| {
            let made = branch.commits.iter().find(|made| made.sha == commit.sha);
            made.is_some_and(|made| made.files.iter().any(|file| paths.matches(&file.path)))
        };
        Ok(commits.iter().filter(is_touching).map(|commit| commit.sha.clone()).collect())
    }

    async fn changes(
        &self,
        _access: &RepositoryAccess,
        ids: &[Sha],
        limits: &PatchLimits,
    ) -> Result<Vec<Patch>, GitError> {
        self.answer().await;
        let branch = self.lock();
        match branch.failure() {
            Some(error) => Err(error),
            None => Ok(ids.iter().take(limits.commits).filter_map(|id| branch.patches.get(id).cloned()).collect()),
        }
    }

    async fn newcomers(
        &self,
        _access: &RepositoryAccess,
        base: &Sha,
        authors: &[AuthorLookup],
        _within: Duration,
    ) -> Result<Vec<Sha>, GitError> {
        self.answer().await;
        let branch = self.lock();
        if let Some(error) = branch.failure() {
            return Err(error);
        }
        if branch.refuses_searches {
            let failure = GitFailure::RateLimited { retry_after: Duration::from_hours(1) };
            return Err(GitError { failure, message: "the test made searches fail".to_owned() });
        }
        let names: BTreeSet<&str> = branch.up_to(base).iter().map(|commit| commit.author.name.as_str()).collect();
        let is_new = |author: &&AuthorLookup| author.names.iter().all(|name| !names.contains(name.as_str()));
        Ok(authors.iter().filter(is_new).map(|author| author.commit.clone()).collect())
    }

    async fn activity(&self, _access: &RepositoryAccess, query: &ActivityQuery) -> Result<Activity, GitError> {
        self.answer().await;
        let branch = self.lock();
        if let Some(error) = branch.failure() {
            return Err(error);
        }
        let mut activity = branch.activity.clone();
        let (sources, is_in) = (query.sources, |at: Option<Instant>| at.is_some_and(|at| query.period.has(at)));
        activity.merged.retain(|one| sources.pull_requests && is_in(one.merged_at));
        activity.closed.retain(|one| sources.issues && is_in(one.closed_at));
        activity.opened.retain(|one| sources.issues && is_in(Some(one.opened_at)));
        activity.releases.retain(|one| sources.releases && is_in(one.at));
        activity.waiting.retain(|_| sources.pull_requests && query.with_waiting);
        Ok(activity.sorted())
    }

    async fn branches(&self, access: &RepositoryAccess, query: &BranchQuery) -> Result<BranchPage, GitError> {
        self.answer().await;
        let mut branch = self.lock();
        branch.asked.push(access.clone());
        if let Some(error) = branch.failure() {
            return Err(error);
        }
        let found = branch.listed.iter().filter(|listed| query.matches(&listed.name)).cloned().collect();
        Ok(query.cut(found, 0, true))
    }
}
