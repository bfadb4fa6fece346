//! What happened in a range of commits.

mod areas;
mod change;
mod combine;
mod facts;
mod fold;
mod lookups;
mod merges;
mod paths;
mod references;
mod repeats;
mod reverts;
mod trend;
mod updates;
mod warnings;

use domain::commit::{Author, Commit, Sha};
use domain::instant::Duration;

/// A commit with a number, which is its id and the minute of its time, and the numbers of its parents.
pub(crate) fn commit(number: usize, message: &str, parents: &[usize]) -> Commit {
    Commit {
        sha: sha(number),
        parents: parents.iter().copied().map(sha).collect(),
        author: Author { name: "Ada Lovelace".to_owned(), email: None, login: None, is_bot: false },
        committed_at: crate::sample::instant("2026-05-04T09:00:00Z")
            + Duration::minutes(i64::try_from(number).expect("a small number")),
        message: message.to_owned(),
        changes: None,
        files: Vec::new(),
        page: None,
    }
}

pub(crate) fn sha(number: usize) -> Sha {
    let first = number.wrapping_mul(2_654_435_761) % 0xffff_ffff;
    Sha::parse(&format!("{first:08x}{number:032}")).expect("an id")
}

/// Messages from the oldest, as a line of commits, newest first. The number of each is its place from the oldest.
pub(crate) fn line<T: AsRef<str>>(messages: &[T]) -> Vec<Commit> {
    let parents = |number: usize| number.checked_sub(1).into_iter().collect::<Vec<_>>();
    let commits = messages.iter().enumerate().map(|(number, text)| commit(number, text.as_ref(), &parents(number)));
    let mut commits: Vec<Commit> = commits.collect();
    commits.reverse();
    commits
}

/// The number of a commit that [`commit`] made.
pub(crate) fn number(commit: &Commit) -> usize {
    commit.sha.as_str()[8..].parse().expect("a number")
}
