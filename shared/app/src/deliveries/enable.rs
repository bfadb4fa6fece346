//! A disabled webhook is enabled again at its user's request.

use crate::holdings::access;
use crate::metrics;
use crate::optimistic::{self, Step};
use crate::ports::{
    Accounts, Clock, Configurations, Deliveries, EndpointMove, Entropy, HealthMove, Repositories, StoreError,
};
use domain::account::Account;
use domain::configuration::Configuration;
use domain::delivery::Health;
use domain::event::{Event, Fact};
use domain::id::{ConfigurationId, EventId, NoticeId, UserId};
use domain::month::Month;
use domain::notice::{EndpointOf, Matter, Notice, Recipient};
use std::sync::Arc;

/// Enables webhooks that were disabled because they did not take messages. The schedule of a configuration continues
/// with its next fire.
#[derive(Clone)]
pub struct EnableEndpoint {
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    pub accounts: Arc<dyn Accounts>,
    pub configurations: Arc<dyn Configurations>,
    pub repositories: Arc<dyn Repositories>,
    pub deliveries: Arc<dyn Deliveries>,
}

/// A webhook was not enabled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnableError {
    #[error("the report configuration is unknown")]
    NoConfiguration,
    #[error("The account is closed: its webhooks can't be enabled.")]
    AccountClosed,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl EnableEndpoint {
    /// Enables the webhook of a configuration. One that is not disabled stays as it is.
    pub async fn configuration(&self, user: UserId, id: ConfigurationId) -> Result<Configuration, EnableError> {
        optimistic::update(
            ("the enabling of the webhook of configuration", id),
            |_| async move {
                let account = self.open_account(user).await?;
                let found = access::configuration(self.configurations.as_ref(), user, id).await?;
                Ok((account, found.ok_or(EnableError::NoConfiguration)?))
            },
            |_, (): &()| None,
            |(account, before)| async move {
                if !before.delivery_health.is_disabled() {
                    return Ok(Step::Done(before));
                }
                let now = self.clock.now();
                let after = before.with_delivery_health(Health::Healthy, now);
                let named = access::named(self.repositories.as_ref(), &before).await?;
                let host = before.settings.webhook.as_ref().map(|webhook| webhook.host().to_owned());
                let matter =
                    Matter::EndpointEnabled { endpoint: EndpointOf::Configuration, host: host.unwrap_or_default() };
                let recipient = Recipient::of(&account, named, Some(&after));
                let id_of_notice = NoticeId::at(now, self.entropy.randomness());
                let step = HealthMove {
                    endpoint: EndpointMove::Configuration { before: Box::new(before), after: Box::new(after.clone()) },
                    notice: Some(Notice::new(id_of_notice, &recipient, matter, Month::of(now), now)),
                    event: Some(self.event(user, Some(id))),
                };
                let moved = self.deliveries.move_health(&step).await;
                Ok(Step::of(moved, ())?.map(|()| enabled(after)))
            },
        )
        .await
    }

    /// Enables the account's webhook for notices.
    pub async fn account(&self, user: UserId) -> Result<Account, EnableError> {
        optimistic::update(
            ("the enabling of the webhook for notices of account", user),
            |_| self.open_account(user),
            |_, (): &()| None,
            |before| async move {
                if !before.notification_health.is_disabled() {
                    return Ok(Step::Done(before));
                }
                let after = Account { notification_health: Health::Healthy, ..before.clone() };
                let endpoint = EndpointMove::Account { before: Box::new(before), after: Health::Healthy };
                let step = HealthMove { endpoint, notice: None, event: Some(self.event(user, None)) };
                let moved = self.deliveries.move_health(&step).await;
                Ok(Step::of(moved, ())?.map(|()| enabled(after)))
            },
        )
        .await
    }

    async fn open_account(&self, user: UserId) -> Result<Account, EnableError> {
        let account = self.accounts.account(user).await?;
        if account.standing.is_open() { Ok(account) } else { Err(EnableError::AccountClosed) }
    }

    fn event(&self, user: UserId, configuration: Option<ConfigurationId>) -> Event {
        let at = self.clock.now();
        let fact = Fact::EndpointEnabled { configuration };
        Event { id: EventId::at(at, self.entropy.randomness()), user, at, fact }
    }
}

fn enabled<T>(after: T) -> T {
    metrics::endpoint_changed(Health::Healthy);
    after
}
