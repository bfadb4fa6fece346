//! A deployment for a test, built from settings as a function builds it: the real store on an embedded engine and the
//! real webhooks, which may reach loopback. The test controls the time, the queues and the commits. [`crate::world`]
//! also scripts the outside services.

use crate::builders;
use crate::clock::ManualClock;
use crate::engine::{Engine, EngineError, TABLE};
use crate::git::ScriptedGit;
use crate::queue::ManualQueue;
use crate::scripted::SECRETS_KEY;
use adapters::boot::{Environment, Role, Settings, SettingsError};
use adapters::wiring::{Deployment, LivePorts};
use app::ports::{SecretContext, StoreError, VaultError};
use domain::configuration::Configuration;
use domain::delivery::SigningSecrets;
use domain::id::{ConfigurationId, UserId};
use domain::instant::Instant;
use std::sync::Arc;

/// Builds the verbs of [`Surroundings::deployment`].
pub use adapters::wiring::Verbs;

/// The bytes of every signing secret.
const SIGNING_SECRET: [u8; 32] = [7; 32];

/// A deployment, and the parts that a test controls.
pub struct Surroundings {
    /// The table's engine; it stops when this is dropped.
    pub engine: Engine,
    pub clock: ManualClock,
    pub queue: ManualQueue,
    /// The branch that every report reads.
    pub branch: ScriptedGit,
    /// The deployment, built as a function builds it. Published events are sent to an address at which nothing
    /// listens.
    pub deployment: Deployment,
}

/// Why a deployment can't be made.
#[derive(Debug, thiserror::Error)]
pub enum SurroundingsError {
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The store refused a record.
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl Surroundings {
    /// An empty deployment, at this instant.
    pub async fn at(now: Instant) -> Result<Self, SurroundingsError> {
        let engine = Engine::memory().await?;
        let settings = Settings::read(&environment(&engine), Role::Api)?;
        let clock = ManualClock::at(now);
        let queue = ManualQueue::new(clock.clone());
        let branch = ScriptedGit::default();
        // The retention uses the test's clock too.
        let store = engine.store().keeping(settings.retention, Arc::new(clock.clone()));
        let deployment = Deployment {
            clock: Arc::new(clock.clone()),
            store: Arc::new(store),
            run_queue: Arc::new(queue.clone()),
            delivery_queue: Arc::new(queue.clone()),
            commits: Arc::new(branch.clone()),
            ..Deployment::of(&LivePorts::new(&settings))
        };
        Ok(Self { engine, clock, queue, branch, deployment })
    }

    /// Stores a configuration of this id, with its repository, that waits for `fire`; its signing secret can be
    /// opened.
    pub async fn configuration_that_waits(
        &self,
        user: UserId,
        id: ConfigurationId,
        fire: Instant,
        change: impl FnOnce(&mut Configuration) + Send,
    ) -> Result<Configuration, SurroundingsError> {
        let repository = builders::repository(user, 1);
        let mut configuration = builders::configuration(&repository, 1);
        configuration.id = id;
        configuration.progress.next_run_at = Some(fire);
        configuration.progress.due_at = Some(fire);
        let context = SecretContext::of_configuration(user, id);
        let sealed = self.deployment.vault.seal(context, &SIGNING_SECRET).await?;
        configuration.secrets = SigningSecrets::new(sealed);
        change(&mut configuration);
        self.deployment.store.put_repository(&repository).await?;
        self.deployment.store.put_configuration(&configuration).await?;
        Ok(configuration)
    }
}

fn environment(engine: &Engine) -> Environment {
    // Port 9 is `discard`: nothing listens, and nothing is sent from this machine.
    let nowhere = "http://127.0.0.1:9".to_owned();
    Environment::from_pairs([
        ("TABLE_NAME", TABLE.to_owned()),
        ("RUN_QUEUE_URL", format!("{nowhere}/runs")),
        ("DELIVERY_QUEUE_URL", format!("{nowhere}/deliveries")),
        ("DELIVERY_SLOW_QUEUE_URL", format!("{nowhere}/slow-deliveries")),
        ("SECRETS_KEY", SECRETS_KEY.to_owned()),
        ("ALLOW_LOOPBACK", "true".to_owned()),
        ("AWS_REGION", "eu-west-1".to_owned()),
        ("AWS_ACCESS_KEY_ID", "local".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "local".to_owned()),
        ("AWS_ENDPOINT_URL", nowhere),
        ("AWS_ENDPOINT_URL_DYNAMODB", engine.endpoint()),
    ])
}
