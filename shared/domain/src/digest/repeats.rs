//! Commits that are the same change again: equal subjects, commits to be squashed, and cherry-picks.

use super::subject::{key, squashed_into};
use crate::commit::Commit;
use std::collections::{BTreeMap, HashMap};

/// The fewest digits by which a message names a commit.
pub(super) const SHA_DIGITS_MIN: usize = 7;

/// Commits that are one change, or the same change again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeat<'a> {
    /// The subject of the newest commit that is not to be squashed; if all are, the subject that they name.
    pub subject: &'a str,
    /// In the order in which they were given. At least one.
    pub commits: Vec<&'a Commit>,
}

/// Groups commits, newest first: each is in exactly one group; the groups are in the order of their first commits.
///
/// A group has equal subjects, without regard to case, symbols in front, numbers and punctuation at the end;
/// `fixup!`, `squash!` and `amend!` join the commit that they name, as `git rebase --autosquash` finds it; a commit
/// with `(cherry picked from commit …)` joins that commit, and others of the same origin.
pub fn repeats<'a>(commits: &[&'a Commit]) -> Vec<Repeat<'a>> {
    let mut groups = Groups { parents: (0..commits.len()).collect() };
    let ids = ids(commits);
    let mut first_with: HashMap<String, usize> = HashMap::new();
    for (place, commit) in commits.iter().enumerate() {
        let text = key(subject(commit));
        // Without a subject, nothing shows that two commits are alike.
        if !text.is_empty() {
            groups.unite(*first_with.entry(text).or_insert(place), place);
        }
        if let Some(origin) = picked_from(&commit.message) {
            let origin = place_of(&ids, origin).map_or_else(|| origin.to_ascii_lowercase(), |place| place.to_string());
            // The space can't be in the key of a subject, so that the two kinds of key are different.
            let first = *first_with.entry(format!(" {origin}")).or_insert(place);
            groups.unite(first, place);
            if let Some(found) = origin.parse().ok().filter(|found: &usize| *found < commits.len()) {
                groups.unite(found, place);
            }
        }
    }
    join_squashed(commits, &ids, &mut groups);
    groups.into_repeats(commits)
}

/// The subject, or the one that a commit is to be squashed into.
fn subject(commit: &Commit) -> &str {
    squashed_into(commit.subject()).unwrap_or(commit.subject())
}

/// Joins the commits whose mark names another one by its id or by the beginning of its subject.
fn join_squashed(commits: &[&Commit], ids: &BTreeMap<&str, usize>, groups: &mut Groups) {
    let others = commits.iter().enumerate().filter(|(_, commit)| squashed_into(commit.subject()).is_none());
    let mut subjects: Vec<(String, usize)> = others.map(|(place, commit)| (key(commit.subject()), place)).collect();
    subjects.sort();
    for (place, commit) in commits.iter().enumerate() {
        let Some(named) = squashed_into(commit.subject()) else { continue };
        let text = key(named);
        let start = subjects.partition_point(|(subject, _)| *subject < text);
        let by_subject = subjects.get(start).filter(|(subject, _)| !text.is_empty() && subject.starts_with(&text));
        let found = place_of(ids, named).or(by_subject.map(|(_, place)| *place));
        if let Some(found) = found {
            groups.unite(found, place);
        }
    }
}

/// The ids of commits, in lower case, with their places.
pub(super) fn ids<'a>(commits: &[&'a Commit]) -> BTreeMap<&'a str, usize> {
    commits.iter().enumerate().map(|(place, commit)| (commit.sha.as_str(), place)).collect()
}

/// The place of the commit with an id, which can be shortened; `None` if several begin with it.
pub(super) fn place_of(ids: &BTreeMap<&str, usize>, id: &str) -> Option<usize> {
    let id = id.to_ascii_lowercase();
    if id.len() < SHA_DIGITS_MIN || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut found = ids.range(id.as_str()..).take_while(|(known, _)| known.starts_with(&id));
    found.next().filter(|_| found.next().is_none()).map(|(_, place)| *place)
}

/// The id in the last line that `git cherry-pick -x` adds.
fn picked_from(message: &str) -> Option<&str> {
    let lines = message.lines().rev().map(str::trim);
    let mut ids = lines.filter_map(|line| line.strip_prefix("(cherry picked from commit ")?.strip_suffix(')'));
    ids.find(|id| id.len() >= SHA_DIGITS_MIN && id.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// For each commit the place of another one in its group, or its own.
struct Groups {
    parents: Vec<usize>,
}

impl Groups {
    fn root(&mut self, mut place: usize) -> usize {
        while let Some(parent) = self.parents.get(place).copied().filter(|parent| *parent != place) {
            // Halving the path keeps long chains short.
            let above = self.parents.get(parent).copied().unwrap_or(parent);
            if let Some(slot) = self.parents.get_mut(place) {
                *slot = above;
            }
            place = above;
        }
        place
    }

    fn unite(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        if let Some(slot) = self.parents.get_mut(one.max(other)) {
            *slot = one.min(other);
        }
    }

    fn into_repeats<'a>(mut self, commits: &[&'a Commit]) -> Vec<Repeat<'a>> {
        let mut groups: BTreeMap<usize, Vec<&'a Commit>> = BTreeMap::new();
        for (place, commit) in commits.iter().enumerate() {
            groups.entry(self.root(place)).or_default().push(commit);
        }
        let repeat = |commits: Vec<&'a Commit>| {
            let newest = commits.iter().find(|commit| squashed_into(commit.subject()).is_none());
            let subject = newest.or(commits.first()).map_or("", |commit| subject(commit));
            Repeat { subject, commits }
        };
        groups.into_values().map(repeat).collect()
    }
}
