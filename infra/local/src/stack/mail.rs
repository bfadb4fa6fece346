//! E-mail of the local stack: it is shown in the log, and sent to no one.

use adapters::mail::compose;
use app::ports::{Mail, Mailer, WebhookAnswer};
use async_trait::async_trait;
use domain::delivery::Answer;

/// Shows each e-mail in the log.
#[derive(Debug)]
pub(super) struct ShownMail;

#[async_trait]
impl Mailer for ShownMail {
    async fn send(&self, mail: &Mail) -> WebhookAnswer {
        let composed = compose(&mail.body, None);
        tracing::info!(to = %mail.to, subject = composed.subject, "an e-mail, which is only shown:\n{}", composed.text);
        Answer::Status { status: 200, retry_after: None }.into()
    }
}
