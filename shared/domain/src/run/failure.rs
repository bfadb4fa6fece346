//! Why a run failed: a code and a message for the user.

use crate::configuration::BranchName;
use crate::id::RepositoryId;
use crate::words::words;

/// Why a run failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub code: ErrorCode,
    /// What happened and what to do, without secrets or internals. At most [`Failure::MESSAGE_CHARS_MAX`] characters.
    pub message: String,
}

/// A branch that a run could not read, while it read others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedBranch {
    pub repository: RepositoryId,
    pub branch: BranchName,
    pub failure: Failure,
}

impl Failure {
    /// The longest message, in characters: it is a part of the run's item, which is kept near a kilobyte.
    pub const MESSAGE_CHARS_MAX: usize = 300;

    /// The longest message, in bytes, for texts of more than one byte a character.
    pub const MESSAGE_BYTES_MAX: usize = 600;

    /// A failure with its message in one line, cut to [`Self::MESSAGE_CHARS_MAX`] and [`Self::MESSAGE_BYTES_MAX`].
    pub fn new(code: ErrorCode, message: &str) -> Self {
        let mut line = String::new();
        for letter in message.chars().take(Self::MESSAGE_CHARS_MAX) {
            if line.len() + letter.len_utf8() > Self::MESSAGE_BYTES_MAX {
                break;
            }
            line.push(if letter.is_control() { ' ' } else { letter });
        }
        Self { code, message: line }
    }
}

words! {
    /// The kind of a failure.
    pub enum ErrorCode {
        /// No such repository or branch, or no access to it.
        RepositoryNotFound = "REPOSITORY_NOT_FOUND",
        TokenInvalid = "TOKEN_INVALID",
        GitRateLimited = "GIT_RATE_LIMITED",
        GitUnavailable = "GIT_UNAVAILABLE",
        LlmUnavailable = "LLM_UNAVAILABLE",
        LlmRejected = "LLM_REJECTED",
        /// The run was lost as often as is allowed.
        RunAbandoned = "RUN_ABANDONED",
        Internal = "INTERNAL",
    }
}
