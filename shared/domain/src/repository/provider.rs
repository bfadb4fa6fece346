//! The kinds of git host.

use crate::words::words;

words! {
    /// The API that a git host has.
    pub enum Provider {
        /// GitHub's REST API.
        GitHub = "github",
        /// GitLab's API v4.
        GitLab = "gitlab",
        /// Gitea's and Forgejo's API v1.
        Gitea = "gitea",
    }
}
