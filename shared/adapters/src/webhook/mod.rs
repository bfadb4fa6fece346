//! Webhooks: signed JSON, as Standard Webhooks 1.0 has it (<https://www.standardwebhooks.com>).
//!
//! The request goes through the guard, once, and its answer's body is never read: the status says everything that
//! the retry policy judges.

mod body;

use crate::guard::{Guard, GuardError, date, failure_class, retry_after};
use app::ports::{Message, WebhookSender, WebhookTarget};
use async_trait::async_trait;
use domain::delivery::{Answer, signature_header};
use reqwest::header::CONTENT_TYPE;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// The largest body, in bytes: what Standard Webhooks advises, and what the strictest receivers take.
pub const BODY_BYTES_MAX: usize = 20_000;

/// Sends reports and notices to the addresses that users gave.
#[derive(Debug)]
pub struct SignedWebhooks {
    guard: Arc<Guard>,
    public_url: Option<Url>,
    timeout: Duration,
}

impl SignedWebhooks {
    /// Sends through the guard and waits for an answer as long as that. `public_url` is the address under which people
    /// reach this deployment; with one, a message links to its run.
    #[must_use]
    pub fn new(guard: Arc<Guard>, public_url: Option<Url>, timeout: Duration) -> Self {
        Self { guard, public_url, timeout }
    }

    async fn post(&self, target: &WebhookTarget, message: &Message) -> Answer {
        let client = match self.guard.client_for(&target.url).await {
            Ok(client) => client,
            Err(error) => return unreached(&error),
        };
        let Ok(body) = body::json(message, self.public_url.as_ref()) else {
            return Answer::NoAnswer { class: "other" };
        };
        let timestamp = message.at.timestamp();
        let mut request = client
            .post(target.url.clone())
            .timeout(self.timeout)
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", &message.id)
            .header("webhook-timestamp", timestamp.to_string());
        if !target.secrets.is_empty() {
            let signatures = signature_header(&target.secrets, &message.id, timestamp, &body);
            request = request.header("webhook-signature", signatures);
        }
        match request.body(body).send().await {
            Ok(response) => Answer::Status {
                status: response.status().as_u16(),
                retry_after: retry_after(response.headers(), date(response.headers()).or(Some(message.at))),
            },
            Err(error) => Answer::NoAnswer { class: failure_class(&error) },
        }
    }
}

fn unreached(error: &GuardError) -> Answer {
    match error {
        GuardError::Unresolved { .. } => Answer::NoAnswer { class: "dns" },
        _ if error.is_forbidden() => Answer::Forbidden { class: "forbidden_address" },
        _ => Answer::NoAnswer { class: "other" },
    }
}

#[async_trait]
impl WebhookSender for SignedWebhooks {
    async fn send(&self, target: &WebhookTarget, message: &Message) -> Answer {
        self.post(target, message).await
    }
}
