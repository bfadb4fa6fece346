//! What a provider reports of an answer's tokens, and what is recorded of it.

use super::{TokenUsage, UsageSource};

/// The most tokens that one answer can have used: a hundred times any model's context. More is a server's error.
pub const ANSWER_TOKENS_MAX: u64 = 100_000_000;

/// Token counts as an answer reports them. Servers omit or null what they don't count; a count of 0 is as good as none,
/// because no prompt is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReportedUsage {
    pub prompt: Option<u64>,
    /// Tokens written. Some servers count reasoning beside it.
    pub completion: Option<u64>,
    pub total: Option<u64>,
    pub cached_prompt: Option<u64>,
    pub cache_write: Option<u64>,
    pub reasoning: Option<u64>,
}

/// What is recorded of an answer's tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metered {
    pub tokens: TokenUsage,
    pub source: UsageSource,
    /// A reported count above [`ANSWER_TOKENS_MAX`], because of which the report was rejected.
    pub rejected: Option<u64>,
}

impl From<TokenUsage> for ReportedUsage {
    fn from(tokens: TokenUsage) -> Self {
        Self {
            prompt: Some(tokens.prompt()),
            completion: Some(tokens.completion()),
            total: Some(tokens.total()),
            cached_prompt: Some(tokens.cached_prompt()),
            cache_write: Some(tokens.cache_write()),
            reasoning: Some(tokens.reasoning()),
        }
    }
}

impl ReportedUsage {
    /// What is recorded, given an estimate of the prompt and of what was answered (0 where that is nothing).
    ///
    /// - What the total exceeds prompt and completion by is completion: Gemini and xAI count reasoning beside it.
    ///   Without a total, reasoning that exceeds the completion is counted beside it too.
    /// - A part that is missing or 0 is what the total leaves for it, else estimated, and then the whole is marked as
    ///   an estimate. What a total alone exceeds the estimated prompt by is the completion.
    /// - An answer without a text may have a completion that is reported as 0, or for which the total leaves nothing;
    ///   one all of whose counts are 0 and which has no text used nothing.
    /// - Counts above [`ANSWER_TOKENS_MAX`] are rejected, and all is estimated.
    pub fn metered(self, estimate: TokenUsage) -> Metered {
        let rejected = self.highest().filter(|count| *count > ANSWER_TOKENS_MAX);
        if rejected.is_some() {
            return Metered { tokens: estimate, source: UsageSource::Estimate, rejected };
        }
        let (prompt, completion) = self.parts();
        let has_text = estimate.completion() > 0;
        let may_be_zero = !has_text && (self.completion.is_some() || self.total.is_some());
        let is_reported = prompt.is_some() && (completion.is_some() || may_be_zero);
        if !is_reported && !has_text && self.is_all_zero() {
            return Metered { tokens: TokenUsage::ZERO, source: UsageSource::Api, rejected: None };
        }
        let beside_estimate = self.total.unwrap_or_default().checked_sub(estimate.prompt());
        let left = beside_estimate.filter(|left| prompt.is_none() && *left > 0);
        let tokens = TokenUsage::new(
            prompt.unwrap_or(estimate.prompt()),
            self.cached_prompt.unwrap_or_default(),
            completion.or(left).unwrap_or(estimate.completion()),
            self.reasoning.unwrap_or_default(),
        )
        .with_cache_write(self.cache_write.unwrap_or_default());
        let source = if is_reported { UsageSource::Api } else { UsageSource::Estimate };
        Metered { tokens, source, rejected: None }
    }

    /// Prompt and completion as far as they follow from the report; never `Some(0)`.
    fn parts(self) -> (Option<u64>, Option<u64>) {
        let [prompt, completion, total, reasoning] =
            [self.prompt, self.completion, self.total, self.reasoning].map(|count| count.filter(|count| *count > 0));
        match (prompt, completion, total) {
            (Some(prompt), _, Some(total)) if total > prompt.saturating_add(completion.unwrap_or_default()) => {
                (Some(prompt), Some(total - prompt))
            }
            (None, Some(completion), Some(total)) if total > completion => (Some(total - completion), Some(completion)),
            (_, _, None) => {
                let beside = reasoning.filter(|reasoning| *reasoning > completion.unwrap_or_default());
                let sum = beside.map(|reasoning| reasoning.saturating_add(completion.unwrap_or_default()));
                (prompt, sum.or(completion))
            }
            (prompt, completion, Some(_)) => (prompt, completion),
        }
    }

    /// The greatest of all counts and of their sum.
    fn highest(self) -> Option<u64> {
        let sum = self.prompt.unwrap_or_default().saturating_add(self.completion.unwrap_or_default());
        [self.prompt, self.completion, self.total, self.cached_prompt, self.cache_write, self.reasoning, Some(sum)]
            .into_iter()
            .flatten()
            .max()
    }

    /// Whether it counts something, and all of it as 0.
    fn is_all_zero(self) -> bool {
        self.highest() == Some(0) && [self.prompt, self.completion, self.total].iter().any(Option::is_some)
    }
}
