//! Interprets refused requests.
//!
//! Providers write `{"error": {message, type, param, code}}`; servers that follow them loosely put a number in `code`,
//! a text in place of the object, or its fields at the top.

use super::manner::Quirk;
use crate::guard;
use app::ports::ModelError;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde_json::Value;
use std::time::Duration;

/// How much of a provider's message is kept for the log, in characters.
const MESSAGE_CHARS_MAX: usize = 200;

/// Why a request failed.
#[derive(Debug)]
pub(super) enum RequestFailure {
    /// It may work later: after `retry_after`, where the provider gives a time.
    Temporary {
        detail: String,
        retry_after: Option<Duration>,
    },
    Permanent(ModelError),
    /// The key, which may have been replaced; the text is for the log.
    KeyRefused(String),
    /// It may work in another variant; without one, the failure is `otherwise`.
    Unaccepted {
        quirk: Quirk,
        otherwise: Box<RequestFailure>,
    },
}

impl From<RequestFailure> for ModelError {
    fn from(trouble: RequestFailure) -> Self {
        match trouble {
            RequestFailure::Temporary { detail, .. } => Self::Unavailable { detail },
            RequestFailure::Permanent(error) => error,
            RequestFailure::KeyRefused(detail) => Self::Rejected { detail },
            RequestFailure::Unaccepted { otherwise, .. } => (*otherwise).into(),
        }
    }
}

/// Interprets a status that is no success.
pub(super) fn interpret(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> RequestFailure {
    let error_body = ErrorBody::read(body);
    let trouble = error_body.trouble(status, headers);
    match Quirk::named_by(status.as_u16(), &String::from_utf8_lossy(body).to_lowercase()) {
        Some(quirk) => RequestFailure::Unaccepted { quirk, otherwise: Box::new(trouble) },
        None => trouble,
    }
}

/// Interprets a success that is no answer of a model. Gateways answer errors so, with the status in the body.
pub(super) fn interpret_success(headers: &HeaderMap, body: &[u8]) -> RequestFailure {
    let error_body = ErrorBody::read(body);
    if !error_body.is_error {
        let detail = "the answer is no chat completion".to_owned();
        return RequestFailure::Permanent(ModelError::Unreadable { detail });
    }
    let status = error_body.code.parse().ok().and_then(|code| StatusCode::from_u16(code).ok());
    let status = status.filter(|status| status.is_client_error() || status.is_server_error());
    interpret(status.unwrap_or(StatusCode::BAD_GATEWAY), headers, body)
}

/// Numbers of an error's words that can be a window, in tokens.
const WINDOW_TOKENS_MIN: u64 = 512;
const WINDOW_TOKENS_MAX: u64 = 100_000_000;

/// How many words after "maximum" its number is, at most: `maximum number of tokens allowed (1048576)`.
const WINDOW_WORDS_MAX: usize = 5;

/// The error of a body.
#[derive(Default)]
struct ErrorBody {
    is_error: bool,
    kind: String,
    code: String,
    message: String,
    /// The context of llama.cpp, in tokens.
    window: Option<u64>,
}

impl ErrorBody {
    fn read(body: &[u8]) -> Self {
        let Ok(whole) = serde_json::from_slice::<Value>(body) else {
            return Self::default();
        };
        // Gemini answers a list of one error.
        let whole = whole.get(0).unwrap_or(&whole);
        let named = whole.get("error").filter(|error| !error.is_null());
        let error = named.unwrap_or(whole);
        let text = |key: &str| match error.get(key) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            // Mistral and FastAPI list the invalid fields.
            Some(list @ (Value::Array(_) | Value::Object(_))) => list.to_string(),
            _ => String::new(),
        };
        let message = [text("message"), text("detail")].into_iter().find(|text| !text.is_empty());
        Self {
            is_error: named.is_some(),
            kind: text("type"),
            code: text("code"),
            window: error.get("n_ctx").and_then(Value::as_u64),
            message: error.as_str().map(ToOwned::to_owned).or(message).unwrap_or_default(),
        }
    }

    fn trouble(&self, status: StatusCode, headers: &HeaderMap) -> RequestFailure {
        if status == StatusCode::PAYLOAD_TOO_LARGE || self.is_too_long(status) {
            return RequestFailure::Permanent(ModelError::PromptTooLong { window_tokens: self.window_tokens() });
        }
        let detail = self.detail(status);
        let wanted = headers.get("x-should-retry").map(|value| value.as_bytes() == b"true");
        let passes = match status {
            StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT | StatusCode::CONFLICT => true,
            _ => status.is_server_error(),
        };
        if is_key_refused(status) && !self.is_out_of_credit() {
            return RequestFailure::KeyRefused(detail);
        }
        if self.is_out_of_credit() || (!passes && wanted != Some(true)) {
            RequestFailure::Permanent(ModelError::Rejected { detail })
        } else if wanted == Some(false) {
            RequestFailure::Permanent(ModelError::Unavailable { detail })
        } else {
            RequestFailure::Temporary { detail, retry_after: guard::retry_after(headers, None) }
        }
    }

    fn is_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.kind == *word || self.code == *word)
    }

    /// By its code, or in words: vLLM, Mistral, Anthropic and Gemini have no code for it.
    fn is_too_long(&self, status: StatusCode) -> bool {
        let message = self.message.to_lowercase();
        let in_words =
            ["maximum context length", "context window", "prompt is too long", "too many tokens", "input token count"];
        let rejected = matches!(status.as_u16(), 400 | 422);
        self.is_any(&["context_length_exceeded", "exceed_context_size_error"])
            || (rejected && in_words.iter().any(|words| message.contains(words)))
    }

    /// The model's window, as servers state it: llama.cpp in a field of its own (`n_ctx`), the others in words, where
    /// it is the number beside "maximum" or "allowed".
    fn window_tokens(&self) -> Option<u64> {
        let message = self.message.to_lowercase();
        let words: Vec<&str> = message.split_whitespace().collect();
        let number = |word: &&str| {
            let digits: String = word.chars().filter(|letter| !matches!(letter, ',' | '(' | ')' | '.' | ';')).collect();
            digits.parse::<u64>().ok().filter(|tokens| (WINDOW_TOKENS_MIN..=WINDOW_TOKENS_MAX).contains(tokens))
        };
        let near = |place: usize| {
            let before = place.checked_sub(1).and_then(|before| words.get(before)).and_then(number);
            before.or_else(|| words.iter().skip(place + 1).take(WINDOW_WORDS_MAX).find_map(number))
        };
        let marks =
            words.iter().enumerate().filter(|(_, word)| word.starts_with("maximum") || word.starts_with("allowed"));
        self.window.or_else(|| marks.filter_map(|(place, _)| near(place)).min())
    }

    /// The account has no credit: a short wait changes nothing.
    fn is_out_of_credit(&self) -> bool {
        self.is_any(&["insufficient_quota", "credit_balance_exhausted", "organization_usage_limit_exceeded"])
            || [&self.kind, &self.code].iter().any(|word| word.ends_with("_spend_limit_exceeded"))
    }

    fn detail(&self, status: StatusCode) -> String {
        let is_key_refused = is_key_refused(status);
        let status = status.as_u16();
        if is_key_refused {
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

fn is_key_refused(status: StatusCode) -> bool {
    matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
}
