//! The git folders of this machine, read through libgit2: bare ones, working copies, shallow and partial clones.
//!
//! Nothing is ever written to them, and no program that a folder's configuration names is run. A malformed commit or a
//! missing object never prevents a report: it covers the commits that can be read, and states where they end.

mod branches;
mod changes;
mod commits;
mod newcomers;
mod object;
mod open;
mod paths;
mod tags;
mod walk;

use super::failed;
use app::ports::{
    ActivityQuery, BranchPage, BranchQuery, CommitQuery, CommitSource, GitError, GitFailure, Listing, RepositoryAccess,
};
use async_trait::async_trait;
use domain::activity::Activity;
use domain::commit::{Commit, Patch, PatchLimits, Sha};
use domain::configuration::BranchName;
use domain::digest::AuthorLookup;
use domain::instant::Instant;
use domain::repository::{Location, PathFilter};
use git2::{ErrorCode, Oid, Repository};
use std::collections::BTreeSet;
use std::time::Duration;

/// The checked out commit. Git refuses to make a branch of this name.
const HEAD: &str = "HEAD";

/// How many commits are searched for the newest date. The clock of one machine may have been wrong for many commits,
/// and a thousand are read in a moment.
const DATED_MAX: usize = 1_000;

/// The newest dates of a branch. A commit's date is that of its machine's clock, which may have been wrong: the last
/// commit can be dated in 1970 or in 2100.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewestDates {
    /// The newest date that is not in the future; the current instant if every date is.
    pub past: Instant,
    /// The newest date.
    pub any: Instant,
}

/// Commits of repositories in folders, with sizes as in `git log --shortstat`; a merge has no size.
#[derive(Clone, Copy, Debug, Default)]
pub struct LocalGit;

impl LocalGit {
    /// The folder's current branch, even if it has no commit yet. A detached head is an error.
    ///
    /// Reads the disk: call it where blocking is allowed.
    pub fn default_branch(path: &str) -> Result<BranchName, GitError> {
        let repository = open::open(path)?;
        let head = repository.find_reference(HEAD).map_err(|error| broken(path, &error))?;
        head.symbolic_target()
            .ok()
            .flatten()
            .and_then(|target| target.strip_prefix("refs/heads/"))
            .and_then(|name| BranchName::parse(name).ok())
            .ok_or_else(|| {
                failed(
                    GitFailure::NotFound,
                    format!("'{path}' is on no branch (its head is detached): name the branch"),
                )
            })
    }

    /// The commit that is checked out, if the head is detached. As a branch's name, `HEAD` means this commit.
    ///
    /// Reads the disk: call it where blocking is allowed.
    pub fn detached_head(path: &str) -> Result<Option<Sha>, GitError> {
        let repository = open::open(path)?;
        let head = repository.find_reference(HEAD).map_err(|error| broken(path, &error))?;
        Ok(head.target().filter(|_| head.kind() == Some(git2::ReferenceType::Direct)).and_then(sha))
    }

    /// The newest dates of the branch's last thousand commits. `None` if the repository is empty.
    ///
    /// Reads the disk: call it where blocking is allowed.
    pub fn newest_dates(path: &str, branch: &BranchName, now: Instant) -> Result<Option<NewestDates>, GitError> {
        let repository = open::open(path)?;
        let Some(tip) = tip(&repository, path, branch)? else {
            return Ok(None);
        };
        let history = walk::History::of(&repository).map_err(|error| broken(path, &error))?;
        let walk = history.from(tip).map_err(|error| broken(path, &error))?;
        let dates: Vec<Instant> = walk.take(DATED_MAX).map(|found| found.at).collect();
        let past = dates.iter().copied().filter(|at| *at <= now).max();
        Ok(Some(NewestDates { past: past.unwrap_or(now), any: dates.into_iter().max().unwrap_or(now) }))
    }
}

#[async_trait]
impl CommitSource for LocalGit {
    async fn head(&self, access: &RepositoryAccess, branch: &BranchName) -> Result<Option<Sha>, GitError> {
        let branch = branch.clone();
        blocking(access, move |path| {
            let repository = open::open(path)?;
            tip(&repository, path, &branch)?
                .map(|tip| Sha::parse(&tip.to_string()))
                .transpose()
                .map_err(|error| failed(GitFailure::Refused, format!("'{path}': {error}")))
        })
        .await
    }

    async fn commits(
        &self,
        access: &RepositoryAccess,
        query: &CommitQuery,
        with_changes: bool,
        limit: usize,
    ) -> Result<Listing, GitError> {
        let query = query.clone();
        blocking(access, move |path| {
            let repository = open::open(path)?;
            commits::listing(&repository, &query, with_changes, limit).map_err(|error| broken(path, &error))
        })
        .await
    }

    async fn touching(
        &self,
        access: &RepositoryAccess,
        _head: &Sha,
        commits: &[Commit],
        paths: &PathFilter,
    ) -> Result<BTreeSet<Sha>, GitError> {
        let (ids, paths) = (commits.iter().map(|commit| commit.sha.clone()).collect::<Vec<_>>(), paths.clone());
        blocking(access, move |path| {
            let repository = open::open(path)?;
            paths::touching(&repository, &ids, &paths).map_err(|error| broken(path, &error))
        })
        .await
    }

    async fn changes(
        &self,
        access: &RepositoryAccess,
        ids: &[Sha],
        limits: &PatchLimits,
    ) -> Result<Vec<Patch>, GitError> {
        let (ids, limits) = (ids.to_vec(), limits.clone());
        blocking(access, move |path| {
            let repository = open::open(path)?;
            changes::of(&repository, &ids, &limits).map_err(|error| broken(path, &error))
        })
        .await
    }

    async fn newcomers(
        &self,
        access: &RepositoryAccess,
        base: &Sha,
        authors: &[AuthorLookup],
        within: Duration,
    ) -> Result<Vec<Sha>, GitError> {
        let (base, authors) = (base.clone(), authors.to_vec());
        blocking(access, move |path| {
            let repository = open::open(path)?;
            newcomers::of(&repository, &base, &authors, within).map_err(|error| broken(path, &error))
        })
        .await
    }

    async fn activity(&self, access: &RepositoryAccess, query: &ActivityQuery) -> Result<Activity, GitError> {
        if !query.sources.releases || query.tagged.is_empty() {
            return Ok(Activity::default());
        }
        let tagged = query.tagged.clone();
        blocking(access, move |path| {
            let repository = open::open(path)?;
            tags::of(&repository, &tagged).map_err(|error| broken(path, &error))
        })
        .await
    }

    async fn branches(&self, access: &RepositoryAccess, query: &BranchQuery) -> Result<BranchPage, GitError> {
        let query = query.clone();
        blocking(access, move |path| {
            let repository = open::open(path)?;
            let all = branches::all(&repository).map_err(|error| broken(path, &error))?;
            let found = all.into_iter().filter(|branch| query.matches(&branch.name)).collect();
            Ok(query.cut(found, 0, true))
        })
        .await
    }
}

/// Runs work on a thread that may block.
async fn blocking<T: Send + 'static>(
    access: &RepositoryAccess,
    read: impl FnOnce(&str) -> Result<T, GitError> + Send + 'static,
) -> Result<T, GitError> {
    let Location::Path(path) = access.location.clone() else {
        return Err(failed(GitFailure::Forbidden, format!("'{}' is not a folder", access.location.text())));
    };
    let at = path.clone();
    tokio::task::spawn_blocking(move || read(&path))
        .await
        .unwrap_or_else(|_| Err(failed(GitFailure::Unavailable, format!("reading '{at}' was interrupted"))))
}

/// The last commit of a branch of the folder or of its remote; `None` if the repository has no commit at all.
fn tip(repository: &Repository, path: &str, branch: &BranchName) -> Result<Option<Oid>, GitError> {
    let checked_out = (branch.as_str() == HEAD).then(|| HEAD.to_owned());
    for name in checked_out.into_iter().chain([format!("refs/heads/{branch}"), format!("refs/remotes/origin/{branch}")])
    {
        match repository.find_reference(&name).and_then(|found| found.resolve()) {
            Ok(found) => return Ok(found.target()),
            Err(error) if error.code() == ErrorCode::NotFound => {}
            Err(error) => return Err(broken(path, &error)),
        }
    }
    let branches = branches::all(repository).map_err(|error| broken(path, &error))?;
    if branches.iter().all(|branch| branch.head.is_none()) {
        return Ok(None);
    }
    Err(failed(GitFailure::NotFound, format!("'{path}' has no branch '{branch}': check the branch's name")))
}

/// The error of a repository that libgit2 can't read.
fn broken(path: &str, error: &git2::Error) -> GitError {
    failed(GitFailure::Refused, format!("the repository in '{path}' can't be read: {}", error.message()))
}

/// The id of a commit; `None` if it is not a SHA-1.
fn sha(id: Oid) -> Option<Sha> {
    Sha::parse(&id.to_string()).ok()
}
