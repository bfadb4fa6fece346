//! The settings of a user for the whole account.

use crate::holdings::rotation::{Rotation, rotate};
use crate::holdings::signing::new_secret;
use crate::holdings::{ChooseModel, Expected, KeepError, TokenChange, made_before, open_account};
use crate::optimistic::{self, Step};
use crate::ports::{
    AccountChanges, Accounts, Addresses, Clock, Entropy, IdempotencyKey, IdempotencyRecords, Refusal, SecretContext,
    TransactionError, Vault,
};
use async_trait::async_trait;
use domain::account::{Account, BaseUrl, EmailAddress, ModelName, NoticeChoice, NotificationEmail, OwnModel};
use domain::delivery::{Health, SigningSecret, SigningSecrets, WhenFull};
use domain::id::UserId;
use domain::instant::Instant;
use domain::money::Rates;
use domain::repository::Sealed;
use std::sync::Arc;
use url::Url;

/// Replaces profiles, and rotates the secret that signs notices.
#[derive(Clone)]
pub struct KeepProfile {
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    pub accounts: Arc<dyn Accounts>,
    pub idempotency: Arc<dyn IdempotencyRecords>,
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

/// An account after a change of its profile.
#[derive(Clone, Debug)]
pub struct KeptProfile {
    pub account: Account,
    /// The new signing secret for notices, which is shown once; `None` if the change made none.
    pub secret: Option<SigningSecret>,
}

impl KeepProfile {
    /// Replaces the profile. A webhook for notices gets a signing secret when its address is set, unless the account
    /// has one; without an address the account has no secret.
    pub async fn replace(
        &self,
        user: UserId,
        expected: &Expected,
        draft: ProfileDraft,
    ) -> Result<KeptProfile, KeepError> {
        let draft = &draft;
        optimistic::update(
            ("the edit of the profile of account", user),
            |_| open_account(self.accounts.as_ref(), user),
            was_kept,
            |before| async move {
                expected.check(before.profile_version)?;
                let (notification_secrets, secret) = self.notification_secrets(&before, draft).await?;
                let own_model = match draft.own_model.clone() {
                    None => None,
                    Some(own_model) => Some(self.own_model(&before, own_model).await?),
                };
                let after = Account {
                    time_zone: draft.time_zone.clone(),
                    notification_webhook: draft.notification_webhook.clone(),
                    notification_secrets,
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
                let written = self.changes.put_profile(&before, &after).await;
                Ok(Step::of(written, KeptProfile { account: after, secret })?)
            },
        )
        .await
    }

    /// Gives the account's webhook for notices a new signing secret; the old one stays valid for a day, and so do those
    /// that were replaced within the last day. With the same key again, the account is returned without the secret,
    /// which is shown once.
    pub async fn rotate_notification_secret(
        &self,
        user: UserId,
        expected: &Expected,
        when_full: WhenFull,
        key: Option<&IdempotencyKey>,
    ) -> Result<KeptProfile, KeepError> {
        open_account(self.accounts.as_ref(), user).await?;
        let rotation = OfNotices { keep: self, user };
        let means = (self.entropy.as_ref(), self.vault.as_ref());
        let (account, secret) = rotate(&rotation, means, (expected, key), when_full, self.clock.now()).await?;
        Ok(KeptProfile { account, secret })
    }

    /// The secrets of the draft's webhook for notices, and the one that is new. An address that stays keeps what it
    /// has: a receiver that verifies with another secret must not be surprised by an edit of something else.
    async fn notification_secrets(
        &self,
        before: &Account,
        draft: &ProfileDraft,
    ) -> Result<(Option<SigningSecrets>, Option<SigningSecret>), KeepError> {
        if draft.notification_webhook.is_none() {
            return Ok((None, None));
        }
        let stays = before.notification_webhook == draft.notification_webhook;
        if stays || before.notification_secrets.is_some() {
            return Ok((before.notification_secrets.clone(), None));
        }
        let (secret, sealed) = self.new_secret(before.user).await?;
        Ok((Some(SigningSecrets::new(sealed)), Some(secret)))
    }

    async fn new_secret(&self, user: UserId) -> Result<(SigningSecret, Sealed), KeepError> {
        new_secret(self.entropy.as_ref(), self.vault.as_ref(), SecretContext::of_notifications(user)).await
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

/// The rotation of the secret for notices.
struct OfNotices<'a> {
    keep: &'a KeepProfile,
    user: UserId,
}

#[async_trait]
impl Rotation for OfNotices<'_> {
    type Record = Account;

    fn name(&self) -> (&'static str, String) {
        ("the rotation of the secret for notices of account", self.user.to_string())
    }

    fn context(&self) -> SecretContext {
        SecretContext::of_notifications(self.user)
    }

    fn version(record: &Account) -> u64 {
        record.profile_version
    }

    fn secrets(record: &Account) -> Option<&SigningSecrets> {
        record.notification_secrets.as_ref()
    }

    fn rotated(record: &Account, fresh: Sealed, when_full: WhenFull, now: Instant) -> Result<Account, KeepError> {
        if record.notification_webhook.is_none() {
            return Err(KeepError::NoNotificationWebhook);
        }
        let secrets = match &record.notification_secrets {
            None => SigningSecrets::new(fresh),
            Some(secrets) => secrets.rotated(fresh, when_full, now)?,
        };
        let profile_version = record.profile_version.saturating_add(1);
        Ok(Account { notification_secrets: Some(secrets), profile_version, ..record.clone() })
    }

    async fn read(&self) -> Result<Account, KeepError> {
        open_account(self.keep.accounts.as_ref(), self.user).await
    }

    async fn made_before(&self, key: Option<&IdempotencyKey>, now: Instant) -> Result<Option<Account>, KeepError> {
        match made_before(self.keep.idempotency.as_ref(), self.user, key, now).await? {
            None => Ok(None),
            Some(_) => Ok(Some(self.read().await?)),
        }
    }

    async fn put(&self, before: &Account, after: &Account) -> Result<(), Refusal> {
        self.keep.changes.put_profile(before, after).await
    }

    async fn put_once(
        &self,
        before: &Account,
        after: &Account,
        key: &IdempotencyKey,
        now: Instant,
    ) -> Result<(), TransactionError> {
        self.keep.changes.put_profile_once(before, after, key, now).await
    }
}

/// The result of an edit whose answer was lost, if what was read is what it wrote. Secrets are encrypted again by each
/// edit.
fn was_kept(found: &Account, sent: &KeptProfile) -> Option<KeptProfile> {
    let is_mine = profile_of(found) == profile_of(&sent.account);
    is_mine.then(|| KeptProfile { account: found.clone(), secret: sent.secret.clone() })
}

/// The values that identify an edit of a profile: its version, its zone, its addresses, the secrets of the first, and
/// the rest.
type ProfileValues<'a> =
    (u64, Option<&'a str>, [Option<&'a str>; 2], Option<&'a SigningSecrets>, &'a NoticeChoice, Option<&'a OwnModel>);

fn profile_of(account: &Account) -> ProfileValues<'_> {
    let webhook = account.notification_webhook.as_ref().map(Url::as_str);
    let email = account.notification_email.as_ref().map(|email| email.address.as_str());
    let (zone, secrets) = (account.time_zone.as_deref(), account.notification_secrets.as_ref());
    (account.profile_version, zone, [webhook, email], secrets, &account.notices, account.own_model.as_ref())
}
