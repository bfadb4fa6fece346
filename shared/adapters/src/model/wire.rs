//! Chat completions as they are sent, and the parts of the answer that are read. Local servers leave out or null
//! what they don't know, so nothing but the text is required.

use app::ports::ModelRequest;
use domain::money::TokenUsage;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A request.
#[derive(Serialize)]
pub(super) struct Ask<'a> {
    model: &'a str,
    messages: [Message<'a>; 2],
    max_completion_tokens: u32,
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    content: &'a str,
}

impl<'a> Ask<'a> {
    /// The request for a text. It names no temperature, because newer models accept none.
    pub(super) fn new(request: &'a ModelRequest, max_completion_tokens: u32) -> Self {
        let message = |role, content| Message { role, content };
        Self {
            model: &request.model,
            messages: [message("system", &request.prompt.system), message("user", &request.prompt.user)],
            max_completion_tokens,
        }
    }
}

/// An answer.
#[derive(Deserialize)]
pub(super) struct Completion {
    pub(super) model: Option<String>,
    choices: Option<Vec<Choice>>,
    usage: Option<Value>,
}

#[derive(Deserialize)]
struct Choice {
    message: Option<Written>,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Written {
    content: Option<String>,
}

impl Completion {
    /// The text, trimmed, and whether it stopped at its length limit.
    pub(super) fn text(&self) -> Option<(&str, bool)> {
        let choice = self.choices.as_deref()?.first()?;
        let text = choice.message.as_ref()?.content.as_deref()?.trim();
        let truncated = choice.finish_reason.as_deref() == Some("length");
        Some((text, truncated))
    }

    /// What was used; none where neither the prompt's nor the completion's tokens are told. Where one of them is not,
    /// it is what the total leaves for it.
    pub(super) fn usage(&self) -> Option<TokenUsage> {
        let usage = self.usage.as_ref()?;
        let number = |pointer: &str| usage.pointer(pointer).and_then(Value::as_u64);
        let told = (number("/prompt_tokens"), number("/completion_tokens"));
        let total = number("/total_tokens");
        let rest = |part: u64| total.map_or(0, |total| total.saturating_sub(part));
        let (prompt, completion) = match told {
            (None, None) => return None,
            (Some(prompt), None) => (prompt, rest(prompt)),
            (None, Some(completion)) => (rest(completion), completion),
            (Some(prompt), Some(completion)) => (prompt, completion),
        };
        let part = |pointer| number(pointer).unwrap_or(0);
        Some(TokenUsage::new(
            prompt,
            part("/prompt_tokens_details/cached_tokens"),
            completion,
            part("/completion_tokens_details/reasoning_tokens"),
        ))
    }
}
