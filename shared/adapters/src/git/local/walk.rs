//! A walk from a head, newest first, over commits that may be malformed, cut off or missing.

use super::object::{self, RawCommit};
use domain::instant::Instant;
use git2::{Odb, Oid, Repository};
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap};

/// How many more commits are read once a walk finds nothing new: dates are not monotone, so a commit of the base may
/// be met late. After ten thousand that is no longer likely.
const SLACK: usize = 10_000;

/// The id in place of every parent id that can't be parsed.
const MALFORMED: Oid = Oid::ZERO_SHA1;

/// Mark of a commit that was reached from the head.
const HEAD: u8 = 1;
/// Mark of a commit that was reached from the base: not wanted.
const BASE: u8 = 2;

/// The commits of one repository.
pub(super) struct History<'r> {
    pub(super) repository: &'r Repository,
    odb: Odb<'r>,
    /// The oldest commits of a shallow clone. They name parents that were not fetched.
    boundary: BTreeSet<Oid>,
}

/// A commit with its id and the instant that it is sorted by.
pub(super) struct Found {
    pub(super) id: Oid,
    pub(super) at: Instant,
    pub(super) commit: RawCommit,
}

/// The commits between two.
pub(super) struct Between {
    /// Newest first.
    pub(super) ids: Vec<Oid>,
    /// The newest commit with a parent that can't be read and that the base may not have.
    pub(super) unread_before: Option<Oid>,
}

/// A parent that can't be read: it is damaged, missing, or behind the boundary of a shallow clone.
struct Unread {
    marks: u8,
    child: Oid,
    child_at: Instant,
}

impl<'r> History<'r> {
    pub(super) fn of(repository: &'r Repository) -> Result<Self, git2::Error> {
        let listed = std::fs::read_to_string(repository.commondir().join("shallow")).unwrap_or_default();
        let boundary = listed.lines().filter_map(|line| Oid::from_str(line.trim()).ok()).collect();
        Ok(Self { repository, odb: repository.odb()?, boundary })
    }

    /// A commit. It is an error if it is not in this clone.
    pub(super) fn read(&self, id: Oid) -> Result<RawCommit, git2::Error> {
        object::read(&self.odb, id)
    }

    /// Whether a shallow clone ends with the commit.
    pub(super) fn is_boundary(&self, id: Oid) -> bool {
        self.boundary.contains(&id)
    }

    /// When it was committed. Without a readable date it counts as old as the newest of its parents.
    pub(super) fn instant(&self, commit: &RawCommit) -> Instant {
        let parents = || commit.parents.iter().filter_map(|parent| self.read(*parent).ok()?.committed_at).max();
        commit.committed_at.or_else(parents).unwrap_or_default()
    }

    /// A walk over the head and all its ancestors.
    pub(super) fn from(&self, head: Oid) -> Result<Walk<'_, 'r>, git2::Error> {
        let mut walk = Walk {
            history: self,
            waiting: BinaryHeap::new(),
            marks: HashMap::new(),
            unread: HashMap::new(),
            pushed: 0,
            wanted: 0,
        };
        walk.push(head, self.read(head)?, HEAD);
        Ok(walk)
    }

    /// The commits that the head has and the base lacks, newest first; `None` if the base is no ancestor of the head.
    pub(super) fn between(&self, base: Oid, head: Oid) -> Result<Option<Between>, git2::Error> {
        let mut walk = self.from(head)?;
        let Ok(commit) = self.read(base) else { return Ok(None) };
        walk.push(base, commit, BASE);
        let mut found = Vec::new();
        let mut slack = SLACK;
        loop {
            if walk.wanted > 0 {
                slack = SLACK;
            } else if walk.marks.get(&base).is_none_or(|marks| marks & HEAD == 0) {
                return Ok(None);
            } else if slack == 0 {
                break;
            } else {
                slack -= 1;
            }
            let Some((commit, marks)) = walk.step() else { break };
            if marks == HEAD {
                found.push(commit.id);
            }
        }
        found.retain(|id| walk.marks.get(id) == Some(&HEAD));
        Ok(Some(Between { ids: found, unread_before: walk.unread_before(None) }))
    }
}

/// A walk. It gives each commit once, and once more if it turns out that the base has it too.
pub(super) struct Walk<'h, 'r> {
    history: &'h History<'r>,
    waiting: BinaryHeap<Waiting>,
    /// The marks of every commit that was read.
    marks: HashMap<Oid, u8>,
    unread: HashMap<Oid, Unread>,
    pushed: usize,
    /// How many of the waiting commits were reached from the head alone.
    wanted: usize,
}

impl Walk<'_, '_> {
    /// The newest commit so far, since an instant, whose history can't be read to its end: it has a parent that was
    /// reached from the head alone and can't be read. The dates of its unread ancestors are unknown, so that any of
    /// them may be as new as the commit itself.
    pub(super) fn unread_before(&self, since: Option<Instant>) -> Option<Oid> {
        let is_wanted = |(id, unread): &(&Oid, &Unread)| unread.marks == HEAD && !self.marks.contains_key(id);
        let unread = self.unread.iter().filter(is_wanted).map(|(_, unread)| unread);
        let newest = unread.max_by_key(|unread| (unread.child_at, unread.child));
        newest.filter(|unread| since.is_none_or(|since| unread.child_at >= since)).map(|unread| unread.child)
    }

    fn step(&mut self) -> Option<(Found, u8)> {
        let Waiting { at, was_wanted, found, .. } = self.waiting.pop()?;
        self.wanted -= usize::from(was_wanted);
        let marks = self.marks.get(&found.0).copied().unwrap_or_default();
        let (id, commit) = found;
        let is_boundary = self.history.is_boundary(id);
        for parent in &commit.parents {
            if is_boundary {
                self.miss(*parent, marks, (id, at));
            } else {
                self.reach(*parent, marks, (id, at));
            }
        }
        if commit.has_malformed_parent {
            self.miss(MALFORMED, marks, (id, at));
        }
        Some((Found { id, at, commit }, marks))
    }

    fn reach(&mut self, id: Oid, marks: u8, child: (Oid, Instant)) {
        let before = self.marks.get(&id).copied().unwrap_or_default();
        if before | marks == before {
            return;
        }
        match self.history.read(id) {
            Ok(mut commit) => {
                // Undated commits stay with those that follow them.
                commit.committed_at = commit.committed_at.or(Some(child.1));
                self.push(id, commit, before | marks);
            }
            Err(error) => {
                self.miss(id, marks, child);
                tracing::warn!(%id, %error, "a commit can't be read: the report does not cover it");
            }
        }
    }

    fn miss(&mut self, id: Oid, marks: u8, (child, child_at): (Oid, Instant)) {
        let unread = self.unread.entry(id).or_insert(Unread { marks, child, child_at });
        unread.marks |= marks;
        if child_at > unread.child_at {
            (unread.child, unread.child_at) = (child, child_at);
        }
    }

    fn push(&mut self, id: Oid, commit: RawCommit, marks: u8) {
        let marks = self.marks.get(&id).copied().unwrap_or_default() | marks;
        self.marks.insert(id, marks);
        let (at, was_wanted) = (self.history.instant(&commit), marks == HEAD);
        self.pushed += 1;
        self.wanted += usize::from(was_wanted);
        self.waiting.push(Waiting { at, place: Reverse(self.pushed), was_wanted, found: (id, commit) });
    }
}

impl Iterator for Walk<'_, '_> {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        self.step().map(|(found, _)| found)
    }
}

/// A commit of the queue, which is ordered by date and then by arrival.
struct Waiting {
    at: Instant,
    place: Reverse<usize>,
    was_wanted: bool,
    found: (Oid, RawCommit),
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.place).cmp(&(other.at, other.place))
    }
}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Waiting {}
