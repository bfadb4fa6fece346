//! The client of chat completions.

use super::manner::{Manner, Manners};
use super::refusal::{RequestFailure, interpret, interpret_success};
use super::wire::Ask;
use super::{completion, decode};
use crate::guard::{Guard, failure_class, read_available};
use crate::secrets::Secret;
use app::ports::{ModelError, ModelRequest, ModelText, ReportWriter};
use async_trait::async_trait;
use backon::{ExponentialBuilder, Retryable};
use domain::repository::AccessToken;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use url::Url;

/// How often a request is repeated after a temporary failure.
const RETRIES_MAX: usize = 2;
/// The wait before the first retry; the second is twice as long, and each has jitter.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// The largest answer: many times what a report's tokens can fill.
const ANSWER_BYTES_MAX: usize = 4 * 1024 * 1024;

/// A model behind `POST {base}/chat/completions`: OpenAI, most other providers, vLLM, llama.cpp, Ollama.
#[derive(Debug)]
pub struct OpenAiCompatible {
    guard: Arc<Guard>,
    base: Url,
    key: Option<Secret<AccessToken>>,
    first_wait: Duration,
    manners: Manners,
}

impl OpenAiCompatible {
    /// The model at a base address such as `https://api.openai.com/v1`. Local servers need no key.
    pub fn new(guard: Arc<Guard>, base: Url, key: Option<Secret<AccessToken>>) -> Self {
        let manners = Manners::default();
        Self { guard, base, key, first_wait: FIRST_WAIT, manners }
    }

    /// The same with another wait before the first retry.
    #[must_use]
    pub fn with_first_wait(self, first_wait: Duration) -> Self {
        Self { first_wait, ..self }
    }

    /// The same with the variants that are known from earlier requests.
    pub(super) fn sharing(self, manners: Manners) -> Self {
        Self { manners, ..self }
    }

    fn url(&self) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(["chat", "completions"]);
        }
        url
    }

    /// Asks in one variant: at most three times, and never past the deadline, also while it waits.
    async fn ask(
        &self,
        request: &ModelRequest,
        (manner, key): (Manner, Option<&AccessToken>),
        deadline: Instant,
    ) -> Result<ModelText, RequestFailure> {
        let waits =
            ExponentialBuilder::default().with_min_delay(self.first_wait).with_max_times(RETRIES_MAX).with_jitter();
        (|| self.once(request, (manner, key), deadline))
            .retry(waits)
            .when(|trouble| matches!(trouble, RequestFailure::Temporary { .. }))
            .adjust(|trouble, wait| {
                let stated = match trouble {
                    RequestFailure::Temporary { retry_after, .. } => retry_after.unwrap_or_default(),
                    RequestFailure::Permanent(_)
                    | RequestFailure::KeyRefused(_)
                    | RequestFailure::Unaccepted { .. } => Duration::ZERO,
                };
                let left = deadline.saturating_duration_since(Instant::now());
                wait.map(|wait| wait.max(stated)).filter(|wait| *wait < left)
            })
            .await
    }

    /// One request. It ends at the deadline by itself, and the part of the answer that arrived is kept; the resolution
    /// of a name is limited separately.
    async fn once(
        &self,
        request: &ModelRequest,
        (manner, key): (Manner, Option<&AccessToken>),
        deadline: Instant,
    ) -> Result<ModelText, RequestFailure> {
        let url = self.url();
        let client = tokio::time::timeout_at(deadline, self.guard.client_for(&url))
            .await
            .map_err(|_| passing("no answer (timeout)".to_owned()))?
            .map_err(|error| {
                let detail = format!("the base URL can't be reached: {error}");
                if error.is_forbidden() {
                    RequestFailure::Permanent(ModelError::Rejected { detail })
                } else {
                    passing(detail)
                }
            })?;
        let mut post = client.post(url).timeout(deadline.saturating_duration_since(Instant::now())).json(&Ask::new(
            request,
            request.completion_tokens,
            manner,
        ));
        if let Some(key) = key {
            post = post.bearer_auth(key.expose());
        }
        let response =
            post.send().await.map_err(|error| passing(format!("no answer ({})", failure_class(&error).as_str())))?;
        let status = response.status();
        let headers = response.headers().clone();
        let body = decode::decoded(read_available(response, ANSWER_BYTES_MAX).await, ANSWER_BYTES_MAX);
        if !status.is_success() {
            return completion::paid(&body).ok_or_else(|| interpret(status, &headers, &body.begun));
        }
        let unpackable = || decode::is_packed(&headers, &body).then(|| completion::unreadable(&body));
        completion::read(&body).or_else(unpackable).ok_or_else(|| match &body.cut {
            // Servers send line breaks or comments while a request waits in their queue: nothing was written yet.
            Some(cut) if completion::without_comments(&body.begun).is_empty() => passing(cut.to_string()),
            _ => interpret_success(&headers, &body.begun),
        })
    }

    async fn key(&self) -> Option<Arc<AccessToken>> {
        match &self.key {
            Some(key) => Some(key.current().await),
            None => None,
        }
    }

    async fn replaced_key(&self, refused: Option<&Arc<AccessToken>>) -> Option<Arc<AccessToken>> {
        self.key.as_ref()?.replaced(refused?).await.value()
    }
}

#[async_trait]
impl ReportWriter for OpenAiCompatible {
    /// Asks in the variant that the server accepted before. A server that rejects a part of the request is asked once
    /// more without that part, and what it accepts is remembered. A key that it refuses is read again, once. An answer
    /// that was paid for is never requested twice.
    async fn write(&self, request: &ModelRequest) -> Result<ModelText, ModelError> {
        let deadline = Instant::now() + request.timeout;
        let server_model = (self.base.to_string(), request.model.clone());
        let mut manner = self.manners.of(&server_model);
        let mut tried = vec![manner];
        let (mut key, mut was_replaced) = (self.key().await, false);
        loop {
            let trouble = match self.ask(request, (manner, key.as_deref()), deadline).await {
                Ok(text) => {
                    if tried.len() > 1 {
                        let requests = tried.len();
                        tracing::info!(model = request.model, requests, "the server takes another form of requests");
                        self.manners.remember(server_model, manner);
                    }
                    return Ok(text);
                }
                Err(trouble) => trouble,
            };
            if matches!(trouble, RequestFailure::KeyRefused(_)) && !was_replaced {
                was_replaced = true;
                if let Some(replaced) = self.replaced_key(key.as_ref()).await {
                    key = Some(replaced);
                    continue;
                }
            }
            let other = match &trouble {
                RequestFailure::Unaccepted { quirk, .. } => manner.without(*quirk, &tried),
                RequestFailure::Temporary { .. } | RequestFailure::KeyRefused(_) | RequestFailure::Permanent(_) => None,
            };
            let Some(other) = other else { return Err(without_key(trouble.into(), key.as_deref())) };
            manner = other;
            tried.push(other);
        }
    }
}

fn passing(detail: String) -> RequestFailure {
    RequestFailure::Temporary { detail, retry_after: None }
}

/// The error without the key, in case the provider repeated it.
fn without_key(error: ModelError, key: Option<&AccessToken>) -> ModelError {
    let clean = |detail: String| match key {
        Some(key) if !key.expose().is_empty() => detail.replace(key.expose(), "…"),
        _ => detail,
    };
    match error {
        ModelError::Unavailable { detail } => ModelError::Unavailable { detail: clean(detail) },
        ModelError::Rejected { detail } => ModelError::Rejected { detail: clean(detail) },
        ModelError::Unreadable { detail } => ModelError::Unreadable { detail: clean(detail) },
        ModelError::PromptTooLong { window_tokens } => ModelError::PromptTooLong { window_tokens },
    }
}
