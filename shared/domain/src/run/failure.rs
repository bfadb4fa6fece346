//! Why a run failed, in a code for machines and a message for its user.

use crate::words::words;

/// Why a run failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The code.
    pub code: ErrorCode,
    /// What happened and what to do, for the user: no secret, nothing internal. At most [`Failure::MESSAGE_CHARS_MAX`].
    pub message: String,
}

impl Failure {
    /// The longest message, in characters: it is a part of the run's item, which is kept near a kilobyte.
    pub const MESSAGE_CHARS_MAX: usize = 300;

    /// The longest message, in bytes, for texts of more than one byte a character.
    pub const MESSAGE_BYTES_MAX: usize = 600;

    /// A failure with its message in one line, cut to [`Self::MESSAGE_CHARS_MAX`] and [`Self::MESSAGE_BYTES_MAX`].
    #[must_use]
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
    /// What kind of failure it was.
    pub enum ErrorCode {
        /// No such repository or branch, or no access to it.
        RepositoryNotFound = "REPOSITORY_NOT_FOUND",
        /// The git host refused the access token.
        TokenInvalid = "TOKEN_INVALID",
        /// The git host asks to come back later.
        GitRateLimited = "GIT_RATE_LIMITED",
        /// The git host does not answer, or not with sense.
        GitUnavailable = "GIT_UNAVAILABLE",
        /// The model does not answer.
        LlmUnavailable = "LLM_UNAVAILABLE",
        /// The model refused the request for good.
        LlmRejected = "LLM_REJECTED",
        /// The run was lost and tried as often as allowed.
        RunAbandoned = "RUN_ABANDONED",
        /// Something on our side.
        Internal = "INTERNAL",
    }
}
