//! Why a report was written without the chosen model.

use super::markdown::line;
use crate::words::words;

/// The longest name of a model in a report, in characters.
const MODEL_CHARS_MAX: usize = 100;

words! {
    /// Why a report was written without the chosen model. Codes and messages repeat nothing of a provider's answer, so
    /// that anyone who can see the run may read them.
    pub enum DegradedReason {
        LlmUnavailable = "LLM_UNAVAILABLE",
        LlmRejected = "LLM_REJECTED",
        PromptTooLong = "PROMPT_TOO_LONG",
        NoText = "NO_TEXT",
        OnlyThinking = "ONLY_THINKING",
        Refusal = "REFUSAL",
        ContentFilter = "CONTENT_FILTER",
        ToolCall = "TOOL_CALL",
        /// An answer that has no text below a heading and names no commit, or refuses.
        NotAReport = "NOT_A_REPORT",
        /// A text that contradicts the figures, cites other commits, or is in another language, also when asked again.
        CheckFailed = "CHECK_FAILED",
        /// An answer that is incomplete, too large, or not a chat completion.
        UnreadableAnswer = "UNREADABLE_ANSWER",
    }
}

impl DegradedReason {
    /// The note at the beginning of a report that was written without the model of this name.
    #[must_use]
    pub fn note(self, model: &str) -> String {
        let (model, message) = (line(model, MODEL_CHARS_MAX), self.message());
        format!(
            "> Written without the language model ({model}). {message} This report does not count against your \
             limit.\n\n"
        )
    }

    /// What happened, as a sentence.
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
            Self::NotAReport => {
                "The model's answer is not a report: it has no text below a heading and names no commit."
            }
            Self::CheckFailed => {
                "The model's answer contradicts the figures, cites unknown commits, or is in another language."
            }
            Self::UnreadableAnswer => "The model's answer was incomplete or could not be read.",
        }
    }
}
