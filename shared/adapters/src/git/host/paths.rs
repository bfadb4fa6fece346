//! Which commits of a list change a file in some paths, by a host's lists of commits with such changes.
//!
//! The host computes a list as `git log` does by default, which simplifies history: a commit can be missing if its
//! changes to the path were reverted before its branch was merged.

use super::{Api, REQUESTS_AT_ONCE, spare_requests};
use app::ports::{CommitQuery, GitError};
use domain::commit::{Commit, Patch, PatchLimits, Sha};
use domain::instant::{Duration, Instant};
use domain::repository::{PathFilter, RepositoryPath};
use futures::{StreamExt, TryStreamExt, stream};
use std::collections::BTreeSet;

/// The most commits whose files are read because they change an excluded path: they may change others too.
const FILES_READ_MAX: usize = 100;

/// The most commits outside of the range that a list is read for: a commit's date can be much older than its range.
const LISTED_BESIDE_MAX: usize = 500;

/// The ids of the commits that change a file which the filter matches. A commit that changes an excluded path is kept
/// unless all of its files are known, and none matches.
pub(in crate::git) async fn touching(
    api: &Api<'_>,
    head: &Sha,
    commits: &[Commit],
    paths: &PathFilter,
) -> Result<BTreeSet<Sha>, GitError> {
    let dates = || commits.iter().map(|commit| commit.committed_at);
    let (Some(since), Some(newest)) = (dates().min(), dates().max()) else { return Ok(BTreeSet::new()) };
    let query = CommitQuery::Dated { head: head.clone(), since, until: Some(newest + Duration::milliseconds(1)) };
    let listing = Listing { api, query, limit: commits.len().saturating_add(LISTED_BESIDE_MAX) };
    let included = listing.union(paths.include()).await?;
    let excluded = listing.union(paths.exclude()).await?;
    let is_included = |commit: &&Commit| paths.include().is_empty() || included.may_have(commit);
    let is_doubtful = |commit: &&Commit| excluded.ids.contains(&commit.sha) && !commit.is_merge();
    let (doubtful, kept): (Vec<&Commit>, Vec<&Commit>) = commits.iter().filter(is_included).partition(is_doubtful);
    let mut touching: BTreeSet<Sha> = kept.into_iter().map(|commit| commit.sha.clone()).collect();
    touching.extend(not_only_excluded(api, &doubtful, paths).await?);
    Ok(touching)
}

/// A host's lists of commits that change a path.
struct Listing<'a> {
    api: &'a Api<'a>,
    query: CommitQuery,
    limit: usize,
}

/// The commits that change one of some paths.
#[derive(Default)]
struct Union {
    ids: BTreeSet<Sha>,
    /// The date down to which all lists were read, if one was not read to its end.
    unread_before: Option<Instant>,
}

impl Listing<'_> {
    async fn union(&self, paths: &[RepositoryPath]) -> Result<Union, GitError> {
        let mut union = Union::default();
        for path in paths {
            let list = crate::git::commits_of_path(self.api, &self.query, path, self.limit).await?;
            if list.at_least || list.omitted > 0 {
                let oldest = list.commits.iter().map(|commit| commit.committed_at).min();
                union.unread_before = union.unread_before.max(oldest);
            }
            union.ids.extend(list.commits.into_iter().map(|commit| commit.sha));
        }
        Ok(union)
    }
}

impl Union {
    /// Whether the commit changes one of the paths, as far as that is known.
    fn may_have(&self, commit: &Commit) -> bool {
        let is_unread = self.unread_before.is_some_and(|oldest| commit.committed_at <= oldest);
        is_unread || self.ids.contains(&commit.sha)
    }
}

/// Those with a file that matches, and those whose files can't be known. A failure that may pass is an error.
async fn not_only_excluded(api: &Api<'_>, commits: &[&Commit], paths: &PathFilter) -> Result<Vec<Sha>, GitError> {
    let Some((first, others)) = commits.split_first() else { return Ok(Vec::new()) };
    let (is_kept, remaining) = is_kept(api, &first.sha, paths).await?;
    let (asked, unasked) = others.split_at(spare_requests(remaining).min(FILES_READ_MAX - 1).min(others.len()));
    let requests: Vec<_> = asked.iter().map(|commit| is_kept_alone(api, &commit.sha, paths)).collect();
    let answers: Vec<bool> = stream::iter(requests).buffered(REQUESTS_AT_ONCE).try_collect().await?;
    let asked = asked.iter().zip(answers).filter(|(_, is_kept)| *is_kept).map(|(commit, _)| commit);
    let all = is_kept.then_some(first).into_iter().chain(asked).chain(unasked);
    Ok(all.map(|commit| commit.sha.clone()).collect())
}

async fn is_kept_alone(api: &Api<'_>, sha: &Sha, paths: &PathFilter) -> Result<bool, GitError> {
    is_kept(api, sha, paths).await.map(|(is_kept, _)| is_kept)
}

/// Whether a commit changes a file that matches, as far as that is known, and how many requests the host still allows.
async fn is_kept(api: &Api<'_>, sha: &Sha, paths: &PathFilter) -> Result<(bool, Option<u64>), GitError> {
    // Only the names of the files are needed.
    let limits = PatchLimits { files: 0, ..PatchLimits::default() };
    match crate::git::change(api, sha, &limits).await {
        Ok((patch, remaining)) => Ok((may_match(&patch, paths), remaining)),
        Err(error) if error.failure.is_temporary() => Err(error),
        Err(error) => {
            tracing::info!(%sha, %error, "the files of a commit can't be read: it is reported");
            Ok((true, None))
        }
    }
}

/// Whether a file matches, or a file is unknown.
fn may_match(patch: &Patch, paths: &PathFilter) -> bool {
    let count = u64::try_from(patch.files.len()).ok();
    let is_whole = count.is_some() && patch.changes.and_then(|changes| changes.files) == count;
    let names = patch.files.iter().map(|file| &file.path).chain(&patch.moved_from);
    !is_whole || names.into_iter().any(|name| paths.matches(name))
}
