//! The commits of a report that is about a part of a repository only.

use super::observe::Observer;
use crate::ports::{CommitList, CommitQuery, GitError, Listing, RepositoryAccess};
use domain::commit::{Commit, Sha};
use domain::digest::within;
use domain::instant::Instant;
use domain::repository::PathFilter;

/// How many of a branch's newest commits are searched for the last one that changes something in the paths.
const SEARCHED_MAX: usize = 100;

impl Observer {
    /// The commits of a list that change something in the paths, with the merges that bring them. Of commits that are
    /// only counted it is unknown whether they do.
    pub(super) async fn within(
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
        let mut commits = within(list.commits, &touching);
        for commit in &mut commits {
            commit.files.retain(|file| paths.matches(&file.path));
        }
        Ok(CommitList { commits, omitted: 0, at_least, ..list })
    }

    /// The newest commit of a branch that changes something in the paths; `None` if it is not among the newest ones.
    pub(super) async fn newest_within(
        &self,
        access: &RepositoryAccess,
        head: &Sha,
        paths: &PathFilter,
    ) -> Result<Option<Commit>, GitError> {
        let query = CommitQuery::Dated { head: head.clone(), since: Instant::default(), until: None };
        let searched = if paths.is_whole() { 1 } else { SEARCHED_MAX };
        let list = match self.commits.commits(access, &query, false, searched).await? {
            Listing::Commits(list) => self.within(access, Some(head), list, paths).await?,
            Listing::NotAnAncestor => CommitList::default(),
        };
        Ok(list.commits.into_iter().find(|commit| paths.is_whole() || !commit.is_merge()))
    }
}
