//! Sources of commits: the REST APIs of git hosts, and, with the feature `local-git`, the folders of this machine
//! (`LocalGit`). [`Commits`] reads each repository where its location says.
//!
//! A kind of host is a row of [`domain::repository::Provider`], and here a `host::Dialect` and its lists of commits;
//! `host` contains what all have in common.
//!
//! Errors are written for the user who named the repository: what happened, to which repository, and what to do. They
//! contain no token and no address of ours.

mod activity;
mod gitea;
mod github;
mod gitlab;
mod host;
#[cfg(feature = "local-git")]
mod local;
mod source;

pub use host::Reach;
#[cfg(feature = "local-git")]
pub use local::{LocalGit, NewestDates};
pub use source::Commits;

use app::ports::{CommitList, CommitQuery, GitError, GitFailure};
use domain::commit::{Patch, PatchLimits, Sha};
use domain::digest::AuthorLookup;
use domain::repository::{Provider, RepositoryPath};

/// How the API of each kind of host is used.
fn dialect(provider: Provider) -> &'static host::Dialect {
    match provider {
        Provider::GitHub => &github::DIALECT,
        Provider::GitLab => &gitlab::DIALECT,
        Provider::Gitea => &gitea::DIALECT,
    }
}

/// The commits of the query, newest first, at most `limit`; `None` if the base is no ancestor of the head.
async fn commits(
    api: &host::Api<'_>,
    query: &CommitQuery,
    with_changes: bool,
    limit: usize,
) -> Result<Option<CommitList>, GitError> {
    match api.dialect.provider {
        Provider::GitHub => github::commits(api, query, limit).await,
        Provider::GitLab => gitlab::commits(api, query, with_changes, limit).await,
        Provider::Gitea => gitea::commits(api, query, with_changes, limit).await,
    }
}

/// The commits of the query that change a path, at most `limit`.
async fn commits_of_path(
    api: &host::Api<'_>,
    query: &CommitQuery,
    path: &RepositoryPath,
    limit: usize,
) -> Result<CommitList, GitError> {
    let (wanted, path) = (host::commits::Wanted::of(query, limit).uncounted(), path.as_str());
    match api.dialect.provider {
        Provider::GitHub => github::commits_of_path(api, &wanted, path).await,
        Provider::GitLab => gitlab::commits_of_path(api, &wanted, path).await,
        Provider::Gitea => gitea::commits_of_path(api, &wanted, path).await,
    }
}

/// What one commit changes, and how many requests the host allows after this one, if it reports that.
async fn change(api: &host::Api<'_>, sha: &Sha, limits: &PatchLimits) -> Result<(Patch, Option<u64>), GitError> {
    match api.dialect.provider {
        Provider::GitHub => github::change(api, sha, limits).await,
        Provider::GitLab => gitlab::change(api, sha, limits).await,
        Provider::Gitea => gitea::change(api, sha, limits).await,
    }
}

/// What the host's lists are filtered by to find all commits of an author; `None` if it has no such filter, or if the
/// filter would not find all.
fn author_filters(api: &host::Api<'_>, author: &AuthorLookup) -> Option<Vec<String>> {
    match api.dialect.provider {
        Provider::GitHub => Some(github::author_filters(author)),
        Provider::GitLab => gitlab::author_filters(author),
        Provider::Gitea => None,
    }
}

/// A failure with its message.
fn failed(failure: GitFailure, message: impl Into<String>) -> GitError {
    GitError { failure, message: message.into() }
}
