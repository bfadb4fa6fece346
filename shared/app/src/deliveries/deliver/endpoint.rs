//! The health of the endpoint that an attempt was made to.

use super::Deliver;
use super::subject::Subject;
use crate::optimistic::{self, Step};
use crate::ports::{EndpointMove, HealthMove, Mailer, StoreError};
use domain::account::{Account, EmailAddress};
use domain::configuration::{Configuration, Webhook};
use domain::delivery::{Answer, Evidence, Health, Lane, Shape};
use domain::event::{Event, Fact};
use domain::id::{EventId, NoticeId};
use domain::instant::Instant;
use domain::month::Month;
use domain::notice::{Destination, EndpointOf, Matter, Notice, Recipient};
use std::sync::Arc;

/// The webhook that a message is sent to, and the record that holds it.
#[derive(Clone)]
pub(super) struct Endpoint {
    pub(super) webhook: Webhook,
    pub(super) configuration: Configuration,
    /// The account, if the webhook is the account's.
    pub(super) account: Option<Account>,
}

/// Where a message is sent.
#[derive(Clone)]
pub(super) enum Place {
    Webhook(Box<Endpoint>),
    /// The account's e-mail address, which its owner has confirmed. For notices only.
    Email(Arc<dyn Mailer>, EmailAddress),
}

impl Place {
    pub(super) fn destination(&self) -> Destination {
        match self {
            Self::Webhook(endpoint) => {
                Destination::Webhook { of: endpoint.of(), host: endpoint.webhook.host().to_owned() }
            }
            Self::Email(..) => Destination::Email,
        }
    }
}

impl Endpoint {
    /// What is known of an account's webhook for notices is stored nowhere; notices are few.
    pub(super) fn lane(&self) -> Lane {
        Lane::of(self.account.is_none() && self.configuration.progress.slow_since.is_some())
    }

    pub(super) fn shape(&self) -> Shape {
        self.webhook.format.shape(&self.webhook.url)
    }

    /// The current health; `None` if another address was set since the attempt.
    fn health(&self, now: &Self) -> Option<Health> {
        let health = match &now.account {
            Some(account) => account.notification_health,
            None => now.configuration.delivery_health,
        };
        (now.webhook == self.webhook).then_some(health)
    }

    fn of(&self) -> EndpointOf {
        if self.account.is_some() { EndpointOf::Account } else { EndpointOf::Configuration }
    }

    fn change(&self, health: Health, now: Instant) -> EndpointMove {
        match &self.account {
            Some(account) => EndpointMove::Account { before: Box::new(account.clone()), after: health },
            None => EndpointMove::Configuration {
                before: Box::new(self.configuration.clone()),
                after: Box::new(self.configuration.with_delivery_health(health, now)),
            },
        }
    }
}

/// What the user is notified of, if this change is worth it.
fn reported(endpoint: &Endpoint, before: Health, after: Health) -> Option<(Matter, Fact)> {
    let (of, host) = (endpoint.of(), endpoint.webhook.host().to_owned());
    let configuration = (of == EndpointOf::Configuration).then_some(endpoint.configuration.id);
    let was_reported = matches!(before, Health::Failing { reported: true, .. });
    match after {
        Health::Failing { since, reported: true, .. } if !was_reported => {
            Some((Matter::EndpointFailing { endpoint: of, host, since }, Fact::EndpointFailing { configuration }))
        }
        Health::Disabled { reason, .. } => Some((
            Matter::EndpointDisabled { endpoint: of, host, reason },
            Fact::EndpointDisabled { configuration, reason },
        )),
        Health::Healthy if was_reported || before.is_disabled() => {
            Some((Matter::EndpointEnabled { endpoint: of, host }, Fact::EndpointEnabled { configuration }))
        }
        Health::Healthy | Health::Failing { .. } => None,
    }
}

impl Deliver {
    /// Stores what an attempt says about its endpoint, if that changes its health. Returns the health.
    pub(super) async fn observe(
        &self,
        endpoint: &Endpoint,
        subject: &Subject,
        answer: &Answer,
    ) -> Result<Health, StoreError> {
        let at = self.clock.now();
        let evidence = Evidence { answer, shape: endpoint.shape(), attempts: subject.delivery().cycle_attempts(), at };
        optimistic::ensure(
            ("the health of the webhook of configuration", endpoint.configuration.id),
            |again| async move { if again { self.read_again(endpoint).await } else { Ok(Some(endpoint.clone())) } },
            |found| async move {
                let Some((before, found)) = found.and_then(|found| Some((endpoint.health(&found)?, found))) else {
                    return Ok(Step::Done(Health::Healthy));
                };
                let after = before.after(evidence);
                if after == before {
                    return Ok(Step::Done(after));
                }
                let (notice, event) = self.report(&found, subject, before, after, at).await?;
                let step = HealthMove { endpoint: found.change(after, at), notice, event };
                Ok(Step::of(self.deliveries.move_health(&step).await, ())?.map(|()| after))
            },
        )
        .await
    }

    /// The endpoint as it is stored now; `None` if it was removed.
    async fn read_again(&self, endpoint: &Endpoint) -> Result<Option<Endpoint>, StoreError> {
        let (user, id) = (endpoint.configuration.user, endpoint.configuration.id);
        let Some(configuration) = self.configurations.configuration(user, id).await? else { return Ok(None) };
        if endpoint.account.is_none() {
            let webhook = configuration.settings.webhook.clone();
            return Ok(webhook.map(|webhook| Endpoint { webhook, configuration, account: None }));
        }
        let account = self.accounts.account(user).await?;
        let url = account.notification_webhook.clone();
        Ok(url.map(|url| {
            let webhook = Webhook { url, format: endpoint.webhook.format };
            Endpoint { webhook, configuration, account: Some(account) }
        }))
    }

    async fn report(
        &self,
        endpoint: &Endpoint,
        subject: &Subject,
        before: Health,
        after: Health,
        at: Instant,
    ) -> Result<(Option<Notice>, Option<Event>), StoreError> {
        let Some((matter, fact)) = reported(endpoint, before, after) else {
            return Ok((None, None));
        };
        let (user, of) = (endpoint.configuration.user, endpoint.of());
        // The configuration's webhook takes messages again, so it gets the notice, which is made for its new state.
        let mut configuration = endpoint.configuration.clone();
        let mut account = self.accounts.account(user).await?;
        match of {
            EndpointOf::Configuration => configuration.delivery_health = after,
            EndpointOf::Account => account.notification_health = after,
        }
        let recipient = Recipient::of(&account, subject.named(), Some(&configuration));
        let id = NoticeId::at(at, self.entropy.randomness());
        let notice = Notice::new(id, &recipient, matter, Month::of(at), at);
        let event = Event { id: EventId::at(at, self.entropy.randomness()), user, at, fact };
        Ok((Some(notice), Some(event)))
    }
}
