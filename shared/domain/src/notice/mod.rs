//! Messages that are not a run's report, and the event of some of them.
//!
//! In reading order: [`Notice`], a message and its recipient; `named`, the configuration that it is about; `matter`,
//! what it says; `text`, the same in words; `destination`, where it was sent; `example`, one of each kind; `threshold`,
//! the notice and the event of a part of the limit that is used.

mod destination;
mod example;
mod matter;
mod named;
mod text;
mod threshold;

pub use destination::Destination;
pub use matter::{EndpointOf, Matter};
pub use named::Named;
pub use threshold::ReachedThreshold;

use crate::account::{Account, NoticeKind};
use crate::configuration::Configuration;
use crate::delivery::Delivery;
use crate::id::{ConfigurationId, NoticeId, UserId};
use crate::instant::{Duration, Instant, NaiveDate};
use crate::money::RETIREMENT_NOTICE_DAYS;
use crate::month::Month;
use chrono::NaiveTime;

/// A message to the user, delivered as a report is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub id: NoticeId,
    /// Who gets it.
    pub user: UserId,
    /// The configuration that it is about, or whose run caused it. Its webhook and its secret are used where the
    /// account has no webhook of its own.
    pub configuration: Named,
    pub matter: Matter,
    /// The month that the matter is about.
    pub month: Month,
    pub created_at: Instant,
    pub delivery: Delivery,
    /// Where the last attempt was made; `None` before the first, and in notices that were stored before it was.
    pub sent_to: Option<Destination>,
}

/// The recipient of a notice, and how it is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    pub user: UserId,
    /// The configuration that the notice is about.
    pub configuration: Named,
    /// Whether the account has a webhook that takes notices.
    own_webhook: bool,
    /// Whether the account has a confirmed e-mail address.
    email: bool,
    /// Whether the configuration has a webhook that takes messages.
    configuration_webhook: bool,
    muted: Vec<NoticeKind>,
}

impl Recipient {
    /// The webhook of the account, else its e-mail address, else the webhook of the configuration that a notice is
    /// about, if it still exists.
    #[must_use]
    pub fn of(account: &Account, named: Named, configuration: Option<&Configuration>) -> Self {
        Self {
            user: account.user,
            configuration: named,
            own_webhook: account.notification_webhook.is_some() && !account.notification_health.is_disabled(),
            email: account.confirmed_email().is_some(),
            configuration_webhook: configuration
                .is_some_and(|found| found.settings.webhook.is_some() && !found.delivery_health.is_disabled()),
            muted: account.notices.muted().to_vec(),
        }
    }

    fn gets(&self, matter: &Matter) -> bool {
        let by_own = self.own_webhook && matter.endpoint() != Some(EndpointOf::Account);
        let by_configuration = self.configuration_webhook && matter.endpoint() != Some(EndpointOf::Configuration);
        !self.muted.contains(&matter.kind()) && (by_own || self.email || by_configuration)
    }
}

impl NoticeId {
    /// The one notice that a configuration's model ends on a day. Its instant is the first at which it is made, so that
    /// it sorts among the notices of its time.
    #[must_use]
    pub fn model_retires(configuration: ConfigurationId, model: &str, on: NaiveDate) -> Self {
        let first_day = on.checked_sub_signed(Duration::days(RETIREMENT_NOTICE_DAYS)).unwrap_or(on);
        let (configuration, day) = (configuration.uuid(), on.to_string());
        let parts = [configuration.as_bytes().as_slice(), model.as_bytes(), day.as_bytes()];
        Self::once("model_retires", &parts, first_day.and_time(NaiveTime::MIN).and_utc())
    }
}

impl Notice {
    /// A notice that is due at once; one that no webhook takes, or that its user does not want to be sent, can only be
    /// read.
    #[must_use]
    pub fn new(id: NoticeId, recipient: &Recipient, matter: Matter, month: Month, now: Instant) -> Self {
        let delivery = if recipient.gets(&matter) { Delivery::pending(now) } else { Delivery::none() };
        let (user, configuration) = (recipient.user, recipient.configuration.clone());
        Self { id, user, configuration, matter, month, created_at: now, delivery, sent_to: None }
    }
}
