//! Where commits come from.

use super::{BranchPage, BranchQuery};
use async_trait::async_trait;
use domain::commit::{Commit, Mailmap, Sha};
use domain::configuration::BranchName;
use domain::instant::Instant;
use domain::repository::{AccessToken, Location};
use std::collections::HashSet;
use std::time::Duration;

/// A repository and the right to read it.
#[derive(Clone, Debug)]
pub struct RepositoryAccess {
    /// Where it is.
    pub location: Location,
    /// Its token, in the clear.
    pub token: Option<AccessToken>,
}

/// Which commits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommitQuery {
    /// Those that `head` has and `base` has not, provided that `base` is an ancestor of `head`.
    Between {
        /// The last reported head.
        base: Sha,
        /// The observed head.
        head: Sha,
    },
    /// Those reachable from `head` and committed in the range.
    Dated {
        /// The observed head.
        head: Sha,
        /// The earliest commit date.
        since: Instant,
        /// The first commit date outside; none for no end.
        until: Option<Instant>,
    },
}

/// An answer to a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listing {
    /// The commits.
    Commits(CommitList),
    /// `base` is no ancestor of `head`, or is not there any more.
    NotAnAncestor,
}

/// Commits, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct CommitList {
    /// At most as many as were asked for.
    pub commits: Vec<Commit>,
    /// Further ones in the range.
    pub left_out: usize,
    /// Whether the range has more than that: the source was not read to its end.
    pub at_least: bool,
    /// Which names and addresses are one person's, where the repository says so and that can be read.
    pub mailmap: Mailmap,
}

impl CommitList {
    /// The commit before the oldest of these, where all of the range is here and the source names it: what the oldest was
    /// made on. Dates need not follow parents, so that one which is among these is passed over.
    #[must_use]
    pub fn base(&self) -> Option<Sha> {
        if self.left_out > 0 || self.at_least {
            return None;
        }
        let listed: HashSet<&Sha> = self.commits.iter().map(|commit| &commit.sha).collect();
        let parents = self.commits.iter().rev().filter_map(|commit| commit.first_parent.as_ref());
        parents.into_iter().find(|parent| !listed.contains(parent)).cloned()
    }
}

/// Reading commits failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct GitError {
    /// What kind of failure it is.
    pub failure: GitFailure,
    /// What happened and what to do, for the user; no secret in it.
    pub message: String,
}

/// What kind of failure it is. [`Self::is_temporary`] says whether trying again later can help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GitFailure {
    /// No such repository or branch, or no access to it.
    NotFound,
    /// The token was refused.
    TokenInvalid,
    /// Come back later.
    RateLimited {
        /// When.
        retry_after: Duration,
    },
    /// No answer, or a broken one, also after the retries: a time-out, a reset, a status from 500 on, a body that was cut.
    Unavailable,
    /// The host refuses the request, or answers it in a way that a repetition does not change.
    Refused,
    /// The address is one that may not be reached.
    Forbidden,
}

impl GitFailure {
    /// Whether the same request may work later. All others fail a run at once.
    #[must_use]
    pub fn is_temporary(self) -> bool {
        match self {
            Self::RateLimited { .. } | Self::Unavailable => true,
            Self::NotFound | Self::TokenInvalid | Self::Refused | Self::Forbidden => false,
        }
    }

    /// How long the host asks to be left alone; none where it does not say.
    #[must_use]
    pub fn retry_after(self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after } => Some(retry_after),
            Self::NotFound | Self::TokenInvalid | Self::Unavailable | Self::Refused | Self::Forbidden => None,
        }
    }
}

/// Where commits come from.
#[async_trait]
pub trait CommitSource: Send + Sync {
    /// The head of a branch; none where the repository is empty.
    async fn head(&self, access: &RepositoryAccess, branch: &BranchName) -> Result<Option<Sha>, GitError>;
    /// The commits of a range, newest first, `limit` at most. `with_changes` asks for line counts where the source
    /// tells them at no further request.
    async fn commits(
        &self,
        access: &RepositoryAccess,
        query: &CommitQuery,
        with_changes: bool,
        limit: usize,
    ) -> Result<Listing, GitError>;
    /// A page of the branches, in the order of the source. What a branch is called is matched here where the source can't
    /// search, over a bounded number of branches; the page says so where that left some out.
    async fn branches(&self, access: &RepositoryAccess, query: &BranchQuery) -> Result<BranchPage, GitError>;
}
