//! The client of chat completions.

use super::ModelKey;
use super::refusal::{Trouble, judge};
use super::wire::{Ask, Completion};
use crate::guard::{Guard, failure_class, read_bounded};
use app::limits::COMPLETION_TOKENS_MAX;
use app::ports::{ModelError, ModelRequest, ModelText, ReportWriter};
use async_trait::async_trait;
use backon::{ExponentialBuilder, Retryable};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use url::Url;

/// How often a request is tried again after a failure that may pass.
const RETRIES_MAX: usize = 2;
/// The wait before the first retry; the second is twice as long, and each is lengthened by chance.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// The largest answer: many times what a report's tokens can fill.
const ANSWER_BYTES_MAX: usize = 4 * 1024 * 1024;

/// A model behind `POST {base}/chat/completions`: OpenAI, most other providers, vLLM, llama.cpp, Ollama.
#[derive(Debug)]
pub struct OpenAiCompatible {
    guard: Arc<Guard>,
    base: Url,
    key: Option<ModelKey>,
    first_wait: Duration,
    completion_tokens_max: u32,
}

impl OpenAiCompatible {
    /// The model at a base address such as `https://api.openai.com/v1`. Local servers need no key.
    #[must_use]
    pub fn new(guard: Arc<Guard>, base: Url, key: Option<ModelKey>) -> Self {
        Self { guard, base, key, first_wait: FIRST_WAIT, completion_tokens_max: COMPLETION_TOKENS_MAX }
    }

    /// The same with another limit on what the model writes, in tokens.
    #[must_use]
    pub fn with_completion_tokens_max(self, completion_tokens_max: u32) -> Self {
        Self { completion_tokens_max, ..self }
    }

    /// The same with another wait before the first retry.
    #[must_use]
    pub fn with_first_wait(self, first_wait: Duration) -> Self {
        Self { first_wait, ..self }
    }

    fn url(&self) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(["chat", "completions"]);
        }
        url
    }

    async fn once(&self, request: &ModelRequest, deadline: Instant) -> Result<ModelText, Trouble> {
        let url = self.url();
        let client = self.guard.client_for(&url).await.map_err(|error| {
            let detail = format!("the base URL can't be reached: {error}");
            if error.is_forbidden() { Trouble::Lasting(ModelError::Rejected { detail }) } else { passing(detail) }
        })?;
        let mut post = client
            .post(url)
            .timeout(deadline.saturating_duration_since(Instant::now()))
            .json(&Ask::new(request, self.completion_tokens_max));
        if let Some(key) = &self.key {
            post = post.bearer_auth(key.expose());
        }
        let response = post.send().await.map_err(|error| passing(format!("no answer ({})", failure_class(&error))))?;
        let status = response.status();
        let headers = response.headers().clone();
        let body = read_bounded(response, ANSWER_BYTES_MAX).await.map_err(|error| passing(error.to_string()))?;
        if status.is_success() {
            written(request, &body).map_err(Trouble::Lasting)
        } else {
            Err(judge(status, &headers, &body))
        }
    }

    /// The error without the key, should the provider have repeated it.
    fn cleaned(&self, error: ModelError) -> ModelError {
        let clean = |detail: String| match &self.key {
            Some(key) => key.removed_from(&detail),
            None => detail,
        };
        match error {
            ModelError::Unavailable { detail } => ModelError::Unavailable { detail: clean(detail) },
            ModelError::Rejected { detail } => ModelError::Rejected { detail: clean(detail) },
            ModelError::PromptTooLong => ModelError::PromptTooLong,
        }
    }
}

#[async_trait]
impl ReportWriter for OpenAiCompatible {
    /// Asks at most three times, and never past the request's time-out: a wait that would end after it is not begun.
    async fn write(&self, request: &ModelRequest) -> Result<ModelText, ModelError> {
        let deadline = Instant::now() + request.timeout;
        let waits =
            ExponentialBuilder::default().with_min_delay(self.first_wait).with_max_times(RETRIES_MAX).with_jitter();
        let asked = (|| self.once(request, deadline))
            .retry(waits)
            .when(|trouble| matches!(trouble, Trouble::Passing { .. }))
            .adjust(|trouble, wait| {
                let stated = match trouble {
                    Trouble::Passing { retry_after, .. } => retry_after.unwrap_or_default(),
                    Trouble::Lasting(_) => Duration::ZERO,
                };
                let left = deadline.saturating_duration_since(Instant::now());
                wait.map(|wait| wait.max(stated)).filter(|wait| *wait < left)
            });
        // The requests end at the deadline by themselves; the resolution of a name does not.
        tokio::time::timeout_at(deadline, asked)
            .await
            .unwrap_or_else(|_| Err(passing("no answer (timeout)".to_owned())))
            .map_err(|trouble| self.cleaned(trouble.into()))
    }
}

/// Reads a success. One that can't be read is not asked for again: it was paid for.
fn written(request: &ModelRequest, body: &[u8]) -> Result<ModelText, ModelError> {
    let unavailable = |detail: String| ModelError::Unavailable { detail };
    let completion: Completion = serde_json::from_slice(body)
        .map_err(|error| unavailable(format!("the answer is no chat completion: {error}")))?;
    let usage = completion.usage();
    let (text, truncated) = completion.text().unwrap_or_default();
    if text.is_empty() && usage.is_none() {
        return Err(unavailable("the answer holds no text".to_owned()));
    }
    Ok(ModelText {
        text: text.to_owned(),
        truncated,
        usage,
        model: completion.model.clone().unwrap_or_else(|| request.model.clone()),
    })
}

fn passing(detail: String) -> Trouble {
    Trouble::Passing { detail, retry_after: None }
}
