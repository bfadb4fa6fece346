//! Why a run failed, in a code for machines and a message for its user.

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

/// What kind of failure it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// No such repository or branch, or no access to it.
    RepositoryNotFound,
    /// The git host refused the access token.
    TokenInvalid,
    /// The git host asks to come back later.
    GitRateLimited,
    /// The git host does not answer, or not with sense.
    GitUnavailable,
    /// The model does not answer.
    LlmUnavailable,
    /// The model refused the request for good.
    LlmRejected,
    /// The run was lost and tried as often as allowed.
    RunAbandoned,
    /// Something on our side.
    Internal,
}

impl ErrorCode {
    /// Every code.
    pub const ALL: [Self; 8] = [
        Self::RepositoryNotFound,
        Self::TokenInvalid,
        Self::GitRateLimited,
        Self::GitUnavailable,
        Self::LlmUnavailable,
        Self::LlmRejected,
        Self::RunAbandoned,
        Self::Internal,
    ];

    /// The code in records and answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RepositoryNotFound => "REPOSITORY_NOT_FOUND",
            Self::TokenInvalid => "TOKEN_INVALID",
            Self::GitRateLimited => "GIT_RATE_LIMITED",
            Self::GitUnavailable => "GIT_UNAVAILABLE",
            Self::LlmUnavailable => "LLM_UNAVAILABLE",
            Self::LlmRejected => "LLM_REJECTED",
            Self::RunAbandoned => "RUN_ABANDONED",
            Self::Internal => "INTERNAL",
        }
    }

    /// Reads the code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.as_str() == text)
    }
}
