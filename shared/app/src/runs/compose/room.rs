//! How much of a model's context window a prompt and its answer get.

use crate::limits::{COMPLETION_TOKENS_MAX, PROMPT_BYTES_MAX, WINDOW_COMPLETION_SHARE};
use domain::money::PriceTable;
use domain::report::prompt::window_bytes;

/// The limits of one request to a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Room {
    /// The most bytes of a prompt.
    pub(crate) prompt_bytes: usize,
    /// The most tokens of an answer.
    pub(crate) completion_tokens: u32,
}

impl Room {
    /// The room of a model by the window that the price list has under this name. A server may have a smaller one,
    /// also under the name of a known model: its answers and refusals show that.
    pub(crate) fn of(list: &PriceTable, model: &str) -> Self {
        let largest = Self { prompt_bytes: PROMPT_BYTES_MAX, completion_tokens: COMPLETION_TOKENS_MAX };
        let window = list.entry(model).and_then(|entry| entry.context_tokens);
        window.map_or(largest, |tokens| largest.limited_to(tokens))
    }

    /// The part of this room that a window of this many tokens has, so that a prompt leaves room for its answer.
    pub(crate) fn limited_to(self, window_tokens: u64) -> Self {
        let share = window_tokens / WINDOW_COMPLETION_SHARE;
        let completion_tokens = u32::try_from(share).unwrap_or(u32::MAX).min(self.completion_tokens);
        let prompt_bytes = self.prompt_bytes.min(window_bytes(window_tokens.saturating_sub(share)));
        Self { prompt_bytes, completion_tokens }
    }
}
