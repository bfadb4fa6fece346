//! Configurations.

use super::{ChooseModel, Expected, KeepError, busy, made_before, require_open};
use crate::limits::RACES_MAX;
use crate::ports::{
    Accounts, Clock, Configurations, Entropy, Holdings, IdempotencyKey, IdempotencyRecords, LimitSeen, Part, Place,
    Refusal, Repositories, SecretContext, StoreError, TransactionError, Vault,
};
use domain::account::Limits;
use domain::configuration::{Configuration, Settings};
use domain::delivery::SigningSecret;
use domain::id::{ConfigurationId, RepositoryId, UserId};
use domain::instant::{Duration, Instant};
use domain::repository::Sealed;
use std::sync::Arc;

/// The length of a new signing secret, in bytes: what Standard Webhooks recommends at least, and the size of the hash.
const SECRET_BYTES: usize = 32;

/// Makes, edits and deletes configurations, and gives them new signing secrets.
#[derive(Clone)]
pub struct KeepConfigurations {
    /// Now.
    pub clock: Arc<dyn Clock>,
    /// Ids and signing secrets.
    pub entropy: Arc<dyn Entropy>,
    /// What the plan allows.
    pub accounts: Arc<dyn Accounts>,
    /// What the reports are about.
    pub repositories: Arc<dyn Repositories>,
    /// What is there.
    pub configurations: Arc<dyn Configurations>,
    /// What the client's key made before.
    pub idempotency: Arc<dyn IdempotencyRecords>,
    /// The transactions.
    pub holdings: Arc<dyn Holdings>,
    /// Seals signing secrets.
    pub vault: Arc<dyn Vault>,
    /// Judges the model that is named.
    pub models: ChooseModel,
}

/// A configuration with a secret that is shown once.
#[derive(Clone, Debug)]
pub struct Created {
    /// The configuration.
    pub configuration: Configuration,
    /// Its signing secret; none where a repeated key answers what it made before.
    pub secret: Option<SigningSecret>,
}

impl KeepConfigurations {
    /// Makes a configuration, or answers the one that the same key has made before.
    pub async fn create(
        &self,
        user: UserId,
        settings: Settings,
        key: Option<&IdempotencyKey>,
    ) -> Result<Created, KeepError> {
        require_open(&self.accounts.account(user).await?)?;
        let now = self.clock.now();
        let id = ConfigurationId::at(now, self.entropy.randomness());
        if let Some(made) = made_before(self.idempotency.as_ref(), user, key, now).await? {
            return self.made(user, made).await.map_err(KeepError::of_made);
        }
        let (secret, sealed) = self.new_secret(user, id).await?;
        let configuration = Configuration::made(id, user, settings, sealed, now);
        let mut failure = None;
        for race in 0..RACES_MAX {
            let account = self.accounts.account(user).await?;
            require_open(&account)?;
            let limits = account.limits();
            let limit = limits.configurations;
            if account.configurations >= limit {
                return Err(KeepError::ConfigurationsReached { limit });
            }
            allow_schedule(&configuration.settings, &limits, now)?;
            self.require_repository(user, configuration.settings.repository).await?;
            if race == 0 {
                self.models.judge(&account, &configuration.settings, None).await?;
            }
            let place = Place { limit, seen: LimitSeen { version: account.limits_version } };
            match self.holdings.add_configuration(&configuration, place, key).await {
                Ok(()) => return Ok(Created { configuration, secret: Some(secret) }),
                Err(TransactionError::Store(error)) if !error.is_transient() => return Err(error.into()),
                Err(error) => {
                    // The answer may have been lost, and a second try is refused by the first.
                    if let Some(found) = self.configurations.configuration(user, id).await? {
                        return Ok(Created { configuration: found, secret: Some(secret) });
                    }
                    if error.refused_by(Part::Idempotency)
                        && let Some(made) = made_before(self.idempotency.as_ref(), user, key, now).await?
                    {
                        return self.made(user, made).await.map_err(KeepError::of_made);
                    }
                    if let TransactionError::Store(error) = error {
                        failure = Some(error);
                    }
                }
            }
        }
        Err(failure.unwrap_or_else(|| busy("the making of configuration", id.uuid())).into())
    }

    /// Replaces what the user set. Counts, coverage of the same branch and the run under way stay.
    pub async fn edit(
        &self,
        user: UserId,
        id: ConfigurationId,
        expected: &Expected,
        settings: &Settings,
    ) -> Result<Configuration, KeepError> {
        let mut sent: Option<Configuration> = None;
        let mut failure = None;
        for race in 0..RACES_MAX {
            let now = self.clock.now();
            let account = self.accounts.account(user).await?;
            require_open(&account)?;
            let before = self.found(user, id).await?;
            // The answer was lost, and the edit was made.
            if sent.as_ref().is_some_and(|sent| (sent.version, &sent.settings) == (before.version, &before.settings)) {
                return Ok(before);
            }
            expected.check(before.version)?;
            let stays = before.settings.schedule == settings.schedule && (before.settings.enabled || !settings.enabled);
            if !stays {
                allow_schedule(settings, &account.limits(), now)?;
            }
            self.require_repository(user, settings.repository).await?;
            if race == 0 {
                self.models.judge(&account, settings, Some(&before.settings)).await?;
            }
            let after = before.edited(settings.clone(), now);
            let seen = LimitSeen { version: account.limits_version };
            match self.holdings.edit_configuration(&before, &after, seen).await {
                Ok(()) => return Ok(after),
                Err(TransactionError::Store(error)) if !error.is_transient() => return Err(error.into()),
                Err(TransactionError::Store(error)) => {
                    failure = Some(error);
                    sent = Some(after);
                }
                Err(TransactionError::Refused(_)) => {}
            }
        }
        Err(failure.unwrap_or_else(|| busy("the edit of configuration", id.uuid())).into())
    }

    /// Deletes a configuration: it becomes a tombstone that nothing is scheduled of. Its history and the counters stay.
    pub async fn delete(&self, user: UserId, id: ConfigurationId, expected: &Expected) -> Result<(), KeepError> {
        require_open(&self.accounts.account(user).await?)?;
        let now = self.clock.now();
        let mut failure: Option<StoreError> = None;
        for _ in 0..RACES_MAX {
            let before = self.configurations.configuration(user, id).await?.ok_or(KeepError::NotFound)?;
            if before.deleted_at.is_some() {
                let by_this_call = failure.is_some() && before.deleted_at == Some(now);
                return if by_this_call { Ok(()) } else { Err(KeepError::NotFound) };
            }
            expected.check(before.version)?;
            match self.holdings.remove_configuration(&before, &before.deleted(now)).await {
                Ok(()) => return Ok(()),
                Err(TransactionError::Store(error)) if !error.is_transient() => return Err(error.into()),
                Err(TransactionError::Store(error)) => failure = Some(error),
                Err(TransactionError::Refused(_)) => {}
            }
        }
        Err(failure.unwrap_or_else(|| busy("the deletion of configuration", id.uuid())).into())
    }

    /// Gives a configuration a new signing secret; the old one signs too for a day. The same key gives one, and then
    /// answers the configuration as it is, without the secret: that was shown once.
    pub async fn rotate(
        &self,
        user: UserId,
        id: ConfigurationId,
        expected: &Expected,
        key: Option<&IdempotencyKey>,
    ) -> Result<Created, KeepError> {
        require_open(&self.accounts.account(user).await?)?;
        let now = self.clock.now();
        if let Some(made) = made_before(self.idempotency.as_ref(), user, key, now).await? {
            return self.made(user, made).await;
        }
        let (secret, sealed) = self.new_secret(user, id).await?;
        let mut failure: Option<StoreError> = None;
        for _ in 0..RACES_MAX {
            let before = self.found(user, id).await?;
            // The answer was lost, and the secret is in place.
            if before.secret == sealed {
                return Ok(Created { configuration: before, secret: Some(secret) });
            }
            if let Err(changed) = expected.check(before.version) {
                // By the same key, meanwhile: then it is no other's change.
                let made = made_before(self.idempotency.as_ref(), user, key, now).await?;
                return self.made(user, made.ok_or(changed)?).await;
            }
            let after = before.rotated(sealed.clone(), now);
            match self.replace(&before, &after, key, now).await {
                Ok(()) => return Ok(Created { configuration: after, secret: Some(secret) }),
                Err(TransactionError::Store(error)) if !error.is_transient() => return Err(error.into()),
                Err(TransactionError::Store(error)) => failure = Some(error),
                Err(refused) => {
                    if refused.refused_by(Part::Idempotency)
                        && let Some(made) = made_before(self.idempotency.as_ref(), user, key, now).await?
                    {
                        let configuration = self.made(user, made).await?;
                        let mine = configuration.configuration.secret == sealed;
                        return Ok(Created { secret: mine.then_some(secret), ..configuration });
                    }
                }
            }
        }
        Err(failure.unwrap_or_else(|| busy("the rotation of configuration", id.uuid())).into())
    }

    /// One item, and the record of the key with it where there is one.
    async fn replace(
        &self,
        before: &Configuration,
        after: &Configuration,
        key: Option<&IdempotencyKey>,
        now: Instant,
    ) -> Result<(), TransactionError> {
        if let Some(key) = key {
            return self.holdings.replace_configuration_once(before, after, key, now).await;
        }
        match self.configurations.replace_configuration(before, after).await {
            Ok(()) => Ok(()),
            Err(Refusal::MovedOn) => Err(TransactionError::Refused([Part::Configuration].into())),
            Err(Refusal::Store(error)) => Err(error.into()),
        }
    }

    async fn made(&self, user: UserId, made: uuid::Uuid) -> Result<Created, KeepError> {
        let configuration = self.found(user, ConfigurationId::from_uuid(made)).await?;
        Ok(Created { configuration, secret: None })
    }

    async fn found(&self, user: UserId, id: ConfigurationId) -> Result<Configuration, KeepError> {
        let found = self.configurations.configuration(user, id).await?;
        found.filter(|found| found.deleted_at.is_none()).ok_or(KeepError::NotFound)
    }

    async fn require_repository(&self, user: UserId, id: RepositoryId) -> Result<(), KeepError> {
        let found = self.repositories.repository(user, id).await?;
        found.filter(|found| found.deleted_at.is_none()).map(|_| ()).ok_or(KeepError::NoRepository)
    }

    async fn new_secret(&self, user: UserId, id: ConfigurationId) -> Result<(SigningSecret, Sealed), KeepError> {
        let mut bytes = vec![0; SECRET_BYTES];
        self.entropy.fill(&mut bytes);
        let sealed = self.vault.seal(SecretContext::of_configuration(user, id), &bytes).await?;
        let secret = SigningSecret::from_bytes(bytes)
            .map_err(|error| StoreError::Broken { detail: format!("a new signing secret is refused: {error}") })?;
        Ok((secret, sealed))
    }
}

/// Refuses a schedule that fires more often than the plan allows.
fn allow_schedule(settings: &Settings, limits: &Limits, now: Instant) -> Result<(), KeepError> {
    let minutes = limits.shortest_interval_minutes;
    let shortest = i64::try_from(minutes).ok().and_then(Duration::try_minutes).unwrap_or(Duration::MAX);
    if settings.schedule.shortest_interval(now) < shortest { Err(KeepError::TooOften { minutes }) } else { Ok(()) }
}
