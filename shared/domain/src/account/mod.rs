//! Accounts: a user's plan and the limits that follow from it.

mod change;
mod email;
mod notices;
mod own_model;
mod plan;
mod standing;

pub use change::{AuditEntry, AuditedChange, LimitsChange};
pub use email::{
    CODE_TRIES_MAX, CODES_MAX, CodeError, CodesSent, EMAIL_BYTES_MAX, EmailAddress, EmailCode, EmailError,
    NotificationEmail, SentCode,
};
pub use notices::{NoticeChoice, NoticeKind};
pub use own_model::{BASE_URL_BYTES_MAX, BaseUrl, BaseUrlError, ModelName, ModelNameError, OwnModel};
pub use plan::{ALL_RUNS_FACTOR, Limits, Overrides, Plan};
pub use standing::{Closure, Standing};

use crate::delivery::{Health, SigningSecrets};
use crate::id::UserId;
use crate::instant::Instant;
use url::Url;

/// The account of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub user: UserId,
    pub plan: Plan,
    pub overrides: Overrides,
    /// Incremented by every change of plan or overrides, and by the closing; 0 before the first. A transaction that
    /// relies on a limit is conditional on it.
    pub limits_version: u64,
    /// The IANA zone in which times are shown to the user.
    pub time_zone: Option<String>,
    /// The webhook for notices. Without one they go to the webhook of the configuration that they are about.
    pub notification_webhook: Option<Url>,
    /// The secrets that sign notices to that webhook. An account whose webhook is older than these secrets has none
    /// until its first rotation; the secrets of the configuration that a notice is about sign then.
    pub notification_secrets: Option<SigningSecrets>,
    /// Whether that webhook takes messages.
    pub notification_health: Health,
    /// Where notices are sent that this webhook does not take.
    pub notification_email: Option<NotificationEmail>,
    /// Codes that were sent to confirm addresses.
    pub email_codes: Option<CodesSent>,
    /// Which notices are sent.
    pub notices: NoticeChoice,
    /// Notices that were made until then are read; `None` if none is.
    pub notices_read_until: Option<Instant>,
    /// A model of the user's own. It is stored, but not used, while the plan does not allow one.
    pub own_model: Option<OwnModel>,
    /// Incremented by every edit of the zone, the webhook for notices, its secrets and the model; 0 before the first.
    pub profile_version: u64,
    pub repositories: u64,
    pub configurations: u64,
    pub standing: Standing,
}

impl Account {
    /// The account of a user without a record: Free.
    pub fn free(user: UserId) -> Self {
        Self {
            user,
            plan: Plan::Free,
            overrides: Overrides::default(),
            limits_version: 0,
            time_zone: None,
            notification_webhook: None,
            notification_secrets: None,
            notification_health: Health::Healthy,
            notification_email: None,
            email_codes: None,
            notices: NoticeChoice::default(),
            notices_read_until: None,
            own_model: None,
            profile_version: 0,
            repositories: 0,
            configurations: 0,
            standing: Standing::Open,
        }
    }

    /// The e-mail address that notices may be sent to.
    #[must_use]
    pub fn confirmed_email(&self) -> Option<&EmailAddress> {
        self.notification_email.as_ref().filter(|email| email.confirmed).map(|email| &email.address)
    }

    /// Whether the user has read a notice that was made then.
    #[must_use]
    pub fn has_read(&self, made_at: Instant) -> bool {
        self.notices_read_until.is_some_and(|until| made_at <= until)
    }

    /// The limits that apply.
    pub fn limits(&self) -> Limits {
        self.overrides.over(self.plan.limits())
    }

    /// The user's own model, where the plan allows one.
    pub fn own_model_in_use(&self) -> Option<&OwnModel> {
        self.own_model.as_ref().filter(|_| self.plan.allows_own_model())
    }
}
