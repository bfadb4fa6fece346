//! What is delivered, where, and with which content.

use super::endpoint::{Endpoint, Holder, Place};
use super::{Deliver, message_id};
use crate::holdings::headers;
use crate::ports::{
    Message, MessageBody, SecretContext, StoreError, VaultError, WebhookAnswer, WebhookTarget, readable,
};
use domain::configuration::{Configuration, Webhook};
use domain::delivery::{
    Answer, CustomHeaders, Delivery, Forbidden, NoAnswer, SealedHeaders, SigningSecret, SigningSecrets, WebhookFormat,
};
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
            Some(webhook) => {
                let holder = Holder::Configuration(Box::new(configuration));
                Ok(Place::Webhook(Box::new(Endpoint { webhook, holder })))
            }
        })
    }

    /// The place of a notice that belongs to the account. Without a secret of its own, its webhook signs with that of
    /// the configuration, which must still exist then.
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
        let has_secret = account.notification_secrets.is_some() || configuration.is_some();
        if let Some(url) = account.notification_webhook.clone()
            && has_secret
            && !is_about_it
            && !account.notification_health.is_disabled()
        {
            let webhook = Webhook { url, format: WebhookFormat::Auto };
            let holder =
                Holder::Account(Box::new(account), notice.configuration.id, configuration.cloned().map(Box::new));
            return Ok(Some(Ok(Place::Webhook(Box::new(Endpoint { webhook, holder })))));
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

    /// The address, the shape, the signing secrets and the headers of an endpoint. The headers are for the host of the
    /// configuration's webhook only.
    async fn target(&self, endpoint: &Endpoint) -> Result<WebhookTarget, Answer> {
        let (context, secrets, headers) = match &endpoint.holder {
            Holder::Configuration(found) => (of_configuration(found), &found.secrets, found.headers.as_ref()),
            Holder::Account(account, _, configuration) => match (&account.notification_secrets, configuration) {
                (Some(secrets), _) => (SecretContext::of_notifications(account.user), secrets, None),
                (None, Some(found)) => (of_configuration(found), &found.secrets, None),
                (None, None) => return Err(Answer::Forbidden(Forbidden::NoConfiguration)),
            },
        };
        let headers = self.headers(context, headers).await?;
        let secrets = self.secrets(context, secrets).await?;
        Ok(WebhookTarget { url: endpoint.webhook.url.clone(), shape: endpoint.shape(), secrets, headers })
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

fn of_configuration(configuration: &Configuration) -> SecretContext {
    SecretContext::of_configuration(configuration.user, configuration.id)
}

fn unopened(context: SecretContext, error: &VaultError) -> Answer {
    let (user, holder, id) = (context.user, context.kind(), context.holder_id());
    tracing::error!(%user, holder, %id, %error, "a secret of the webhook can't be decrypted");
    if error.is_transient() {
        Answer::NoAnswer(NoAnswer::SecretUnavailable)
    } else {
        Answer::Forbidden(Forbidden::SecretUnreadable)
    }
}
