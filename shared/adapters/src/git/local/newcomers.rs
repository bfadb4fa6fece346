//! Which authors have no commit before another one: a walk over its history, until all are found or it ends.

use super::walk::History;
use domain::commit::Sha;
use domain::digest::AuthorLookup;
use git2::{Oid, Repository};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// How many commits are read between two checks of the time.
const COMMITS_AT_ONCE: usize = 1_000;

/// A commit of each author who has none that is reachable from `base`, by any of the addresses and names; empty if the
/// history can't be read to its end in this time.
pub(super) fn of(
    repository: &Repository,
    base: &Sha,
    authors: &[AuthorLookup],
    within: Duration,
) -> Result<Vec<Sha>, git2::Error> {
    let lower = |texts: &BTreeSet<String>| texts.iter().map(|text| text.to_lowercase()).collect::<BTreeSet<_>>();
    let mut left: Vec<_> =
        authors.iter().map(|author| (lower(&author.emails), lower(&author.names), &author.commit)).collect();
    let (history, started) = (History::of(repository)?, Instant::now());
    let mut walk = history.from(Oid::from_str(base.as_str())?)?;
    for (place, found) in walk.by_ref().enumerate() {
        let author = &found.commit.author;
        let (email, name) = (author.email.to_lowercase(), author.name.to_lowercase());
        left.retain(|(emails, names, _)| !(emails.contains(&email) || names.contains(&name)));
        let is_late = place % COMMITS_AT_ONCE == 0 && started.elapsed() > within;
        if left.is_empty() || is_late {
            return Ok(Vec::new());
        }
    }
    if walk.unread_before(None).is_some() {
        return Ok(Vec::new());
    }
    Ok(left.into_iter().map(|(_, _, commit)| commit.clone()).collect())
}
