//! Creating, editing and deleting report configurations.

use super::rotation::{Rotation, rotate};
use super::signing::new_secret;
use super::{ChooseModel, Expected, KeepError, access, headers, made_before, open_account};
use crate::optimistic::{self, Step};
use crate::ports::{
    Accounts, Clock, Configurations, Entropy, Holdings, IdempotencyKey, IdempotencyRecords, LimitSeen, Part, Place,
    Refusal, Repositories, SecretContext, TransactionError, Vault,
};
use async_trait::async_trait;
use domain::account::{Account, Limits};
use domain::configuration::{Configuration, Settings};
use domain::delivery::{HeaderChange, HeaderName, SigningSecret, SigningSecrets, WhenFull};
use domain::id::{ConfigurationId, UserId};
use domain::instant::{Duration, Instant};
use domain::repository::Sealed;
use domain::schedule::Schedule;
use std::sync::Arc;

/// Creates, edits and deletes configurations, and rotates their signing secrets.
#[derive(Clone)]
pub struct KeepConfigurations {
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    pub accounts: Arc<dyn Accounts>,
    pub repositories: Arc<dyn Repositories>,
    pub configurations: Arc<dyn Configurations>,
    pub idempotency: Arc<dyn IdempotencyRecords>,
    pub holdings: Arc<dyn Holdings>,
    pub vault: Arc<dyn Vault>,
    pub models: ChooseModel,
}

/// What a user sets: the settings, and the headers of the webhook.
#[derive(Clone, Debug)]
pub struct ConfigurationDraft {
    pub settings: Settings,
    /// Headers that are not named are removed.
    pub headers: Vec<(HeaderName, HeaderChange)>,
}

impl From<Settings> for ConfigurationDraft {
    fn from(settings: Settings) -> Self {
        Self { settings, headers: Vec::new() }
    }
}

impl From<&Settings> for ConfigurationDraft {
    fn from(settings: &Settings) -> Self {
        settings.clone().into()
    }
}

/// A configuration with a signing secret, which is shown once.
#[derive(Clone, Debug)]
pub struct Created {
    pub configuration: Configuration,
    /// Its signing secret; `None` if the same idempotency key created the configuration before.
    pub secret: Option<SigningSecret>,
}

impl KeepConfigurations {
    /// Creates a configuration, or returns the one that the same key has created before.
    pub async fn create(
        &self,
        user: UserId,
        draft: impl Into<ConfigurationDraft>,
        key: Option<&IdempotencyKey>,
    ) -> Result<Created, KeepError> {
        let ConfigurationDraft { settings, headers } = draft.into();
        open_account(self.accounts.as_ref(), user).await?;
        let now = self.clock.now();
        let id = ConfigurationId::at(now, self.entropy.randomness());
        if let Some(made) = self.made_before(user, key, now).await.map_err(KeepError::of_made)? {
            return Ok(made);
        }
        let (secret, sealed) = self.new_secret(user, id).await?;
        let context = SecretContext::of_configuration(user, id);
        let headers = headers::sealed(self.vault.as_ref(), context, None, settings.webhook.as_ref(), &headers).await?;
        let made = Configuration::made(id, user, settings, sealed, now);
        let configuration = &Configuration { headers, ..made };
        let created = |configuration| Created { configuration, secret: Some(secret.clone()) };
        optimistic::update(
            ("the creation of configuration", id),
            |again| async move {
                let found = if again { self.configurations.configuration(user, id).await? } else { None };
                Ok((again, found))
            },
            |(_, found): &(bool, Option<Configuration>), ()| found.clone().map(created),
            |(again, _)| async move {
                let place = self.place(configuration, again).await?;
                let added = self.holdings.add_configuration(configuration, place, key).await;
                let is_new = |error: &TransactionError| !error.refused_by(Part::Configuration);
                if added.as_ref().is_err_and(|error| is_key_used(error) && is_new(error))
                    && let Some(made) = self.made_before(user, key, now).await.map_err(KeepError::of_made)?
                {
                    return Ok(Step::Done(made));
                }
                Ok(Step::of_once(added, ())?.map(|()| created(configuration.clone())))
            },
        )
        .await
    }

    /// The place that a new configuration takes, after every check; its model is checked at the first try only.
    async fn place(&self, new: &Configuration, again: bool) -> Result<Place, KeepError> {
        let account = open_account(self.accounts.as_ref(), new.user).await?;
        let limits = account.limits();
        let limit = limits.configurations;
        if account.configurations >= limit {
            return Err(KeepError::ConfigurationsReached { limit });
        }
        allow_schedule(&new.settings.schedule, &limits, new.created_at)?;
        self.require_repositories(new.user, &new.settings).await?;
        if !again {
            self.models.check(&account, &new.settings, None).await?;
        }
        Ok(Place { limit, seen: LimitSeen { version: account.limits_version } })
    }

    /// Replaces the user's settings. Counts, coverage of the same branch and the active run stay.
    pub async fn edit(
        &self,
        user: UserId,
        id: ConfigurationId,
        expected: &Expected,
        draft: impl Into<ConfigurationDraft>,
    ) -> Result<Configuration, KeepError> {
        let ConfigurationDraft { settings, headers } = &draft.into();
        let context = SecretContext::of_configuration(user, id);
        optimistic::update(
            ("the edit of configuration", id),
            |again| async move {
                let account = open_account(self.accounts.as_ref(), user).await?;
                Ok((again, account, self.found(user, id).await?))
            },
            |(_, _, found): &(bool, Account, Configuration), sent: &Configuration| {
                let edit_of = |one: &Configuration| (one.version, one.settings.clone(), one.headers.clone());
                let is_mine = edit_of(sent) == edit_of(found);
                is_mine.then(|| found.clone())
            },
            |(again, account, before)| async move {
                let now = self.clock.now();
                expected.check(before.version)?;
                allow_edit(&before.settings, (&settings.schedule, settings.enabled), &account.limits(), now)?;
                self.require_repositories(user, settings).await?;
                if !again {
                    self.models.check(&account, settings, Some(&before.settings)).await?;
                }
                let (vault, webhook) = (self.vault.as_ref(), settings.webhook.as_ref());
                let headers = headers::sealed(vault, context, Some(&before), webhook, headers).await?;
                let after = Configuration { headers, ..before.edited(settings.clone(), now) };
                let seen = LimitSeen { version: account.limits_version };
                Ok(Step::of(self.holdings.edit_configuration(&before, &after, seen).await, after)?)
            },
        )
        .await
    }

    /// Deletes a configuration: it becomes a tombstone without a schedule. Its history and the counters stay.
    pub async fn delete(&self, user: UserId, id: ConfigurationId, expected: &Expected) -> Result<(), KeepError> {
        open_account(self.accounts.as_ref(), user).await?;
        let now = self.clock.now();
        optimistic::update(
            ("the deletion of configuration", id),
            |_| async move { self.configurations.configuration(user, id).await?.ok_or(KeepError::NotFound) },
            |found: &Configuration, ()| (found.deleted_at == Some(now)).then_some(()),
            |before| async move {
                if before.deleted_at.is_some() {
                    return Err(KeepError::NotFound);
                }
                expected.check(before.version)?;
                Ok(Step::of(self.holdings.remove_configuration(&before, &before.deleted(now)).await, ())?)
            },
        )
        .await
    }

    /// Gives a configuration a new signing secret; the old one stays valid for a day, and so do those that were
    /// replaced within the last day. With the same key again, the configuration is returned without the secret, which
    /// is shown once.
    pub async fn rotate(
        &self,
        user: UserId,
        id: ConfigurationId,
        expected: &Expected,
        when_full: WhenFull,
        key: Option<&IdempotencyKey>,
    ) -> Result<Created, KeepError> {
        open_account(self.accounts.as_ref(), user).await?;
        let rotation = OfConfiguration { keep: self, user, id };
        let means = (self.entropy.as_ref(), self.vault.as_ref());
        let (configuration, secret) = rotate(&rotation, means, (expected, key), when_full, self.clock.now()).await?;
        Ok(Created { configuration, secret })
    }

    /// The configuration that the same key created or changed before, without its secret.
    async fn made_before(
        &self,
        user: UserId,
        key: Option<&IdempotencyKey>,
        now: Instant,
    ) -> Result<Option<Created>, KeepError> {
        let Some(made) = made_before(self.idempotency.as_ref(), user, key, now).await? else { return Ok(None) };
        let configuration = self.found(user, ConfigurationId::from_uuid(made)).await?;
        Ok(Some(Created { configuration, secret: None }))
    }

    async fn found(&self, user: UserId, id: ConfigurationId) -> Result<Configuration, KeepError> {
        access::configuration(self.configurations.as_ref(), user, id).await?.ok_or(KeepError::NotFound)
    }

    async fn require_repositories(&self, user: UserId, settings: &Settings) -> Result<(), KeepError> {
        for id in settings.repositories() {
            if access::repository(self.repositories.as_ref(), user, id).await?.is_none() {
                let is_first = id == settings.repository;
                return Err(if is_first { KeepError::NoRepository } else { KeepError::NoListedRepository { id } });
            }
        }
        Ok(())
    }

    async fn new_secret(&self, user: UserId, id: ConfigurationId) -> Result<(SigningSecret, Sealed), KeepError> {
        let context = SecretContext::of_configuration(user, id);
        new_secret(self.entropy.as_ref(), self.vault.as_ref(), context).await
    }
}

/// The rotation of the secret of a configuration.
struct OfConfiguration<'a> {
    keep: &'a KeepConfigurations,
    user: UserId,
    id: ConfigurationId,
}

#[async_trait]
impl Rotation for OfConfiguration<'_> {
    type Record = Configuration;

    fn name(&self) -> (&'static str, String) {
        ("the rotation of the secret of configuration", self.id.to_string())
    }

    fn context(&self) -> SecretContext {
        SecretContext::of_configuration(self.user, self.id)
    }

    fn version(record: &Configuration) -> u64 {
        record.version
    }

    fn secrets(record: &Configuration) -> Option<&SigningSecrets> {
        Some(&record.secrets)
    }

    fn rotated(
        record: &Configuration,
        fresh: Sealed,
        when_full: WhenFull,
        now: Instant,
    ) -> Result<Configuration, KeepError> {
        Ok(record.rotated(fresh, when_full, now)?)
    }

    async fn read(&self) -> Result<Configuration, KeepError> {
        self.keep.found(self.user, self.id).await
    }

    async fn made_before(
        &self,
        key: Option<&IdempotencyKey>,
        now: Instant,
    ) -> Result<Option<Configuration>, KeepError> {
        Ok(self.keep.made_before(self.user, key, now).await?.map(|made| made.configuration))
    }

    async fn put(&self, before: &Configuration, after: &Configuration) -> Result<(), Refusal> {
        self.keep.configurations.replace_configuration(before, after).await
    }

    async fn put_once(
        &self,
        before: &Configuration,
        after: &Configuration,
        key: &IdempotencyKey,
        now: Instant,
    ) -> Result<(), TransactionError> {
        self.keep.holdings.replace_configuration_once(before, after, key, now).await
    }
}

/// Whether a request with the same key was first.
fn is_key_used(error: &TransactionError) -> bool {
    error.refused_by(Part::Idempotency)
}

/// Rejects an edit to a schedule that fires more often than the plan allows. One that was saved before stays allowed.
pub(super) fn allow_edit(
    before: &Settings,
    (schedule, enabled): (&Schedule, bool),
    limits: &Limits,
    now: Instant,
) -> Result<(), KeepError> {
    let stays = before.schedule == *schedule && (before.enabled || !enabled);
    if stays { Ok(()) } else { allow_schedule(schedule, limits, now) }
}

/// Rejects a schedule that fires more often than the plan allows.
pub(super) fn allow_schedule(schedule: &Schedule, limits: &Limits, now: Instant) -> Result<(), KeepError> {
    let minutes = limits.shortest_interval_minutes;
    let shortest = i64::try_from(minutes).ok().and_then(Duration::try_minutes).unwrap_or(Duration::MAX);
    if schedule.shortest_interval(now) < shortest { Err(KeepError::TooOften { minutes }) } else { Ok(()) }
}
