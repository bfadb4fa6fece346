//! A walk from a head, newest first, over commits that may be malformed, cut off or missing.

use super::object::{self, RawCommit};
use domain::instant::Instant;
use git2::{Odb, Oid, Repository};
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap};

/// How many more commits are read once a walk finds nothing new: dates are not monotone, so a commit of the base may
/// be met late. After ten thousand that is no longer likely.
const SLACK: usize = 10_000;

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
        let mut walk = Walk { history: self, waiting: BinaryHeap::new(), marks: HashMap::new(), pushed: 0, wanted: 0 };
        walk.push(head, self.read(head)?, HEAD);
        Ok(walk)
    }

    /// The commits that the head has and the base lacks, newest first; `None` if the base is no ancestor of the head.
    pub(super) fn between(&self, base: Oid, head: Oid) -> Result<Option<Vec<Oid>>, git2::Error> {
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
        Ok(Some(found))
    }
}

/// A walk. It gives each commit once, and once more if it turns out that the base has it too.
pub(super) struct Walk<'h, 'r> {
    history: &'h History<'r>,
    waiting: BinaryHeap<Waiting>,
    marks: HashMap<Oid, u8>,
    pushed: usize,
    /// How many of the waiting commits were reached from the head alone.
    wanted: usize,
}

impl Walk<'_, '_> {
    fn step(&mut self) -> Option<(Found, u8)> {
        let Waiting { at, was_wanted, found, .. } = self.waiting.pop()?;
        self.wanted -= usize::from(was_wanted);
        let marks = self.marks.get(&found.0).copied().unwrap_or_default();
        let (id, commit) = found;
        if !self.history.is_boundary(id) {
            for parent in &commit.parents {
                self.reach(*parent, marks, at);
            }
        }
        Some((Found { id, at, commit }, marks))
    }

    fn reach(&mut self, id: Oid, marks: u8, child_at: Instant) {
        let before = self.marks.get(&id).copied().unwrap_or_default();
        if before | marks == before {
            return;
        }
        match self.history.read(id) {
            Ok(mut commit) => {
                // Undated commits stay with those that follow them.
                commit.committed_at = commit.committed_at.or(Some(child_at));
                self.push(id, commit, before | marks);
            }
            Err(error) => {
                self.marks.insert(id, before | marks);
                tracing::warn!(%id, %error, "a commit can't be read: the report does not cover the commits before it");
            }
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
