//! What is delivered, where, and with which content.

use super::Deliver;
use super::endpoint::Endpoint;
use crate::ports::{MessageBody, SecretContext, StoreError, WebhookTarget, readable};
use domain::configuration::{Configuration, Webhook};
use domain::delivery::{Answer, Delivery, Forbidden, NoAnswer, SigningSecret, WebhookFormat};
use domain::notice::{EndpointOf, Named, Notice};
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

    /// The configuration that it is about.
    pub(super) fn named(&self) -> Named {
        match self {
            Self::Run(run) => Named::of_run(run.configuration, &run.snapshot),
            Self::Notice(notice) => notice.configuration.clone(),
        }
    }

    pub(super) fn is_test(&self) -> bool {
        matches!(self, Self::Run(run) if run.trigger.is_test())
    }
}

impl Deliver {
    /// The endpoint of a delivery; the inner error says why there is none.
    ///
    /// Address and format are those of the configuration at the time of the attempt, because they belong together: a
    /// new address or format applies to pending deliveries too. The snapshot of a run keeps those from its start, for
    /// the record. An account's own webhook for notices has no format setting; its host determines it.
    ///
    /// Nothing is sent to a disabled webhook, except for a test. A notice goes to the webhook of the account unless
    /// that is disabled, otherwise to the one of its configuration, and never to the webhook that it is about. A closed account gets none.
    pub(super) async fn endpoint(&self, subject: &Subject) -> Result<Result<Endpoint, Answer>, StoreError> {
        let (user, id) = match subject {
            Subject::Run(run) => (run.user, run.configuration),
            Subject::Notice(notice) => (notice.user, notice.configuration.id),
        };
        let Some(configuration) = self.configurations.configuration(user, id).await? else {
            return Ok(Err(Answer::Forbidden(Forbidden::NoConfiguration)));
        };
        let about = match subject {
            Subject::Run(_) => None,
            Subject::Notice(notice) => notice.matter.endpoint(),
        };
        if let Subject::Notice(notice) = subject {
            let account = self.accounts.account(notice.user).await?;
            if !account.standing.is_open() {
                return Ok(Err(Answer::Forbidden(Forbidden::NoWebhook)));
            }
            if let Some(url) = account.notification_webhook.clone()
                && !account.notification_health.is_disabled()
                && about != Some(EndpointOf::Account)
            {
                let webhook = Webhook { url, format: WebhookFormat::Auto };
                return Ok(Ok(Endpoint { webhook, configuration, account: Some(account) }));
            }
        }
        let webhook = configuration.settings.webhook.clone().filter(|_| about != Some(EndpointOf::Configuration));
        Ok(match webhook {
            None => Err(Answer::Forbidden(Forbidden::NoWebhook)),
            Some(_) if configuration.delivery_health.is_disabled() && !subject.is_test() => {
                Err(Answer::Forbidden(Forbidden::Disabled))
            }
            Some(webhook) => Ok(Endpoint { webhook, configuration, account: None }),
        })
    }

    /// The address, the shape and the signing secrets of an endpoint.
    pub(super) async fn target(&self, endpoint: &Endpoint) -> Result<WebhookTarget, Answer> {
        let secrets = self.secrets(&endpoint.configuration).await?;
        Ok(WebhookTarget { url: endpoint.webhook.url.clone(), shape: endpoint.shape(), secrets })
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
