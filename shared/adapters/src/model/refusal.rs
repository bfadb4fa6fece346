//! What a refused request means.
//!
//! Providers write `{"error": {message, type, param, code}}`; servers that follow them loosely put a number in `code`,
//! a text in place of the object, or its fields at the top.

use crate::guard;
use app::ports::ModelError;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde_json::Value;
use std::time::Duration;

/// How much of a provider's message is kept for the log, in characters.
const MESSAGE_CHARS_MAX: usize = 200;

/// A request did not work.
#[derive(Debug)]
pub(super) enum Trouble {
    /// It may work later: after this time, where the provider says so.
    Passing { detail: String, retry_after: Option<Duration> },
    /// It will not.
    Lasting(ModelError),
}

impl From<Trouble> for ModelError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Passing { detail, .. } => Self::Unavailable { detail },
            Trouble::Lasting(error) => error,
        }
    }
}

/// Judges a status that is no success.
pub(super) fn judge(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Trouble {
    let told = Told::read(body);
    if status == StatusCode::PAYLOAD_TOO_LARGE || told.is_any(&["context_length_exceeded", "exceed_context_size_error"])
    {
        return Trouble::Lasting(ModelError::PromptTooLong);
    }
    let detail = told.detail(status);
    let wanted = headers.get("x-should-retry").map(|value| value.as_bytes() == b"true");
    let passes = match status {
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT | StatusCode::CONFLICT => true,
        _ => status.is_server_error(),
    };
    if told.is_out_of_credit() || (!passes && wanted != Some(true)) {
        Trouble::Lasting(ModelError::Rejected { detail })
    } else if wanted == Some(false) {
        Trouble::Lasting(ModelError::Unavailable { detail })
    } else {
        Trouble::Passing { detail, retry_after: guard::retry_after(headers, None) }
    }
}

/// What the body says.
#[derive(Default)]
struct Told {
    kind: String,
    code: String,
    message: String,
}

impl Told {
    fn read(body: &[u8]) -> Self {
        let Ok(whole) = serde_json::from_slice::<Value>(body) else {
            return Self::default();
        };
        let error = whole.get("error").unwrap_or(&whole);
        let text = |key: &str| match error.get(key) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        };
        Self {
            kind: text("type"),
            code: text("code"),
            message: error.as_str().map_or_else(|| text("message"), ToOwned::to_owned),
        }
    }

    fn is_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.kind == *word || self.code == *word)
    }

    /// The account is spent: waiting a moment changes nothing.
    fn is_out_of_credit(&self) -> bool {
        self.is_any(&["insufficient_quota", "credit_balance_exhausted", "organization_usage_limit_exceeded"])
            || [&self.kind, &self.code].iter().any(|word| word.ends_with("_spend_limit_exceeded"))
    }

    fn detail(&self, status: StatusCode) -> String {
        let status = status.as_u16();
        if matches!(status, 401 | 403) {
            // Providers repeat a part of a wrong key.
            return format!("status {status}: the key was refused");
        }
        if (300..400).contains(&status) {
            return format!("status {status}: a redirect, which is not followed; correct the base URL");
        }
        let words = [self.kind.as_str(), self.code.as_str(), self.message.as_str()];
        let words: Vec<_> = words.into_iter().filter(|word| !word.is_empty()).collect();
        let text = format!("status {status}: {}", words.join(", "));
        text.chars().take(MESSAGE_CHARS_MAX).collect()
    }
}
