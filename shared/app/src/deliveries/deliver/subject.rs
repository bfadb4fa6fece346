//! What is delivered, where, and with which content.

use super::Deliver;
use crate::holdings::headers;
use crate::ports::{MessageBody, SecretContext, StoreError, VaultError, WebhookTarget, readable};
use domain::configuration::Webhook;
use domain::delivery::{
    Answer, CustomHeaders, Delivery, Forbidden, NoAnswer, SealedHeaders, SigningSecret, SigningSecrets, WebhookFormat,
};
use domain::notice::Notice;
use domain::repository::Sealed;
use domain::run::{Outcome, Run};

/// A run or a notice, with its delivery.
pub(super) enum Subject {
    Run(Box<Run>),
    Notice(Box<Notice>),
}

impl Subject {
    pub(super) fn delivery(&self) -> &Delivery {
        match self {
            Self::Run(run) => &run.delivery,
            Self::Notice(notice) => &notice.delivery,
        }
    }

    pub(super) fn set_delivery(&mut self, delivery: Delivery) {
        match self {
            Self::Run(run) => run.delivery = delivery,
            Self::Notice(notice) => notice.delivery = delivery,
        }
    }

    pub(super) fn is_test(&self) -> bool {
        matches!(self, Self::Run(run) if run.trigger.is_test())
    }
}

impl Deliver {
    /// The address, the shape and the signing secrets of a delivery; the inner error says why it can't be sent.
    ///
    /// Address and format are those of the configuration at the time of the attempt, because they belong together: a
    /// new address or format applies to pending deliveries too. The snapshot of a run keeps those from its start, for
    /// the record. An account's own webhook for notices has no format setting; its host determines it.
    pub(super) async fn target(&self, subject: &Subject) -> Result<Result<WebhookTarget, Answer>, StoreError> {
        let (user, id, account) = match subject {
            Subject::Run(run) => (run.user, run.configuration, None),
            Subject::Notice(notice) => {
                (notice.user, notice.configuration, Some(self.accounts.account(notice.user).await?))
            }
        };
        let own = account.as_ref().and_then(|account| account.notification_webhook.clone());
        let own = own.map(|url| Webhook { url, format: WebhookFormat::Auto });
        if let (Some(webhook), Some(secrets)) = (&own, account.and_then(|account| account.notification_secrets)) {
            let context = SecretContext::of_notifications(user);
            return Ok(self
                .secrets(context, &secrets)
                .await
                .map(|secrets| target_of(webhook.clone(), secrets, CustomHeaders::default())));
        }
        let Some(configuration) = self.configurations.configuration(user, id).await? else {
            return Ok(Err(Answer::Forbidden(Forbidden::NoConfiguration)));
        };
        // The headers are for the host of the configuration's webhook only.
        let headers = configuration.headers.as_ref().filter(|_| own.is_none());
        let Some(webhook) = own.or_else(|| configuration.settings.webhook.clone()) else {
            return Ok(Err(Answer::Forbidden(Forbidden::NoWebhook)));
        };
        let context = SecretContext::of_configuration(user, id);
        let headers = match self.headers(context, headers).await {
            Ok(headers) => headers,
            Err(answer) => return Ok(Err(answer)),
        };
        Ok(self.secrets(context, &configuration.secrets).await.map(|secrets| target_of(webhook, secrets, headers)))
    }

    async fn headers(&self, context: SecretContext, stored: Option<&SealedHeaders>) -> Result<CustomHeaders, Answer> {
        let Some(stored) = stored else { return Ok(CustomHeaders::default()) };
        headers::opened(self.vault.as_ref(), context, stored).await.map_err(|error| unopened(context, &error))
    }

    /// The secrets that sign now: the current one first.
    async fn secrets(&self, context: SecretContext, secrets: &SigningSecrets) -> Result<Vec<SigningSecret>, Answer> {
        let mut opened = Vec::new();
        for sealed in secrets.valid_at(self.clock.now()) {
            opened.push(self.open(context, sealed).await?);
        }
        Ok(opened)
    }

    async fn open(&self, context: SecretContext, sealed: &Sealed) -> Result<SigningSecret, Answer> {
        let bytes = self.vault.open(context, sealed).await.map_err(|error| unopened(context, &error))?;
        SigningSecret::from_bytes(bytes).map_err(|_| Answer::Forbidden(Forbidden::SecretUnreadable))
    }

    /// The content of the message; `None` if the report's text has expired or can't be read.
    pub(super) async fn body(&self, subject: &Subject) -> Result<Option<MessageBody>, StoreError> {
        match subject {
            Subject::Notice(notice) => Ok(Some(MessageBody::Notice(notice.clone()))),
            Subject::Run(run) => {
                let named = run.end().and_then(|end| match &end.outcome {
                    Outcome::Success(findings) => findings.content_attempt,
                    Outcome::Failed(_) | Outcome::Cancelled => None,
                });
                let content = readable(self.contents.content(run.user, run.id).await)?;
                let content = content.filter(|content| Some(content.attempt) == named);
                Ok(content.map(|content| MessageBody::Report { run: run.clone(), text: content.text }))
            }
        }
    }
}

fn target_of(Webhook { url, format }: Webhook, secrets: Vec<SigningSecret>, headers: CustomHeaders) -> WebhookTarget {
    let shape = format.shape(&url);
    WebhookTarget { url, shape, secrets, headers }
}

fn unopened(context: SecretContext, error: &VaultError) -> Answer {
    tracing::error!(holder = ?context.holder, %error, "a secret of the webhook can't be decrypted");
    if error.is_transient() {
        Answer::NoAnswer(NoAnswer::SecretUnavailable)
    } else {
        Answer::Forbidden(Forbidden::SecretUnreadable)
    }
}
