//! A branch whose commits a test sets.

use app::ports::{CommitList, CommitQuery, CommitSource, GitError, Listing, RepositoryAccess};
use async_trait::async_trait;
use domain::commit::{Author, Commit, Sha};
use domain::configuration::BranchName;
use domain::instant::Instant;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Every repository's every branch. It has no commits until a test adds some. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct ManualBranch(Arc<Mutex<Vec<Commit>>>);

impl ManualBranch {
    /// Adds a commit on top of the branch.
    pub fn commit(&self, message: &str, committed_at: Instant) {
        let mut commits = self.lock();
        let Ok(sha) = Sha::parse(&format!("{:040x}", commits.len() + 1)) else {
            return;
        };
        commits.push(Commit {
            sha,
            parents: 1,
            author: Author { name: "Ada".to_owned(), login: None, is_bot: false },
            committed_at,
            message: message.to_owned(),
            changes: None,
            page: None,
        });
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Commit>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn in_query(commits: &[Commit], query: &CommitQuery) -> Option<Vec<Commit>> {
    let place = |sha: &Sha| commits.iter().position(|commit| commit.sha == *sha);
    let reachable = |head: &Sha| commits.iter().take(place(head).map_or(0, |place| place + 1));
    match query {
        CommitQuery::Between { base, head } => Some(reachable(head).skip(place(base)? + 1).cloned().collect()),
        CommitQuery::Dated { head, since, until } => {
            let inside = |at: Instant| at >= *since && until.is_none_or(|until| at < until);
            Some(reachable(head).filter(|commit| inside(commit.committed_at)).cloned().collect())
        }
    }
}

#[async_trait]
impl CommitSource for ManualBranch {
    async fn head(&self, _access: &RepositoryAccess, _branch: &BranchName) -> Result<Option<Sha>, GitError> {
        Ok(self.lock().last().map(|commit| commit.sha.clone()))
    }

    async fn commits(
        &self,
        _access: &RepositoryAccess,
        query: &CommitQuery,
        _with_changes: bool,
        limit: usize,
    ) -> Result<Listing, GitError> {
        let Some(mut commits) = in_query(&self.lock(), query) else {
            return Ok(Listing::NotAnAncestor);
        };
        commits.reverse();
        let left_out = commits.len().saturating_sub(limit);
        commits.truncate(limit);
        Ok(Listing::Commits(CommitList { commits, left_out }))
    }
}
