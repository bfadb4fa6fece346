//! Accounts: a user's plan and the limits that follow from it.

mod change;
mod own_model;
mod plan;
mod standing;

pub use change::LimitsChange;
pub use own_model::{BASE_URL_BYTES_MAX, BaseUrl, BaseUrlError, ModelName, ModelNameError, OwnModel};
pub use plan::{ALL_RUNS_FACTOR, Limits, Overrides, Plan};
pub use standing::{Closure, Standing};

use crate::id::UserId;
use url::Url;

/// A user's plan, with what was agreed on beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Whose.
    pub user: UserId,
    /// The plan.
    pub plan: Plan,
    /// Limits that replace the plan's.
    pub overrides: Overrides,
    /// Moved by every change of plan or overrides, and by the closing; 0 while there was none. A transaction that acted
    /// on a limit is conditional on it.
    pub limits_version: u64,
    /// An IANA zone in which the user likes to see times.
    pub time_zone: Option<String>,
    /// Where notices go; without one they go to the webhook of the configuration that they are about.
    pub notification_webhook: Option<Url>,
    /// A model of the user's own. It stays where the plan does not allow one (any more), and is not asked then.
    pub own_model: Option<OwnModel>,
    /// Moved by every edit of what the user sets: zone, address of notices and model; 0 while there was none.
    pub profile_version: u64,
    /// Repositories that exist.
    pub repositories: u64,
    /// Configurations that exist.
    pub configurations: u64,
    /// Whether anything may begin.
    pub standing: Standing,
}

impl Account {
    /// What a user has who was never heard of: a Free account.
    #[must_use]
    pub fn free(user: UserId) -> Self {
        Self {
            user,
            plan: Plan::Free,
            overrides: Overrides::default(),
            limits_version: 0,
            time_zone: None,
            notification_webhook: None,
            own_model: None,
            profile_version: 0,
            repositories: 0,
            configurations: 0,
            standing: Standing::Open,
        }
    }

    /// The limits that apply.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.overrides.over(self.plan.limits())
    }

    /// The user's own model, where the plan allows one.
    #[must_use]
    pub fn own_model_in_use(&self) -> Option<&OwnModel> {
        self.own_model.as_ref().filter(|_| self.plan.allows_own_model())
    }
}
