//! Where commits come from: the REST APIs of [`GitHub`], [`GitLab`] and [`Gitea`] (Forgejo's too), which share `host`, and,
//! with the feature `local-git`, the folders of this machine (`LocalGit`). [`Commits`] asks the one that a repository's
//! location names.
//!
//! Errors speak to the user who named the repository: what happened, to which repository, and what to do. No token and
//! no address of ours stands in them.

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
