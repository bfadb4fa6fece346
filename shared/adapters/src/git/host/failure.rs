//! The errors of requests to a host, written for the user who named the repository.

use super::{Api, limit};
use crate::git::failed;
use app::ports::{GitError, GitFailure};
use domain::commit::Sha;
use domain::configuration::BranchName;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;

impl Api<'_> {
    /// The error of a branch that does not exist.
    pub(in crate::git) fn no_branch(&self, branch: &BranchName) -> GitError {
        let message =
            format!("'{}' at {} has no branch '{branch}': check the branch's name", self.repository, self.host);
        failed(GitFailure::NotFound, message)
    }

    /// The error of a commit that was observed and is now missing.
    pub(in crate::git) fn lost_commit(&self, head: &Sha) -> GitError {
        let message = format!(
            "'{}' at {} has no commit {} any more: the branch was changed while it was read; try again",
            self.repository,
            self.host,
            head.short(),
        );
        failed(GitFailure::NotFound, message)
    }

    /// The error of an answer that can't be parsed.
    pub(in crate::git) fn unreadable_answer(&self) -> GitError {
        self.unavailable("returned an answer that can't be parsed")
    }

    pub(super) fn unavailable(&self, what: &str) -> GitError {
        failed(
            GitFailure::Unavailable,
            format!("{} {what} (asked for '{}'): try again later", self.host, self.repository),
        )
    }

    /// The error of a request that would fail in the same way later.
    pub(super) fn permanent(&self, what: &str) -> GitError {
        let message = format!("{} {what} (asked for '{}'): check the repository's address", self.host, self.repository);
        failed(GitFailure::Refused, message)
    }

    pub(super) fn refused(&self, status: StatusCode) -> GitError {
        self.permanent(&format!("refuses the request with status {}", status.as_u16()))
    }

    /// 403 is either a limit on the number of requests, or a right that the token lacks; 429 is a limit.
    pub(super) fn forbidden(&self, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> GitError {
        let Some(retry_after) = limit::wait(status, headers, body) else { return self.token_invalid() };
        let advice = if self.token.is_some() {
            "the reports that share this access token ask too often"
        } else {
            "give the repository an access token, which raises the limit"
        };
        failed(
            GitFailure::RateLimited { retry_after },
            format!("{} allows no further requests about '{}' for now: {advice}", self.host, self.repository),
        )
    }

    pub(super) fn token_invalid(&self) -> GitError {
        let message = if self.token.is_some() {
            format!(
                "{} refuses the access token of '{}': it is wrong, has expired, or may not read the repository's \
                 contents; give a new one",
                self.host, self.repository
            )
        } else {
            format!("{} asks for an access token to read '{}': give one", self.host, self.repository)
        };
        failed(GitFailure::TokenInvalid, message)
    }
}
