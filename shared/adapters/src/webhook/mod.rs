//! Webhooks: JSON in the receiver's shape, signed as Standard Webhooks 1.0 defines it
//! (<https://www.standardwebhooks.com>).
//!
//! In reading order: `shapes`, the layouts of a body; `chat`, which those for chat services share; [`NoticeFigures`],
//! what a notice's message has in numbers. Every request is
//! signed, whatever its shape: chat services ignore headers that they don't know, and a relay before one of them can
//! verify that a message is ours.
//!
//! The request is sent through the guard, once. The status of its answer contains everything that the retry policy
//! needs, except for a 200 of Teams' old connectors, whose text is read, and the wait of a 429 of Discord. The
//! beginning of every answer is kept for the webhook's owner (`excerpt`).

mod chat;
mod cut;
mod excerpt;
mod figures;
mod shapes;

pub use figures::{NamedFigures, NoticeFigures};
pub use shapes::body;

use crate::guard::{Guard, GuardError, failure_class, read_arrived, read_beginning, retry_after};
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

/// How long the text of a refusal is waited for, if the status alone decides the result.
const WORDS_PATIENCE: Duration = Duration::from_secs(2);

/// How long the text of a success is waited for: it explains nothing that must be corrected.
const TAKEN_PATIENCE: Duration = Duration::from_millis(500);

const TOO_MANY_REQUESTS: u16 = 429;

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
            return Answer::NoAnswer(NoAnswer::NotSent).into();
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
        for (name, value) in target.headers.all() {
            request = request.header(name.as_str(), value.expose());
        }
        match request.body(body).send().await {
            Ok(response) => answered(target, message, response, &signatures).await,
            Err(error) => Answer::NoAnswer(failure_class(&error)).into(),
        }
    }
}

/// Interprets an answer: its status, and its text where that decides. Otherwise the text is read for the excerpt, and
/// for the wait that some services name there.
async fn answered(
    target: &WebhookTarget,
    message: &Message,
    response: reqwest::Response,
    signatures: &str,
) -> WebhookAnswer {
    let status = response.status().as_u16();
    let stated = retry_after(response.headers(), Some(message.at));
    let secrets = Secrets::of(target, signatures);
    if target.shape.needs_words(&target.url, status) {
        return match read_beginning(response, WORDS_BYTES_MAX).await {
            Ok((words, whole)) => {
                let answer = if whole {
                    connector_answer(&String::from_utf8_lossy(&words), stated)
                } else {
                    Answer::NotTaken { status, retry_after: stated }
                };
                WebhookAnswer { answer, excerpt: secrets.excerpt(&words, whole) }
            }
            Err(reason) => Answer::NoAnswer(reason).into(),
        };
    }
    let patience = if (200..300).contains(&status) { TAKEN_PATIENCE } else { WORDS_PATIENCE };
    let (words, whole) = read_arrived(response, WORDS_BYTES_MAX, patience).await;
    let in_words = if status == TOO_MANY_REQUESTS { (row(target.shape).wait)(&words) } else { None };
    let answer = Answer::Status { status, retry_after: stated.max(in_words) };
    WebhookAnswer { answer, excerpt: secrets.excerpt(&words, whole) }
}

fn unreachable_answer(error: &GuardError) -> Answer {
    match error {
        GuardError::Unresolved { .. } => Answer::NoAnswer(NoAnswer::Dns),
        _ if error.is_forbidden() => Answer::Forbidden(Forbidden::Address),
        _ => Answer::NoAnswer(NoAnswer::NotSent),
    }
}

#[async_trait]
impl WebhookSender for SignedWebhooks {
    async fn send(&self, target: &WebhookTarget, message: &Message) -> WebhookAnswer {
        self.post(target, message).await
    }
}
