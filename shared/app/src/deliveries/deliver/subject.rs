//! What is delivered, where, and with which content.

use super::endpoint::{Endpoint, Place};
use super::{Deliver, message_id};
use crate::ports::{Message, MessageBody, SecretContext, StoreError, WebhookAnswer, WebhookTarget, readable};
use domain::configuration::{Configuration, Webhook};
use domain::delivery::{Answer, Delivery, Forbidden, NoAnswer, SigningSecret, WebhookFormat};
use domain::event::DeliverySubject;
use domain::instant::Instant;
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
    /// The place of a delivery; the inner error is the reason without one.
    ///
    /// Address and format are those of the configuration at the time of the attempt, because they belong together: a
    /// new address or format applies to pending deliveries too. The snapshot of a run keeps those from its start, for
    /// the record. An account's own webhook for notices has no format setting; its host determines it.
    ///
    /// Nothing is sent to a disabled webhook, except for a test. A notice is sent to the webhook of the account unless
    /// that is disabled, otherwise to its confirmed e-mail address, otherwise to the webhook of its configuration, and
    /// never to the webhook that it is about. A closed account gets none.
    pub(super) async fn place(&self, subject: &Subject) -> Result<Result<Place, Answer>, StoreError> {
        let (user, id) = match subject {
            Subject::Run(run) => (run.user, run.configuration),
            Subject::Notice(notice) => (notice.user, notice.configuration.id),
        };
        let configuration = self.configurations.configuration(user, id).await?;
        if let Subject::Notice(notice) = subject
            && let Some(place) = self.place_of_account(notice, configuration.as_ref()).await?
        {
            return Ok(place);
        }
        let Some(configuration) = configuration else { return Ok(Err(Answer::Forbidden(Forbidden::NoConfiguration))) };
        let is_about_it =
            matches!(subject, Subject::Notice(notice) if notice.matter.endpoint() == Some(EndpointOf::Configuration));
        Ok(match configuration.settings.webhook.clone().filter(|_| !is_about_it) {
            None => Err(Answer::Forbidden(Forbidden::NoWebhook)),
            Some(_) if configuration.delivery_health.is_disabled() && !subject.is_test() => {
                Err(Answer::Forbidden(Forbidden::Disabled))
            }
            Some(webhook) => Ok(Place::Webhook(Box::new(Endpoint { webhook, configuration, account: None }))),
        })
    }

    /// The place of a notice that belongs to the account. Its webhook signs with the secret of the configuration.
    async fn place_of_account(
        &self,
        notice: &Notice,
        configuration: Option<&Configuration>,
    ) -> Result<Option<Result<Place, Answer>>, StoreError> {
        let account = self.accounts.account(notice.user).await?;
        if !account.standing.is_open() {
            return Ok(Some(Err(Answer::Forbidden(Forbidden::NoWebhook))));
        }
        let is_about_it = notice.matter.endpoint() == Some(EndpointOf::Account);
        if let Some(url) = account.notification_webhook.clone()
            && let Some(configuration) = configuration
            && !is_about_it
            && !account.notification_health.is_disabled()
        {
            let webhook = Webhook { url, format: WebhookFormat::Auto };
            let endpoint = Endpoint { webhook, configuration: configuration.clone(), account: Some(account) };
            return Ok(Some(Ok(Place::Webhook(Box::new(endpoint)))));
        }
        let email = account.confirmed_email().cloned().zip(self.mailer.clone());
        Ok(email.map(|(address, mailer)| Ok(Place::Email(mailer, address))))
    }

    /// Sends the message to a webhook.
    pub(super) async fn post(
        &self,
        endpoint: &Endpoint,
        subject: &Subject,
        id: DeliverySubject,
        now: Instant,
    ) -> Result<WebhookAnswer, StoreError> {
        Ok(match self.target(endpoint).await {
            Err(answer) => answer.into(),
            Ok(target) => match self.body(subject).await? {
                None => Answer::Forbidden(Forbidden::NoContent).into(),
                Some(body) => self.webhooks.send(&target, &Message { id: message_id(id), at: now, body }).await,
            },
        })
    }

    /// The address, the shape and the signing secrets of an endpoint.
    async fn target(&self, endpoint: &Endpoint) -> Result<WebhookTarget, Answer> {
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
    async fn body(&self, subject: &Subject) -> Result<Option<MessageBody>, StoreError> {
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
