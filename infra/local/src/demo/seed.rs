//! The demo's records. Seeding again only updates what a start can change: the address of the receiver, the repository,
//! and the schedule, if one is given.

use super::Ids;
use crate::checkout::Checkout;
use adapters::wiring::Deployment;
use app::optimistic::{self, Step};
use app::ports::{SecretContext, StoreError, VaultError};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::account::Account;
use domain::configuration::{BranchName, Configuration, Settings, Webhook, WebhookUrlError, WriterChoice};
use domain::delivery::{Shape, SigningSecret, WebhookFormat};
use domain::instant::Instant;
use domain::report::Writing;
use domain::repository::{AccessToken, Location, PathFilter, Repository, Sealed};
use domain::schedule::Schedule;

/// The values of the records.
#[derive(Clone, Debug)]
pub struct Seed {
    pub ids: Ids,
    pub location: Location,
    pub token: Option<AccessToken>,
    pub branch: BranchName,
    /// The paths that the report is about.
    pub paths: PathFilter,
    pub schedule: Schedule,
    /// Whether the schedule was given, so that it replaces a stored one.
    pub schedule_asked: bool,
    /// Whether the schedule fires.
    pub enabled: bool,
    pub webhook: Option<Webhook>,
    /// The webhook's signing secret.
    pub secret: SigningSecret,
    pub writing: Writing,
    pub writer: WriterChoice,
}

/// The demo can't be seeded.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The receiver's address is not a valid webhook URL.
    #[error(transparent)]
    Webhook(#[from] WebhookUrlError),
    /// The signing secret is not `whsec_` and base64.
    #[error("the signing secret can't be parsed")]
    Secret,
}

impl Seed {
    /// Reports on a local repository, delivered to a receiver on loopback.
    pub fn of_checkout(
        ids: Ids,
        checkout: &Checkout,
        schedule: Schedule,
        webhook: &str,
        secret: SigningSecret,
    ) -> Result<Self, SeedError> {
        Ok(Self {
            ids,
            location: Location::Path(checkout.path.clone()),
            token: None,
            branch: checkout.branch.clone(),
            paths: PathFilter::default(),
            schedule,
            schedule_asked: false,
            enabled: true,
            webhook: Some(Webhook::parse(webhook, WebhookFormat::Fixed(Shape::Generic), true)?),
            secret,
            writing: Writing { include_diffs: true, ..Writing::default() },
            writer: WriterChoice::Deployment,
        })
    }

    /// Puts missing records and updates records that differ.
    pub async fn apply(&self, deployment: &Deployment) -> Result<(), SeedError> {
        let now = deployment.clock.now();
        self.apply_account(deployment).await?;
        self.apply_repository(deployment, now).await?;
        self.apply_configuration(deployment, now).await
    }

    async fn apply_account(&self, deployment: &Deployment) -> Result<(), SeedError> {
        let account = deployment.store.account(self.ids.user).await?;
        // The demo account was deleted by a user: start again with a new one.
        let account = if account.standing.is_open() { account } else { Account::free(self.ids.user) };
        if account.repositories == 0 || account.configurations == 0 {
            let account = Account { repositories: 1, configurations: 1, ..account };
            deployment.store.put_account(&account).await?;
        }
        Ok(())
    }

    async fn apply_repository(&self, deployment: &Deployment, now: Instant) -> Result<(), SeedError> {
        let found = deployment.store.repository(self.ids.user, self.ids.repository).await?;
        let (version, created_at) = match &found {
            Some(found) if found.location == self.location && found.deleted_at.is_none() => return Ok(()),
            Some(found) => (found.version.saturating_add(1), found.created_at),
            None => (1, now),
        };
        let context = SecretContext::of_repository(self.ids.user, self.ids.repository);
        let token = match &self.token {
            Some(token) => Some(deployment.vault.seal(context, token.expose().as_bytes()).await?),
            None => None,
        };
        let repository = Repository {
            id: self.ids.repository,
            user: self.ids.user,
            name: self.location.default_name(),
            location: self.location.clone(),
            token,
            version,
            created_at,
            deleted_at: None,
        };
        Ok(deployment.store.put_repository(&repository).await?)
    }

    async fn apply_configuration(&self, deployment: &Deployment, now: Instant) -> Result<(), SeedError> {
        optimistic::ensure(
            ("the seeding of configuration", self.ids.configuration),
            |_| async move { Ok(deployment.store.configuration(self.ids.user, self.ids.configuration).await?) },
            |found| async move {
                let Some(before) = found.filter(|found| found.deleted_at.is_none()) else {
                    let configuration = self.configuration(self.seal(deployment).await?, now);
                    return Ok(Step::Done(deployment.store.put_configuration(&configuration).await?));
                };
                let Some(after) = self.changed(&before, now) else { return Ok(Step::Done(())) };
                Ok(Step::of(deployment.store.replace_configuration(&before, &after).await, ())?)
            },
        )
        .await
    }

    async fn seal(&self, deployment: &Deployment) -> Result<Sealed, SeedError> {
        let text = self.secret.expose();
        let encoded = text.strip_prefix("whsec_").ok_or(SeedError::Secret)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| SeedError::Secret)?;
        let context = SecretContext::of_configuration(self.ids.user, self.ids.configuration);
        Ok(deployment.vault.seal(context, &bytes).await?)
    }

    fn configuration(&self, secret: Sealed, now: Instant) -> Configuration {
        let settings = Settings {
            name: Some("Demo report".to_owned()),
            webhook: self.webhook.clone(),
            enabled: self.enabled,
            writing: self.writing.clone(),
            writer: self.writer.clone(),
            paths: self.paths.clone(),
            ..Settings::new(self.ids.repository, self.branch.clone(), self.schedule.clone())
        };
        Configuration::made(self.ids.configuration, self.ids.user, settings, secret, now)
    }

    /// The updated configuration; `None` if nothing changes. The schedule is replaced only if another one was given.
    fn changed(&self, before: &Configuration, now: Instant) -> Option<Configuration> {
        let mut after = before.clone();
        after.settings.webhook.clone_from(&self.webhook);
        if self.schedule_asked && before.settings.schedule != self.schedule {
            after.settings.schedule = self.schedule.clone();
            after.progress.next_run_at = self.schedule.next_after(now);
            after.progress.due_at = after.progress.next_run_at;
        }
        if after.settings == before.settings {
            return None;
        }
        after.version = before.version.saturating_add(1);
        Some(after)
    }
}
