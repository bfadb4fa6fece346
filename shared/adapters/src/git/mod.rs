//! Sources of commits: the REST APIs of [`GitHub`], [`GitLab`] and [`Gitea`] (Forgejo's too), which share `host`, and,
//! with the feature `local-git`, the folders of this machine (`LocalGit`). [`Commits`] chooses the one for a
//! repository's location.
//!
//! Errors are written for the user who named the repository: what happened, to which repository, and what to do. They
//! contain no token and no address of ours.

mod gitea;
mod github;
mod gitlab;
mod host;
#[cfg(feature = "local-git")]
mod local;
mod router;

pub use gitea::Gitea;
pub use github::GitHub;
pub use gitlab::GitLab;
pub use host::Reach;
#[cfg(feature = "local-git")]
pub use local::LocalGit;
pub use router::Commits;

use app::ports::{GitError, GitFailure};

/// A failure with its message.
fn failed(failure: GitFailure, message: impl Into<String>) -> GitError {
    GitError { failure, message: message.into() }
}
