//! How many tokens a model read and wrote.

use super::AMOUNT_MAX;
use crate::words::words;
use std::iter::Sum;
use std::ops::{Add, AddAssign};

/// The tokens of one or more calls of a model.
///
/// Cached tokens are a part of the prompt and reasoning tokens a part of the completion, as in the `usage` of
/// OpenAI-compatible answers: they are subtracted where they have a price of their own, and never added to a total.
/// The parts can't exceed their wholes, and no figure exceeds [`AMOUNT_MAX`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct TokenUsage {
    prompt: u64,
    cached_prompt: u64,
    cache_write: u64,
    completion: u64,
    reasoning: u64,
}

impl TokenUsage {
    pub const ZERO: Self = Self { prompt: 0, cached_prompt: 0, cache_write: 0, completion: 0, reasoning: 0 };

    /// Tokens as a provider counted them. A part that exceeds its whole is lowered to it: providers do answer such
    /// figures, and a wrong detail is no reason to lose the run. Figures above [`AMOUNT_MAX`] are lowered to that.
    pub fn new(prompt: u64, cached_prompt: u64, completion: u64, reasoning: u64) -> Self {
        let (prompt, completion) = (prompt.min(AMOUNT_MAX), completion.min(AMOUNT_MAX));
        Self {
            prompt,
            cached_prompt: cached_prompt.min(prompt),
            cache_write: 0,
            completion,
            reasoning: reasoning.min(completion),
        }
    }

    /// The same with this many tokens of the prompt written to the provider's cache. A token is either read from the
    /// cache or written to it, so the two together can't exceed the prompt.
    #[must_use]
    pub fn with_cache_write(self, cache_write: u64) -> Self {
        Self { cache_write: cache_write.min(self.prompt.saturating_sub(self.cached_prompt)), ..self }
    }

    /// Tokens read, the cached ones among them.
    pub const fn prompt(self) -> u64 {
        self.prompt
    }

    /// Those of the prompt that came from the provider's cache.
    pub const fn cached_prompt(self) -> u64 {
        self.cached_prompt
    }

    /// Those of the prompt that the provider wrote to its cache, for which some charge more than for a fresh token.
    pub const fn cache_write(self) -> u64 {
        self.cache_write
    }

    /// Those of the prompt that were neither read from the cache nor written to it.
    pub const fn fresh_prompt(self) -> u64 {
        self.prompt.saturating_sub(self.cached_prompt).saturating_sub(self.cache_write)
    }

    /// Tokens written, the reasoning ones among them.
    pub const fn completion(self) -> u64 {
        self.completion
    }

    /// Those of the completion that the model used to reason, and did not show.
    pub const fn reasoning(self) -> u64 {
        self.reasoning
    }

    /// Prompt and completion together: the seed's `tokens_used`.
    pub const fn total(self) -> u64 {
        limited_sum(self.prompt, self.completion)
    }
}

impl Add for TokenUsage {
    type Output = Self;

    /// The sum, whose figures stop at [`AMOUNT_MAX`].
    fn add(self, other: Self) -> Self {
        Self {
            prompt: limited_sum(self.prompt, other.prompt),
            cached_prompt: limited_sum(self.cached_prompt, other.cached_prompt),
            cache_write: limited_sum(self.cache_write, other.cache_write),
            completion: limited_sum(self.completion, other.completion),
            reasoning: limited_sum(self.reasoning, other.reasoning),
        }
    }
}

/// The sum, at most [`AMOUNT_MAX`].
const fn limited_sum(one: u64, other: u64) -> u64 {
    let sum = one.saturating_add(other);
    if sum > AMOUNT_MAX { AMOUNT_MAX } else { sum }
}

impl AddAssign for TokenUsage {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for TokenUsage {
    fn sum<I: Iterator<Item = Self>>(usages: I) -> Self {
        usages.fold(Self::ZERO, Add::add)
    }
}

words! {
    /// Where the figures of a [`TokenUsage`] come from.
    #[derive(Default)]
    pub enum UsageSource {
        Api = "api",
        /// Our estimate, because the answer carried no `usage`.
        Estimate = "estimate",
        #[default]
        None = "none",
    }
}
