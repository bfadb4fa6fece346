//! Branches that are pushed to, rewritten, reset and restored while workers read them; and hosts that reject, cut off,
//! limit requests and recover.

use app::ports::{
    ActivityQuery, BranchPage, BranchQuery, Clock, CommitList, CommitQuery, CommitSource, GitError, GitFailure,
    Listing, RepositoryAccess,
};
use async_trait::async_trait;
use domain::activity::Activity;
use domain::commit::{Author, Commit, Patch, PatchLimits, Sha};
use domain::configuration::BranchName;
use domain::digest::AuthorLookup;
use domain::id::{RepositoryId, UserId};
use domain::instant::Instant;
use domain::repository::PathFilter;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use testkit::builders;
use testkit::clock::ManualClock;
use testkit::engine::direct::pause;

/// A commit, and when it reached its branch.
#[derive(Clone, Debug)]
pub(crate) struct Pushed {
    pub(crate) commit: Commit,
    pub(crate) at: Instant,
}

#[derive(Debug, Default)]
struct Branch {
    /// Oldest first.
    commits: Vec<Pushed>,
    /// What the branch was before each force-push.
    before: Vec<Vec<Pushed>>,
    /// Everything that can be requested by its id, also after a force-push: hosts keep commits that no branch has.
    all: BTreeMap<String, Vec<Commit>>,
}

/// How a git host answers.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum Health {
    /// Correctly.
    #[default]
    Healthy,
    /// Every request fails with this, until that changes.
    Fails(GitFailure),
    /// The head is answered, and lists are cut off in the middle of a page.
    Truncates,
    /// It limits requests until then and answers until when; then it recovers by itself.
    RateLimits(Instant),
    /// It does not answer until then, and does not say until when.
    Unreachable(Instant),
}

impl Health {
    fn failure(self, now: Instant, listing: bool) -> Option<GitFailure> {
        match self {
            Self::Healthy => None,
            Self::Fails(failure) => Some(failure),
            Self::Truncates => listing.then_some(GitFailure::Unavailable),
            Self::RateLimits(until) => {
                let retry_after = (until - now).to_std().ok().filter(|left| !left.is_zero())?;
                Some(GitFailure::RateLimited { retry_after })
            }
            Self::Unreachable(until) => (until > now).then_some(GitFailure::Unavailable),
        }
    }
}

#[derive(Debug, Default)]
struct Host {
    branches: BTreeMap<(String, String), Branch>,
    made: u128,
    health: Health,
    /// Of single repositories, in addition to that of the host.
    health_of: BTreeMap<String, Health>,
}

/// A git host.
#[derive(Clone, Debug)]
pub(crate) struct SimulatedGit {
    host: Arc<Mutex<Host>>,
    clock: ManualClock,
}

impl SimulatedGit {
    pub(crate) fn new(clock: ManualClock) -> Self {
        Self { host: Arc::default(), clock }
    }

    pub(crate) fn push(&self, place: (&str, &str), committed_at: Instant, now: Instant) {
        let mut host = self.host.lock().unwrap();
        let commit = host.make(committed_at);
        host.change(place, |branch| branch.commits.push(Pushed { commit, at: now }));
    }

    /// The last commits get new ids and keep their dates.
    pub(crate) fn rewrite(&self, place: (&str, &str), count: usize, now: Instant) {
        let mut host = self.host.lock().unwrap();
        let old = host.branch(place).commits.clone();
        let kept = old.len().saturating_sub(count);
        let new: Vec<Pushed> = old[kept..]
            .iter()
            .map(|pushed| Pushed { commit: host.make(pushed.commit.committed_at), at: now })
            .collect();
        host.change(place, |branch| {
            branch.before.push(old);
            branch.commits.truncate(kept);
            branch.commits.extend(new);
        });
    }

    /// The last commits are removed.
    pub(crate) fn cut_back(&self, place: (&str, &str), count: usize) {
        self.host.lock().unwrap().change(place, |branch| {
            branch.before.push(branch.commits.clone());
            branch.commits.truncate(branch.commits.len().saturating_sub(count));
        });
    }

    /// The branch is restored to its state before one of its force-pushes.
    pub(crate) fn put_back(&self, place: (&str, &str), which: usize, now: Instant) {
        self.host.lock().unwrap().change(place, |branch| {
            let Some(before) = branch.before.get(which % branch.before.len().max(1)).cloned() else { return };
            let mut back = before;
            for pushed in &mut back {
                // Commits that the branch has keep the instant at which they reached it; others get a new one.
                let there = branch.commits.iter().find(|has| has.commit.sha == pushed.commit.sha);
                pushed.at = there.map_or(now, |there| there.at);
            }
            let now_there = std::mem::replace(&mut branch.commits, back);
            branch.before.push(now_there);
        });
    }

    /// Sets the health of the host; that of every single repository is forgotten.
    pub(crate) fn set_health(&self, health: Health) {
        let mut host = self.host.lock().unwrap();
        host.health = health;
        host.health_of.clear();
    }

    /// Sets the health of one repository.
    pub(crate) fn set_health_of(&self, repository: &str, health: Health) {
        self.host.lock().unwrap().health_of.insert(repository.to_owned(), health);
    }

    fn failure(&self, access: &RepositoryAccess, listing: bool) -> Option<GitError> {
        let host = self.host.lock().unwrap();
        let own = host.health_of.get(access.location.text()).copied().unwrap_or_default();
        let failure = [host.health, own].into_iter().find_map(|health| health.failure(self.clock.now(), listing));
        failure.map(refused)
    }

    /// The current commits of the branch.
    pub(crate) fn commits(&self, place: (&str, &str)) -> Vec<Pushed> {
        self.host.lock().unwrap().branch(place).commits.clone()
    }
}

impl Host {
    fn branch(&mut self, (repository, branch): (&str, &str)) -> &mut Branch {
        self.branches.entry((repository.to_owned(), branch.to_owned())).or_default()
    }

    fn change(&mut self, place: (&str, &str), change: impl FnOnce(&mut Branch)) {
        let branch = self.branch(place);
        change(branch);
        let history: Vec<Commit> = branch.commits.iter().map(|pushed| pushed.commit.clone()).collect();
        if let Some(head) = history.last() {
            branch.all.insert(head.sha.as_str().to_owned(), history);
        }
    }

    fn make(&mut self, at: Instant) -> Commit {
        self.made += 1;
        let digits =
            format!("{:032x}{:08x}", self.made.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835), self.made);
        Commit {
            sha: Sha::parse(&digits).unwrap(),
            parents: Vec::new(),
            author: Author { name: "Ada".to_owned(), email: None, login: None, is_bot: false },
            committed_at: at,
            message: format!("feat: change {}", self.made),
            changes: None,
            files: Vec::new(),
            page: None,
        }
    }
}

fn refused(failure: GitFailure) -> GitError {
    GitError { failure, message: "the git host is set to fail".to_owned() }
}

#[async_trait]
impl CommitSource for SimulatedGit {
    async fn head(&self, access: &RepositoryAccess, branch: &BranchName) -> Result<Option<Sha>, GitError> {
        pause().await;
        if let Some(failure) = self.failure(access, false) {
            return Err(failure);
        }
        let mut host = self.host.lock().unwrap();
        let commits = &host.branch((access.location.text(), branch.as_str())).commits;
        Ok(commits.last().map(|pushed| pushed.commit.sha.clone()))
    }

    async fn commits(
        &self,
        access: &RepositoryAccess,
        query: &CommitQuery,
        _with_changes: bool,
        limit: usize,
    ) -> Result<Listing, GitError> {
        pause().await;
        if let Some(failure) = self.failure(access, true) {
            return Err(failure);
        }
        let host = self.host.lock().unwrap();
        let (CommitQuery::Between { head, .. } | CommitQuery::Dated { head, .. }) = query;
        let repository = access.location.text();
        let mut branches = host.branches.iter().filter(|((place, _), _)| place == repository);
        let history = branches.find_map(|(_, branch)| branch.all.get(head.as_str())).cloned();
        let Some(history) = history else { return Err(refused(GitFailure::NotFound)) };
        let mut found: Vec<Commit> = match query {
            CommitQuery::Between { base, .. } => {
                let Some(at) = history.iter().position(|commit| commit.sha == *base) else {
                    return Ok(Listing::NotAnAncestor);
                };
                history[at + 1..].to_vec()
            }
            CommitQuery::Dated { since, until, .. } => {
                let wanted = |commit: &Commit| {
                    commit.committed_at >= *since && until.is_none_or(|until| commit.committed_at < until)
                };
                history.into_iter().filter(wanted).collect()
            }
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
        _commits: &[Commit],
        _paths: &PathFilter,
    ) -> Result<BTreeSet<Sha>, GitError> {
        unreachable!("no step of the simulation names paths")
    }

    async fn changes(
        &self,
        access: &RepositoryAccess,
        ids: &[Sha],
        limits: &PatchLimits,
    ) -> Result<Vec<Patch>, GitError> {
        pause().await;
        if let Some(failure) = self.failure(access, true) {
            return Err(failure);
        }
        Ok(ids.iter().take(limits.commits).cloned().map(Patch::of).collect())
    }

    async fn newcomers(
        &self,
        access: &RepositoryAccess,
        _base: &Sha,
        authors: &[AuthorLookup],
        _within: std::time::Duration,
    ) -> Result<Vec<Sha>, GitError> {
        pause().await;
        match self.failure(access, true) {
            Some(failure) => Err(failure),
            None => Ok(authors.iter().map(|author| author.commit.clone()).collect()),
        }
    }

    async fn activity(&self, _access: &RepositoryAccess, _query: &ActivityQuery) -> Result<Activity, GitError> {
        unreachable!("no step of the simulation asks for more than commits")
    }

    async fn branches(&self, _access: &RepositoryAccess, _query: &BranchQuery) -> Result<BranchPage, GitError> {
        unreachable!("no step of the simulation lists branches")
    }
}

/// The repositories of each user.
pub(crate) const REPOSITORIES: u64 = 3;

/// Where a user's repository is, by its number from 1.
pub(crate) fn location(user: UserId, number: u64) -> String {
    match number {
        1 => format!("https://github.com/octocat/{user}"),
        other => format!("https://github.com/octocat/{user}-{other}"),
    }
}

/// Where one of a user's repositories is.
pub(crate) fn location_of(user: UserId, id: RepositoryId) -> Option<String> {
    let number = (1..=REPOSITORIES).find(|number| builders::repository(user, *number).id == id)?;
    Some(location(user, number))
}
