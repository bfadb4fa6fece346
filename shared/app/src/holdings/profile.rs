//! What a user chooses for the whole account.

use super::{ChooseModel, KeepError, TokenChange, require_open};
use crate::ports::{AccountChanges, Accounts, Addresses, Refusal, SecretContext, Vault};
use domain::account::{Account, BaseUrl, ModelName, OwnModel};
use domain::id::UserId;
use domain::money::Rates;
use std::sync::Arc;
use url::Url;

/// Replaces profiles.
#[derive(Clone)]
pub struct KeepProfile {
    /// The plan, and the key that may stay.
    pub accounts: Arc<dyn Accounts>,
    /// The change.
    pub changes: Arc<dyn AccountChanges>,
    /// Seals the key of an own model.
    pub vault: Arc<dyn Vault>,
    /// Judges where an own model is.
    pub addresses: Arc<dyn Addresses>,
    /// Judges the model that is named.
    pub models: ChooseModel,
}

/// A whole profile: what is none is removed.
#[derive(Clone, Debug, Default)]
pub struct ProfileDraft {
    /// The IANA zone in which the user likes to see times.
    pub time_zone: Option<String>,
    /// Where notices go.
    pub notification_webhook: Option<Url>,
    /// A model of the user's own.
    pub own_model: Option<OwnModelDraft>,
}

/// A model of the user's own, its key in the clear.
#[derive(Clone, Debug)]
pub struct OwnModelDraft {
    /// Where it is asked.
    pub base_url: BaseUrl,
    /// Its key. One that is kept must be for the same host.
    pub key: TokenChange,
    /// The model that writes where a configuration names none.
    pub model: ModelName,
    /// What it costs.
    pub rates: Option<Rates>,
}

impl KeepProfile {
    /// Replaces the profile, and answers the account as it is then. Of two at once the later one stands as a whole.
    pub async fn replace(&self, user: UserId, draft: ProfileDraft) -> Result<Account, KeepError> {
        let before = self.accounts.account(user).await?;
        require_open(&before)?;
        let own_model = match draft.own_model {
            None => None,
            Some(own_model) => Some(self.own_model(&before, own_model).await?),
        };
        let (time_zone, notification_webhook) = (draft.time_zone, draft.notification_webhook);
        let webhook = notification_webhook.as_ref();
        self.changes.put_profile(user, time_zone.as_deref(), webhook, own_model.as_ref()).await.map_err(|refusal| {
            match refusal {
                Refusal::MovedOn => KeepError::AccountClosed,
                Refusal::Store(error) => error.into(),
            }
        })?;
        Ok(Account { time_zone, notification_webhook, own_model, ..before })
    }

    async fn own_model(&self, before: &Account, draft: OwnModelDraft) -> Result<OwnModel, KeepError> {
        if !before.plan.allows_own_model() {
            return Err(KeepError::NoOwnModel);
        }
        self.addresses.judge(draft.base_url.url()).await.map_err(KeepError::ModelInside)?;
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
            self.models.judge_own(&draft.model, &draft.base_url, plain, draft.rates.is_some()).await?;
        }
        Ok(OwnModel { base_url: draft.base_url, key, model: draft.model, rates: draft.rates })
    }
}
