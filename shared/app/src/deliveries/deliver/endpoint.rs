//! The health of the endpoint that an attempt was made to.

use super::Deliver;
use super::subject::Subject;
use crate::metrics;
use crate::optimistic::{self, Step};
use crate::ports::{EndpointMove, HealthMove, Mailer, StoreError};
use domain::account::{Account, EmailAddress};
use domain::configuration::{Configuration, Webhook};
use domain::delivery::{Answer, Evidence, Health, Lane, Shape};
use domain::event::{Event, Fact};
use domain::id::{ConfigurationId, EventId, NoticeId, UserId};
use domain::instant::Instant;
use domain::month::Month;
use domain::notice::{Destination, EndpointOf, Matter, Notice, Recipient};
use std::sync::Arc;

/// The webhook that a message is sent to, and the record that holds it.
#[derive(Clone)]
pub(super) struct Endpoint {
    pub(super) webhook: Webhook,
    pub(super) holder: Holder,
}

/// The record that holds a webhook.
#[derive(Clone)]
pub(super) enum Holder {
    Configuration(Box<Configuration>),
    /// The account, with the configuration that its notice is about, if that still exists.
    Account(Box<Account>, ConfigurationId, Option<Box<Configuration>>),
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
        Lane::of(self.configuration().is_some_and(|configuration| configuration.progress.slow_since.is_some()))
    }

    /// The configuration whose webhook it is; `None` for the account's.
    pub(super) fn configuration(&self) -> Option<&Configuration> {
        match &self.holder {
            Holder::Configuration(configuration) => Some(configuration),
            Holder::Account(..) => None,
        }
    }

    pub(super) fn shape(&self) -> Shape {
        self.webhook.format.shape(&self.webhook.url)
    }

    /// The current health; `None` if another address was set since the attempt, or the configuration was deleted.
    fn health(&self, now: &Self) -> Option<Health> {
        let health = match &now.holder {
            Holder::Account(account, ..) => account.notification_health,
            Holder::Configuration(configuration) if configuration.deleted_at.is_some() => return None,
            Holder::Configuration(configuration) => configuration.delivery_health,
        };
        (now.webhook == self.webhook).then_some(health)
    }

    /// Whether it was disabled when it was read.
    pub(super) fn is_disabled(&self) -> bool {
        self.health(self).is_some_and(Health::is_disabled)
    }

    fn of(&self) -> EndpointOf {
        match &self.holder {
            Holder::Account(..) => EndpointOf::Account,
            Holder::Configuration(_) => EndpointOf::Configuration,
        }
    }

    /// The user, and the configuration that the message is about.
    fn ids(&self) -> (UserId, ConfigurationId) {
        match &self.holder {
            Holder::Account(account, configuration, _) => (account.user, *configuration),
            Holder::Configuration(configuration) => (configuration.user, configuration.id),
        }
    }

    fn change(&self, health: Health, now: Instant) -> EndpointMove {
        match &self.holder {
            Holder::Account(account, ..) => EndpointMove::Account { before: account.clone(), after: health },
            Holder::Configuration(configuration) => EndpointMove::Configuration {
                before: configuration.clone(),
                after: Box::new(configuration.with_delivery_health(health, now)),
            },
        }
    }
}

/// What the user is notified of, if this change is worth it.
fn reported(endpoint: &Endpoint, before: Health, after: Health) -> Option<(Matter, Fact)> {
    let (of, host) = (endpoint.of(), endpoint.webhook.host().to_owned());
    let configuration = (of == EndpointOf::Configuration).then_some(endpoint.ids().1);
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
            ("the health of the webhook of configuration", endpoint.ids().1),
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
                Ok(Step::of(self.deliveries.move_health(&step).await, ())?.map(|()| {
                    metrics::endpoint_changed(after);
                    after
                }))
            },
        )
        .await
    }

    /// The endpoint as it is stored now; `None` if it was removed.
    async fn read_again(&self, endpoint: &Endpoint) -> Result<Option<Endpoint>, StoreError> {
        let (user, id) = endpoint.ids();
        let configuration = self.configurations.configuration(user, id).await?;
        if endpoint.of() == EndpointOf::Configuration {
            return Ok(configuration.and_then(|configuration| {
                let webhook = configuration.settings.webhook.clone()?;
                Some(Endpoint { webhook, holder: Holder::Configuration(Box::new(configuration)) })
            }));
        }
        let account = self.accounts.account(user).await?;
        let url = account.notification_webhook.clone();
        Ok(url.map(|url| {
            let webhook = Webhook { url, format: endpoint.webhook.format };
            Endpoint { webhook, holder: Holder::Account(Box::new(account), id, configuration.map(Box::new)) }
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
        let (user, _) = endpoint.ids();
        // The configuration's webhook takes messages again, so it gets the notice, which is made for its new state.
        let mut account = self.accounts.account(user).await?;
        let configuration = match &endpoint.holder {
            Holder::Configuration(found) => Some(Configuration { delivery_health: after, ..found.as_ref().clone() }),
            Holder::Account(_, _, found) => {
                account.notification_health = after;
                found.as_deref().cloned()
            }
        };
        let recipient = Recipient::of(&account, subject.named(), configuration.as_ref());
        let id = NoticeId::at(at, self.entropy.randomness());
        let notice = Notice::new(id, &recipient, matter, Month::of(at), at);
        let event = Event { id: EventId::at(at, self.entropy.randomness()), user, at, fact };
        Ok((Some(notice), Some(event)))
    }
}
