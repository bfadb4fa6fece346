//! What is delivered, where, and with which content.

use super::Deliver;
use crate::ports::{MessageBody, SecretContext, StoreError, WebhookTarget, readable};
use domain::configuration::{Configuration, Webhook};
use domain::delivery::{Answer, Delivery, Forbidden, Lane, NoAnswer, Shape, SigningSecret, WebhookFormat};
use domain::notice::Notice;
use domain::repository::Sealed;
use domain::run::{Outcome, Run};
use url::Url;

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

/// Where a delivery is sent, as its configuration says at the time of the attempt.
pub(super) struct Endpoint {
    pub(super) configuration: Configuration,
    pub(super) url: Url,
    format: WebhookFormat,
    /// Whether it is the configuration's own webhook, and not the account's for notices.
    pub(super) is_configurations: bool,
}

impl Endpoint {
    /// What is known of an account's webhook for notices is stored nowhere; notices are few.
    pub(super) fn lane(&self) -> Lane {
        Lane::of(self.is_configurations && self.configuration.progress.slow_since.is_some())
    }

    pub(super) fn shape(&self) -> Shape {
        self.format.shape(&self.url)
    }
}

impl Deliver {
    /// The address and the format of a delivery; the inner error says why it can't be sent.
    ///
    /// Address and format are those of the configuration at the time of the attempt, because they belong together: a
    /// new address or format applies to pending deliveries too. The snapshot of a run keeps those from its start, for
    /// the record. An account's own webhook for notices has no format setting; its host determines it.
    pub(super) async fn endpoint(&self, subject: &Subject) -> Result<Result<Endpoint, Answer>, StoreError> {
        let (user, id) = match subject {
            Subject::Run(run) => (run.user, run.configuration),
            Subject::Notice(notice) => (notice.user, notice.configuration),
        };
        let Some(configuration) = self.configurations.configuration(user, id).await? else {
            return Ok(Err(Answer::Forbidden(Forbidden::NoConfiguration)));
        };
        let own = match subject {
            Subject::Notice(notice) => self.accounts.account(notice.user).await?.notification_webhook,
            Subject::Run(_) => None,
        };
        let is_configurations = own.is_none();
        let own = own.map(|url| Webhook { url, format: WebhookFormat::Auto });
        let Some(Webhook { url, format }) = own.or_else(|| configuration.settings.webhook.clone()) else {
            return Ok(Err(Answer::Forbidden(Forbidden::NoWebhook)));
        };
        Ok(Ok(Endpoint { configuration, url, format, is_configurations }))
    }

    /// An endpoint with its signing secrets; the error says why they can't be opened.
    pub(super) async fn target(&self, endpoint: &Endpoint) -> Result<WebhookTarget, Answer> {
        let secrets = self.secrets(&endpoint.configuration).await?;
        Ok(WebhookTarget { url: endpoint.url.clone(), shape: endpoint.shape(), secrets })
    }

    /// The current secret, and the previous one as long as it is valid.
    async fn secrets(&self, configuration: &Configuration) -> Result<Vec<SigningSecret>, Answer> {
        let now = self.clock.now();
        let mut secrets = vec![self.open(configuration, &configuration.secret).await?];
        if let Some((previous, until)) = &configuration.previous_secret
            && *until > now
        {
            secrets.push(self.open(configuration, previous).await?);
        }
        Ok(secrets)
    }

    async fn open(&self, configuration: &Configuration, sealed: &Sealed) -> Result<SigningSecret, Answer> {
        let context = SecretContext::of_configuration(configuration.user, configuration.id);
        let bytes = self.vault.open(context, sealed).await.map_err(|error| {
            tracing::error!(configuration = %configuration.id, %error, "the signing secret can't be decrypted");
            if error.is_transient() {
                Answer::NoAnswer(NoAnswer::SecretUnavailable)
            } else {
                Answer::Forbidden(Forbidden::SecretUnreadable)
            }
        })?;
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
