//! The commits of a range, with their sizes where these can be known.

use super::changes::files;
use super::object::Person;
use super::sha;
use super::walk::{Found, History};
use app::ports::{CommitList, CommitQuery, Listing};
use domain::commit::{Author, ChangedFile, Changes, Commit, Mailmap, Sha};
use domain::instant::Instant;
use git2::{Oid, Repository};

/// A walk by date stops after this many consecutive commits that are too old. Dates are not monotone, so one old
/// commit means little; ten thousand mean that the range is over.
const OLD_IN_A_ROW_MAX: usize = 10_000;

pub(super) fn listing(
    repository: &Repository,
    query: &CommitQuery,
    with_changes: bool,
    limit: usize,
) -> Result<Listing, git2::Error> {
    let reader = Reader { history: History::of(repository)?, with_changes, limit };
    match query {
        CommitQuery::Between { base, head } => reader.between(base, head),
        CommitQuery::Dated { head, since, until } => reader.dated(head, *since, *until).map(Listing::Commits),
    }
}

/// A query of one repository.
struct Reader<'a> {
    history: History<'a>,
    with_changes: bool,
    limit: usize,
}

impl Reader<'_> {
    fn between(&self, base: &Sha, head: &Sha) -> Result<Listing, git2::Error> {
        let (base, head) = (Oid::from_str(base.as_str())?, Oid::from_str(head.as_str())?);
        let Some(found) = self.history.between(base, head)? else { return Ok(Listing::NotAnAncestor) };
        let omitted = found.ids.len().saturating_sub(self.limit);
        let list = CommitList { omitted, mailmap: self.mailmap(head), ..CommitList::default() };
        let mut list = list.cut_before(found.unread_before.and_then(sha));
        for id in found.ids.into_iter().take(self.limit) {
            let commit = self.history.read(id)?;
            let at = self.history.instant(&commit);
            list.commits.extend(self.commit(Found { id, at, commit }));
        }
        Ok(Listing::Commits(list))
    }

    fn dated(&self, head: &Sha, since: Instant, until: Option<Instant>) -> Result<CommitList, git2::Error> {
        let head = Oid::from_str(head.as_str())?;
        let mut list = CommitList { mailmap: self.mailmap(head), ..CommitList::default() };
        let mut old_in_a_row = 0_usize;
        let mut walk = self.history.from(head)?;
        for found in walk.by_ref() {
            if found.at < since {
                old_in_a_row += 1;
                if old_in_a_row == OLD_IN_A_ROW_MAX {
                    break;
                }
                continue;
            }
            old_in_a_row = 0;
            if until.is_some_and(|until| found.at >= until) {
                continue;
            }
            if list.commits.len() < self.limit {
                list.commits.extend(self.commit(found));
            } else {
                list.omitted += 1;
            }
        }
        Ok(list.cut_before(walk.unread_before(Some(since)).and_then(sha)))
    }

    /// The `.mailmap` in the head's files, if the object is in this clone.
    fn mailmap(&self, head: Oid) -> Mailmap {
        let repository = self.history.repository;
        let read = || {
            let tree = repository.find_tree(self.history.read(head).ok()?.tree?).ok()?;
            let file = repository.find_blob(tree.get_name(".mailmap")?.id()).ok()?;
            Some(Mailmap::parse(&String::from_utf8_lossy(file.content())))
        };
        read().unwrap_or_default()
    }

    fn commit(&self, found: Found) -> Option<Commit> {
        let (changes, files) = if self.with_changes { self.changes(&found) } else { None }.unzip();
        let Found { id, at, commit } = found;
        let Person { name, email, .. } = commit.author;
        let author = Author { name, email: Some(email).filter(|email| !email.is_empty()), login: None, is_bot: false };
        Some(Commit {
            sha: sha(id)?,
            parents: commit.parents.iter().copied().filter_map(sha).collect(),
            author: Author { is_bot: author.is_machine(), ..author },
            committed_at: at,
            message: commit.message,
            changes,
            files: files.unwrap_or_default(),
            page: None,
        })
    }

    /// Lines and files against the parent, renames followed, as in `git log --shortstat`. `None` for a merge, and
    /// where they can't be known: at the boundary of a shallow clone, and where a partial clone lacks the files.
    fn changes(&self, found: &Found) -> Option<(Changes, Vec<ChangedFile>)> {
        if self.history.is_boundary(found.id) {
            return None;
        }
        let parent = match found.commit.parents.as_slice() {
            [] => None,
            [parent] => Some(self.history.read(*parent).ok()?.tree?),
            _ => return None,
        };
        let size = self.difference(parent, found.commit.tree?);
        size.inspect_err(|error| tracing::debug!(id = %found.id, %error, "the size of a commit can't be known")).ok()
    }

    fn difference(&self, parent: Option<Oid>, tree: Oid) -> Result<(Changes, Vec<ChangedFile>), git2::Error> {
        let repository = self.history.repository;
        let parent = parent.map(|parent| repository.find_tree(parent)).transpose()?;
        let tree = repository.find_tree(tree)?;
        let mut difference = repository.diff_tree_to_tree(parent.as_ref(), Some(&tree), None)?;
        difference.find_similar(None)?;
        let stats = difference.stats()?;
        let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let size = Changes {
            additions: number(stats.insertions()),
            deletions: number(stats.deletions()),
            files: Some(number(stats.files_changed())),
        };
        Ok((size, files(&difference)?))
    }
}
