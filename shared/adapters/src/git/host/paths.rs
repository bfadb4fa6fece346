//! Which commits of a list change a file in some paths, by a host's lists of commits with such changes.
//!
//! A list is computed by the host as `git log` does, which skips what a merge made undone: a commit of a branch whose
//! changes to the path were all taken back before it was merged can be missing.

use super::{Api, spare_requests};
use app::ports::{CommitQuery, GitError};
use domain::commit::{Commit, Patch, PatchLimits, Sha};
use domain::repository::{PathFilter, RepositoryPath};
use futures::{StreamExt, stream};
use std::collections::BTreeSet;

/// The most commits whose files are read because they change an excluded path: they may change others too.
const FILES_READ_MAX: usize = 100;

/// Requests at the same time; see the requests for changes.
const REQUESTS_AT_ONCE: usize = 4;

/// Those of the commits, newest first. A commit that changes an excluded path is among them unless all of its files are
/// known, and none matches.
pub(in crate::git) async fn touching(
    api: &Api<'_>,
    head: &Sha,
    commits: &[Commit],
    paths: &PathFilter,
) -> Result<BTreeSet<Sha>, GitError> {
    let Some(since) = commits.iter().map(|commit| commit.committed_at).min() else { return Ok(BTreeSet::new()) };
    let query = CommitQuery::Dated { head: head.clone(), since, until: None };
    let included = union(api, &query, paths.include()).await?;
    let excluded = union(api, &query, paths.exclude()).await?;
    let is_included = |commit: &&Commit| paths.include().is_empty() || included.contains(&commit.sha);
    let (doubtful, kept): (Vec<&Commit>, Vec<&Commit>) =
        commits.iter().filter(is_included).partition(|commit| excluded.contains(&commit.sha) && !commit.is_merge());
    let mut touching: BTreeSet<Sha> = kept.into_iter().map(|commit| commit.sha.clone()).collect();
    touching.extend(not_only_excluded(api, &doubtful, paths).await);
    Ok(touching)
}

/// The commits that change one of the paths.
async fn union(api: &Api<'_>, query: &CommitQuery, paths: &[RepositoryPath]) -> Result<BTreeSet<Sha>, GitError> {
    let mut found = BTreeSet::new();
    for path in paths {
        let list = crate::git::commits_of_path(api, query, path).await?;
        found.extend(list.commits.into_iter().map(|commit| commit.sha));
    }
    Ok(found)
}

/// Those with a file that matches, and those whose files can't be read, or not all of them.
async fn not_only_excluded(api: &Api<'_>, commits: &[&Commit], paths: &PathFilter) -> Vec<Sha> {
    let is_kept = |found: Option<&(Patch, Option<u64>)>| found.is_none_or(|(patch, _)| may_match(patch, paths));
    let Some((first, others)) = commits.split_first() else { return Vec::new() };
    let read = files_of(api, &first.sha).await;
    let remaining = read.as_ref().and_then(|(_, remaining)| *remaining);
    let (asked, unasked) = others.split_at(spare_requests(remaining).min(FILES_READ_MAX).min(others.len()));
    let requests: Vec<_> = asked.iter().map(|commit| files_of(api, &commit.sha)).collect();
    let answers: Vec<_> = stream::iter(requests).buffered(REQUESTS_AT_ONCE).collect().await;
    let mut kept: Vec<Sha> = is_kept(read.as_ref()).then(|| first.sha.clone()).into_iter().collect();
    let asked = asked.iter().zip(&answers).filter(|(_, found)| is_kept(found.as_ref()));
    kept.extend(asked.map(|(commit, _)| commit.sha.clone()));
    kept.extend(unasked.iter().map(|commit| commit.sha.clone()));
    kept
}

/// The files of a commit, without their texts, and how many requests the host still allows.
async fn files_of(api: &Api<'_>, sha: &Sha) -> Option<(Patch, Option<u64>)> {
    let limits = PatchLimits { files: 0, ..PatchLimits::default() };
    let found = crate::git::change(api, sha, &limits).await;
    found.inspect_err(|error| tracing::info!(%sha, %error, "the files of a commit can't be read: it is reported")).ok()
}

/// Whether a file matches, or a file is unknown.
fn may_match(patch: &Patch, paths: &PathFilter) -> bool {
    let count = u64::try_from(patch.files.len()).ok();
    let is_whole = count.is_some() && patch.changes.and_then(|changes| changes.files) == count;
    !is_whole || patch.files.iter().any(|file| paths.matches(&file.path))
}
