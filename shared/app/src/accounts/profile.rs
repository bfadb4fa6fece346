//! The settings of a user for the whole account.

use crate::holdings::{ChooseModel, Expected, KeepError, TokenChange, open_account};
use crate::optimistic::{self, Step};
use crate::ports::{AccountChanges, Accounts, Addresses, SecretContext, Vault};
use domain::account::{Account, BaseUrl, EmailAddress, ModelName, NoticeChoice, NotificationEmail, OwnModel};
use domain::delivery::Health;
use domain::id::UserId;
use domain::money::Rates;
use std::sync::Arc;
use url::Url;

/// Replaces profiles.
#[derive(Clone)]
pub struct KeepProfile {
    pub accounts: Arc<dyn Accounts>,
    pub changes: Arc<dyn AccountChanges>,
    pub vault: Arc<dyn Vault>,
    pub addresses: Arc<dyn Addresses>,
    pub models: ChooseModel,
    /// Whether the deployment sends e-mail.
    pub sends_mail: bool,
}

/// A whole profile; `None` removes a value.
#[derive(Clone, Debug, Default)]
pub struct ProfileDraft {
    /// IANA time zone in which times are shown to the user.
    pub time_zone: Option<String>,
    pub notification_webhook: Option<Url>,
    pub notification_email: Option<EmailAddress>,
    /// Which notices are sent.
    pub notices: NoticeChoice,
    pub own_model: Option<OwnModelDraft>,
}

/// A model of the user's own, with its key not encrypted.
#[derive(Clone, Debug)]
pub struct OwnModelDraft {
    pub base_url: BaseUrl,
    /// The API key. A kept key must be for the same host.
    pub key: TokenChange,
    /// The model that writes if a configuration names none.
    pub model: ModelName,
    pub rates: Option<Rates>,
}

impl KeepProfile {
    /// Replaces the profile and returns the new account.
    pub async fn replace(&self, user: UserId, expected: &Expected, draft: ProfileDraft) -> Result<Account, KeepError> {
        let draft = &draft;
        optimistic::update(
            ("the edit of the profile of account", user),
            |_| open_account(self.accounts.as_ref(), user),
            |found: &Account, sent: &Account| (profile_of(found) == profile_of(sent)).then(|| found.clone()),
            |before| async move {
                expected.check(before.profile_version)?;
                let own_model = match draft.own_model.clone() {
                    None => None,
                    Some(own_model) => Some(self.own_model(&before, own_model).await?),
                };
                let after = Account {
                    time_zone: draft.time_zone.clone(),
                    notification_webhook: draft.notification_webhook.clone(),
                    // Another address is healthy until an attempt fails.
                    notification_health: if draft.notification_webhook == before.notification_webhook {
                        before.notification_health
                    } else {
                        Health::Healthy
                    },
                    notification_email: self.email(&before, draft.notification_email.as_ref())?,
                    notices: draft.notices.clone(),
                    own_model,
                    profile_version: before.profile_version.saturating_add(1),
                    ..before.clone()
                };
                Ok(Step::of(self.changes.put_profile(&before, &after).await, after)?)
            },
        )
        .await
    }

    /// An address that is kept stays confirmed; another one must be confirmed.
    fn email(&self, before: &Account, address: Option<&EmailAddress>) -> Result<Option<NotificationEmail>, KeepError> {
        let Some(address) = address else { return Ok(None) };
        match &before.notification_email {
            Some(found) if found.address == *address => Ok(Some(found.clone())),
            _ if !self.sends_mail => Err(KeepError::NoMail),
            _ => Ok(Some(NotificationEmail::new(address.clone()))),
        }
    }

    async fn own_model(&self, before: &Account, draft: OwnModelDraft) -> Result<OwnModel, KeepError> {
        if !before.plan.allows_own_model() {
            return Err(KeepError::NoOwnModel);
        }
        self.addresses.check(draft.base_url.url()).await.map_err(KeepError::ModelInside)?;
        let unchanged = before.own_model.as_ref().is_some_and(|found| {
            (&found.base_url, &found.model) == (&draft.base_url, &draft.model) && draft.key == TokenChange::Keep
        });
        let (key, plain) = match &draft.key {
            TokenChange::Remove => (None, None),
            TokenChange::Set(key) => {
                let context = SecretContext::of_account(before.user);
                (Some(self.vault.seal(context, key.expose().as_bytes()).await?), Some(key.clone()))
            }
            TokenChange::Keep => match &before.own_model {
                Some(found) if found.key.is_some() && !found.base_url.is_at_host_of(&draft.base_url) => {
                    return Err(KeepError::KeyOfAnotherHost);
                }
                found => {
                    let key = found.as_ref().and_then(|found| found.key.clone());
                    let plain = if unchanged { None } else { self.models.opened(before.user, key.as_ref()).await? };
                    (key, plain)
                }
            },
        };
        if !unchanged {
            self.models.check_own(&draft.model, &draft.base_url, plain, draft.rates.is_some()).await?;
        }
        Ok(OwnModel { base_url: draft.base_url, key, model: draft.model, rates: draft.rates })
    }
}

/// The values that identify an edit of a profile. The key is encrypted again by each edit.
type ProfileValues<'a> = (u64, Option<&'a str>, [Option<&'a str>; 2], &'a NoticeChoice, Option<&'a OwnModel>);

fn profile_of(account: &Account) -> ProfileValues<'_> {
    let webhook = account.notification_webhook.as_ref().map(Url::as_str);
    let email = account.notification_email.as_ref().map(|email| email.address.as_str());
    let zone = account.time_zone.as_deref();
    (account.profile_version, zone, [webhook, email], &account.notices, account.own_model.as_ref())
}
