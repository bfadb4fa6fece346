//! Git hosts, as sources of commits.

use super::{BranchPage, BranchQuery, proxy::port};
use domain::activity::{Activity, ActivityPeriod, Sources};
use domain::commit::{Commit, Mailmap, Patch, PatchLimits, Sha};
use domain::configuration::BranchName;
use domain::digest::AuthorLookup;
use domain::instant::Instant;
use domain::repository::{AccessToken, Location, PathFilter};
use std::collections::{BTreeSet, HashSet};
use std::time::Duration;

/// A repository and the token to read it.
#[derive(Clone, Debug)]
pub struct RepositoryAccess {
    pub location: Location,
    /// Not encrypted.
    pub token: Option<AccessToken>,
}

/// Which commits to list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommitQuery {
    /// Those reachable from `head` and not from `base`, if `base` is an ancestor of `head`.
    Between { base: Sha, head: Sha },
    /// Those reachable from `head` with a commit date in the range.
    Dated {
        head: Sha,
        since: Instant,
        /// The first commit date after the range; `None` for no end.
        until: Option<Instant>,
    },
}

/// The answer to a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listing {
    Commits(CommitList),
    /// `base` is no ancestor of `head`, or no longer exists.
    NotAnAncestor,
}

/// Commits, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct CommitList {
    pub commits: Vec<Commit>,
    /// Further commits in the range, which are counted only.
    pub omitted: usize,
    /// Whether the range has more commits than are counted here: the source was not read to its end.
    pub at_least: bool,
    /// The newest commit whose ancestors can't be read, of those in the range. They may belong to the range.
    pub unread_before: Option<Sha>,
    /// Which names and addresses belong to one person, if the repository has a readable mailmap.
    pub mailmap: Mailmap,
}

impl CommitList {
    /// The list of a source that can't read the ancestors of this commit.
    #[must_use]
    pub fn cut_before(self, commit: Option<Sha>) -> Self {
        Self { at_least: self.at_least || commit.is_some(), unread_before: commit, ..self }
    }

    /// The number of listed commits that are no merges.
    #[must_use]
    pub fn count_without_merges(&self) -> usize {
        self.commits.iter().filter(|commit| !commit.is_merge()).count()
    }

    /// The parent of the oldest commit, if the whole range is in the list and the source names it. A parent may have a
    /// later date than its child, so parents that are in the list are skipped.
    #[must_use]
    pub fn base(&self) -> Option<Sha> {
        if self.omitted > 0 || self.at_least {
            return None;
        }
        let listed: HashSet<&Sha> = self.commits.iter().map(|commit| &commit.sha).collect();
        let parents = self.commits.iter().rev().filter_map(|commit| commit.parents.first());
        parents.into_iter().find(|parent| !listed.contains(parent)).cloned()
    }
}

/// What to list beside commits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivityQuery {
    pub sources: Sources,
    pub period: ActivityPeriod,
    /// Whether open pull requests are listed too: they wait now, whatever the period is.
    pub with_waiting: bool,
    /// The commits whose tags are listed, if no release names them.
    pub tagged: Vec<Sha>,
}

/// Commits or branches can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct GitError {
    pub failure: GitFailure,
    /// What happened and what to do, for the user; without secrets.
    pub message: String,
}

/// The kind of a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GitFailure {
    /// No such repository or branch, or no access to it.
    NotFound,
    TokenInvalid,
    /// The host asks for a later request.
    RateLimited {
        retry_after: Duration,
    },
    /// No answer, or an incomplete one, also after the retries: a time-out, a reset, a status of 500 or more, a body
    /// that was cut off.
    Unavailable,
    /// The host rejects the request, or answers in a way that a repetition does not change.
    Refused,
    Forbidden,
}

impl GitFailure {
    /// Whether the same request may succeed later. Other failures fail a run at once.
    #[must_use]
    pub fn is_temporary(self) -> bool {
        match self {
            Self::RateLimited { .. } | Self::Unavailable => true,
            Self::NotFound | Self::TokenInvalid | Self::Refused | Self::Forbidden => false,
        }
    }

    /// How long the host asks to wait; `None` if it doesn't say.
    #[must_use]
    pub fn retry_after(self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after } => Some(retry_after),
            Self::NotFound | Self::TokenInvalid | Self::Unavailable | Self::Refused | Self::Forbidden => None,
        }
    }
}

port! {
    /// Git hosts, as sources of commits.
    pub trait CommitSource;

    /// The head of a branch; `None` if the repository is empty.
    async fn head(&self, access: &RepositoryAccess, branch: &BranchName) -> Result<Option<Sha>, GitError>;
    /// The commits of a range, newest first, at most `limit`. `with_changes` asks for line counts if the source
    /// includes them without another request.
    async fn commits(
        &self,
        access: &RepositoryAccess,
        query: &CommitQuery,
        with_changes: bool,
        limit: usize,
    ) -> Result<Listing, GitError>;
    /// Which of these commits, newest first, change a file that the filter matches. All are reachable from `head`.
    /// Merges may be missing. A commit whose files can't be read is returned too, so that no report misses it.
    async fn touching(
        &self,
        access: &RepositoryAccess,
        head: &Sha,
        commits: &[Commit],
        paths: &PathFilter,
    ) -> Result<BTreeSet<Sha>, GitError>;
    /// What these commits change, in their order; the most important ones are named first. A commit whose changes can't
    /// be read, or not within the limits, is missing, and so is a merge. Only a repository that can't be found is an
    /// error. A host that counts requests is asked at most as often as a tenth of its remaining requests allows.
    async fn changes(
        &self,
        access: &RepositoryAccess,
        ids: &[Sha],
        limits: &PatchLimits,
    ) -> Result<Vec<Patch>, GitError>;
    /// A commit of each of these authors who is known to have none that is reachable from `base`. An author is missing
    /// if that can't be known: at a host that can't search by author, after a failure, and if it takes longer than
    /// `within`. A host that counts requests is asked at most as often as a tenth of its remaining requests allows.
    async fn newcomers(
        &self,
        access: &RepositoryAccess,
        base: &Sha,
        authors: &[AuthorLookup],
        within: Duration,
    ) -> Result<Vec<Sha>, GitError>;
    /// What happened beside commits: each item whose instant is in the period, once, whatever changes at the host
    /// while it is read. What the host does not have, or refuses for good, is a gap and no error; so is what exceeds
    /// the bounds of a request. A source without pull requests and issues has none.
    async fn activity(&self, access: &RepositoryAccess, query: &ActivityQuery) -> Result<Activity, GitError>;
    /// A page of the branches, in the order of the source. If the source can't search, names are matched here, over a
    /// bounded number of branches; [`BranchPage::complete`] says whether that covered all.
    async fn branches(&self, access: &RepositoryAccess, query: &BranchQuery) -> Result<BranchPage, GitError>;
}
