//! Walking from a head.

use app::ports::{CommitList, CommitQuery, Listing};
use chrono::DateTime;
use domain::commit::{Author, Changes, Commit, Sha};
use domain::instant::Instant;
use git2::{ErrorCode, Oid, Repository, Revwalk, Sort};

/// A walk by date stops after this many commits in a row that are too old. Dates are not monotone, so the first old
/// one says little; ten thousand say that the clock of nobody was that wrong.
const OLD_IN_A_ROW_MAX: usize = 10_000;

pub(super) fn listing(
    repository: &Repository,
    query: &CommitQuery,
    with_changes: bool,
    limit: usize,
) -> Result<Listing, git2::Error> {
    let reader = Reader { repository, with_changes, limit };
    match query {
        CommitQuery::Between { base, head } => reader.between(base, head),
        CommitQuery::Dated { head, since, until } => reader.dated(head, *since, *until).map(Listing::Commits),
    }
}

/// What is asked of one repository.
struct Reader<'a> {
    repository: &'a Repository,
    with_changes: bool,
    limit: usize,
}

impl Reader<'_> {
    fn between(&self, base: &Sha, head: &Sha) -> Result<Listing, git2::Error> {
        let (base, head) = (Oid::from_str(base.as_str())?, Oid::from_str(head.as_str())?);
        self.repository.find_commit(head)?;
        match self.repository.find_commit(base) {
            Err(error) if error.code() == ErrorCode::NotFound => return Ok(Listing::NotAnAncestor),
            found => found?,
        };
        if base != head && !self.repository.graph_descendant_of(head, base)? {
            return Ok(Listing::NotAnAncestor);
        }
        let mut walk = self.walk(head)?;
        walk.hide(base)?;
        let mut list = CommitList::default();
        for id in walk {
            self.add(&mut list, &self.repository.find_commit(id?)?)?;
        }
        Ok(Listing::Commits(list))
    }

    fn dated(&self, head: &Sha, since: Instant, until: Option<Instant>) -> Result<CommitList, git2::Error> {
        let mut list = CommitList::default();
        let mut old_in_a_row = 0_usize;
        for id in self.walk(Oid::from_str(head.as_str())?)? {
            let commit = self.repository.find_commit(id?)?;
            let at = committed_at(&commit);
            if at < since {
                old_in_a_row += 1;
                if old_in_a_row == OLD_IN_A_ROW_MAX {
                    break;
                }
                continue;
            }
            old_in_a_row = 0;
            if until.is_none_or(|until| at < until) {
                self.add(&mut list, &commit)?;
            }
        }
        Ok(list)
    }

    /// The head and everything before it, newest first.
    fn walk(&self, head: Oid) -> Result<Revwalk<'_>, git2::Error> {
        let mut walk = self.repository.revwalk()?;
        walk.set_sorting(Sort::TIME)?;
        walk.push(head)?;
        Ok(walk)
    }

    /// Adds a commit, or counts it where there are enough.
    fn add(&self, list: &mut CommitList, commit: &git2::Commit<'_>) -> Result<(), git2::Error> {
        if list.commits.len() < self.limit {
            let read = self.read(commit)?;
            list.commits.extend(read);
        } else {
            list.left_out += 1;
        }
        Ok(())
    }

    fn read(&self, commit: &git2::Commit<'_>) -> Result<Option<Commit>, git2::Error> {
        let changes = if self.with_changes { self.changes(commit)? } else { None };
        let author = commit.author();
        let name = String::from_utf8_lossy(author.name_bytes()).into_owned();
        Ok(Sha::parse(&commit.id().to_string()).ok().map(|sha| Commit {
            sha,
            parents: commit.parent_count(),
            author: Author { is_bot: name.ends_with("[bot]"), name, login: None },
            committed_at: committed_at(commit),
            message: String::from_utf8_lossy(commit.message_bytes()).into_owned(),
            changes,
            page: None,
        }))
    }

    /// Lines and files against the parent, renames followed, as `git log --shortstat` has them; none of a merge, and
    /// none where the parent is not there (the oldest commits of a shallow clone).
    fn changes(&self, commit: &git2::Commit<'_>) -> Result<Option<Changes>, git2::Error> {
        let parent = match commit.parent_count() {
            0 => None,
            1 => match commit.parent(0) {
                Err(error) if error.code() == ErrorCode::NotFound => return Ok(None),
                parent => Some(parent?.tree()?),
            },
            _ => return Ok(None),
        };
        let mut difference = self.repository.diff_tree_to_tree(parent.as_ref(), Some(&commit.tree()?), None)?;
        difference.find_similar(None)?;
        let stats = difference.stats()?;
        let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        Ok(Some(Changes {
            additions: number(stats.insertions()),
            deletions: number(stats.deletions()),
            files: Some(number(stats.files_changed())),
        }))
    }
}

/// When it was committed.
pub(super) fn committed_at(commit: &git2::Commit<'_>) -> Instant {
    DateTime::from_timestamp_secs(commit.time().seconds()).unwrap_or_default()
}
