//! Why a report was written without the model that was chosen, in a code for machines and words for its user.

/// Why a report was written without the model that was chosen. The words name nothing that a provider answered, so
/// they are fit for everyone who can see the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DegradedReason {
    /// No answer.
    LlmUnavailable,
    /// The provider refused the request.
    LlmRejected,
    /// The commits are more than the model takes.
    PromptTooLong,
    /// An answer without a text.
    NoText,
    /// An answer that holds only what the model thought.
    OnlyThinking,
    /// The model declined to write.
    Refusal,
    /// The provider's content filter withheld the text.
    ContentFilter,
    /// A call of a tool in place of a text.
    ToolCall,
    /// A text that has no heading and names no commit.
    NotAReport,
    /// An answer that broke off, is too large, or is not a chat completion as far as it can be read.
    UnreadableAnswer,
}

impl DegradedReason {
    /// Every reason.
    pub const ALL: [Self; 10] = [
        Self::LlmUnavailable,
        Self::LlmRejected,
        Self::PromptTooLong,
        Self::NoText,
        Self::OnlyThinking,
        Self::Refusal,
        Self::ContentFilter,
        Self::ToolCall,
        Self::NotAReport,
        Self::UnreadableAnswer,
    ];

    /// The code in records and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LlmUnavailable => "LLM_UNAVAILABLE",
            Self::LlmRejected => "LLM_REJECTED",
            Self::PromptTooLong => "PROMPT_TOO_LONG",
            Self::NoText => "NO_TEXT",
            Self::OnlyThinking => "ONLY_THINKING",
            Self::Refusal => "REFUSAL",
            Self::ContentFilter => "CONTENT_FILTER",
            Self::ToolCall => "TOOL_CALL",
            Self::NotAReport => "NOT_A_REPORT",
            Self::UnreadableAnswer => "UNREADABLE_ANSWER",
        }
    }

    /// Reads the code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }

    /// What happened, as a sentence.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::LlmUnavailable => {
                "The model's provider could not be reached, was overloaded, or did not answer in time."
            }
            Self::LlmRejected => "The model's provider refused the request. Check the model's name, key and credit.",
            Self::PromptTooLong => {
                "The commits are more than the model can read. Choose a model with a longer context."
            }
            Self::NoText => "The model's answer has no text.",
            Self::OnlyThinking => "The model's answer contains only reasoning and no report.",
            Self::Refusal => "The model declined to write the report.",
            Self::ContentFilter => "The provider's content filter withheld the report.",
            Self::ToolCall => "The model asked for a tool instead of writing the report.",
            Self::NotAReport => "The model's answer is not a report: it has no heading and names no commit.",
            Self::UnreadableAnswer => "The model's answer was incomplete or could not be read.",
        }
    }
}
