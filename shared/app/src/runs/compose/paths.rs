//! The commits of a report that is about a part of a repository only.

use super::observe::Observer;
use crate::ports::{CommitList, CommitQuery, GitError, Listing, RepositoryAccess};
use domain::commit::{Commit, Sha};
use domain::digest::{changes_in_paths, commits_of_paths};
use domain::instant::Instant;
use domain::repository::PathFilter;
use std::time::Duration;

/// How many of a branch's newest commits are searched for the last one that changes something in the paths. To exclude
/// paths, the files of commits are read.
const SEARCHED_MAX: usize = 100;
const SEARCHED_WITH_FILES_MAX: usize = 20;

/// The longest time for this search, because a report waits for it.
const SEARCHED_WITHIN: Duration = Duration::from_secs(5);

impl Observer {
    /// The commits of a list that change something in the paths, with the merges that bring them. Of commits that are
    /// only counted it is unknown whether they do.
    pub(super) async fn keep_paths(
        &self,
        access: &RepositoryAccess,
        head: Option<&Sha>,
        list: CommitList,
        paths: &PathFilter,
    ) -> Result<CommitList, GitError> {
        let Some(head) = head.filter(|_| !paths.is_whole()) else { return Ok(list) };
        let at_least = list.at_least || list.omitted > 0;
        if list.commits.is_empty() {
            return Ok(CommitList { omitted: 0, at_least, ..list });
        }
        let touching = self.commits.touching(access, head, &list.commits, paths).await?;
        let mut commits = commits_of_paths(&list.commits, &touching);
        for commit in &mut commits {
            commit.changes = commit.changes.and_then(|changes| changes_in_paths(changes, &commit.files, paths));
        }
        Ok(CommitList { commits, omitted: 0, at_least, ..list })
    }

    /// The newest commit of a branch that changes something in the paths; `None` if it is not among the newest ones, or
    /// not found in time.
    pub(super) async fn newest_of_paths(
        &self,
        access: &RepositoryAccess,
        head: &Sha,
        paths: &PathFilter,
    ) -> Result<Option<Commit>, GitError> {
        let query = CommitQuery::Dated { head: head.clone(), since: Instant::default(), until: None };
        let searched = match (paths.include(), paths.exclude()) {
            ([], []) => 1,
            (_, []) => SEARCHED_MAX,
            _ => SEARCHED_WITH_FILES_MAX,
        };
        let search = async {
            match self.commits.commits(access, &query, false, searched).await? {
                Listing::Commits(list) => self.keep_paths(access, Some(head), list, paths).await,
                Listing::NotAnAncestor => Ok(CommitList::default()),
            }
        };
        let found = tokio::time::timeout(SEARCHED_WITHIN, search).await;
        let list = found.unwrap_or_else(|_| Ok(CommitList::default()))?;
        Ok(list.commits.into_iter().find(|commit| paths.is_whole() || !commit.is_merge()))
    }
}
