//! Webhooks: JSON in the receiver's shape, signed as Standard Webhooks 1.0 defines it
//! (<https://www.standardwebhooks.com>).
//!
//! In reading order: `shapes`, the layouts of a body; `chat`, which those for chat services share; [`NoticeFigures`],
//! what a notice's message has in numbers. Every request is
//! signed, whatever its shape: chat services ignore headers that they don't know, and a relay before one of them can
//! verify that a message is ours.
//!
//! The request is sent through the guard, once. The status of its answer contains everything that the retry policy
//! needs, except for a 200 of Teams' old connectors, whose text is read. If a receiver refuses a message, the
//! beginning of its answer is kept for the webhook's owner (`excerpt`).

mod chat;
mod cut;
mod excerpt;
mod figures;
mod page;
mod shapes;

pub use figures::NoticeFigures;
pub use shapes::body;

use crate::guard::{Guard, GuardError, date, failure_class, read_beginning, retry_after};
use app::ports::{Message, WebhookAnswer, WebhookSender, WebhookTarget};
use async_trait::async_trait;
use domain::delivery::{Answer, Forbidden, NoAnswer, connector_answer, signature_header};
use excerpt::Secrets;
use reqwest::header::CONTENT_TYPE;
use shapes::row;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// The largest generic body, in bytes: what Standard Webhooks advises, and what the strictest receivers take.
pub const BODY_BYTES_MAX: usize = 20_000;

/// How much of an answer's text is read, in bytes: a connector's is a sentence.
const WORDS_BYTES_MAX: usize = 4_096;

/// How long the text of an answer is waited for, if the status alone decides the result.
const WORDS_PATIENCE: Duration = Duration::from_secs(2);

/// Sends reports and notices to the addresses that users gave.
#[derive(Debug)]
pub struct SignedWebhooks {
    guard: Arc<Guard>,
    public_url: Option<Url>,
    timeout: Duration,
}

impl SignedWebhooks {
    /// Sends through the guard and waits `timeout` for an answer. With `public_url`, the address of this deployment
    /// for its users, a message links to its run.
    pub fn new(guard: Arc<Guard>, public_url: Option<Url>, timeout: Duration) -> Self {
        Self { guard, public_url, timeout }
    }

    async fn post(&self, target: &WebhookTarget, message: &Message) -> WebhookAnswer {
        let client = match self.guard.client_for(&target.url).await {
            Ok(client) => client,
            Err(error) => return unreachable_answer(&error).into(),
        };
        let row = row(target.shape);
        let Ok(body) = (row.body)(message, self.public_url.as_ref()) else {
            return Answer::NoAnswer(NoAnswer::Other).into();
        };
        let timestamp = message.at.timestamp();
        let mut request = client
            .post((row.address)(&target.url))
            .timeout(self.timeout)
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", &message.id)
            .header("webhook-timestamp", timestamp.to_string());
        let signatures = signature_header(&target.secrets, &message.id, timestamp, &body);
        if !target.secrets.is_empty() {
            request = request.header("webhook-signature", &signatures);
        }
        match request.body(body).send().await {
            Ok(response) => answered(target, message, response, &signatures).await,
            Err(error) => Answer::NoAnswer(failure_class(&error)).into(),
        }
    }
}

/// Interprets an answer: its status, and its text where that decides. Otherwise the text is read for the excerpt
/// alone, and only where the message was refused.
async fn answered(
    target: &WebhookTarget,
    message: &Message,
    response: reqwest::Response,
    signatures: &str,
) -> WebhookAnswer {
    let status = response.status().as_u16();
    let retry_after = retry_after(response.headers(), date(response.headers()).or(Some(message.at)));
    let shown = |words: &[u8], whole| Secrets::of(target, signatures).excerpt(words, whole);
    if target.shape.needs_words(&target.url, status) {
        return match read_beginning(response, WORDS_BYTES_MAX).await {
            Ok((words, whole)) => {
                let answer = if whole {
                    connector_answer(&String::from_utf8_lossy(&words), retry_after)
                } else {
                    Answer::NotTaken { status, retry_after }
                };
                let excerpt = if matches!(answer, Answer::NotTaken { .. }) { shown(&words, whole) } else { None };
                WebhookAnswer { answer, excerpt }
            }
            Err(reason) => Answer::NoAnswer(reason).into(),
        };
    }
    let answer = Answer::Status { status, retry_after };
    if (200..300).contains(&status) {
        return answer.into();
    }
    let words = tokio::time::timeout(WORDS_PATIENCE, read_beginning(response, WORDS_BYTES_MAX)).await;
    let excerpt = words.ok().and_then(Result::ok).and_then(|(words, whole)| shown(&words, whole));
    WebhookAnswer { answer, excerpt }
}

fn unreachable_answer(error: &GuardError) -> Answer {
    match error {
        GuardError::Unresolved { .. } => Answer::NoAnswer(NoAnswer::Dns),
        _ if error.is_forbidden() => Answer::Forbidden(Forbidden::Address),
        _ => Answer::NoAnswer(NoAnswer::Other),
    }
}

#[async_trait]
impl WebhookSender for SignedWebhooks {
    async fn send(&self, target: &WebhookTarget, message: &Message) -> WebhookAnswer {
        self.post(target, message).await
    }
}
