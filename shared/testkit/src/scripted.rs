//! The ports of a deployment whose outside a test scripts: everything but the store.

use crate::clock::ManualClock;
use crate::entropy::SeededEntropy;
use crate::git::ScriptedGit;
use crate::outside::{ScriptedBus, ScriptedCatalog, ScriptedMailer, ScriptedModel, ScriptedNames, ScriptedReceiver};
use crate::queue::ManualQueue;
use adapters::vault::LocalVault;
use adapters::wiring::Deployment;
use app::ports::Store;
use domain::configuration::Writer;
use domain::instant::Instant;
use domain::money::PriceTable;
use std::sync::Arc;

/// A key for tests: the base64 of the bytes 0 to 31.
pub const SECRETS_KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// What a test scripts of a deployment. Clones share it.
#[derive(Clone)]
pub struct Scripted {
    pub clock: ManualClock,
    /// Both queues.
    pub queue: ManualQueue,
    pub git: ScriptedGit,
    pub model: ScriptedModel,
    pub catalog: ScriptedCatalog,
    /// The far end of every webhook.
    pub receiver: ScriptedReceiver,
    pub mailer: ScriptedMailer,
    pub names: ScriptedNames,
    pub bus: ScriptedBus,
    /// A vault under [`SECRETS_KEY`].
    pub vault: Arc<LocalVault>,
}

impl Scripted {
    /// An outside in which nothing has happened yet.
    ///
    /// # Panics
    /// When [`SECRETS_KEY`] is no key.
    #[must_use]
    pub fn at(now: Instant) -> Self {
        let clock = ManualClock::at(now);
        let vault = LocalVault::from_base64(SECRETS_KEY).unwrap_or_else(|error| unreachable!("{error}"));
        Self {
            queue: ManualQueue::new(clock.clone()),
            clock,
            git: ScriptedGit::default(),
            model: ScriptedModel::default(),
            catalog: ScriptedCatalog::default(),
            receiver: ScriptedReceiver::default(),
            mailer: ScriptedMailer::default(),
            names: ScriptedNames::default(),
            bus: ScriptedBus::default(),
            vault: Arc::new(vault),
        }
    }

    /// A deployment on this store, whose ids and random numbers follow from the seed. Its reports are plain.
    #[must_use]
    pub fn deployment(&self, store: Arc<dyn Store>, seed: u64) -> Deployment {
        Deployment {
            clock: Arc::new(self.clock.clone()),
            entropy: Arc::new(SeededEntropy::new(seed)),
            store,
            run_queue: Arc::new(self.queue.clone()),
            delivery_queue: Arc::new(self.queue.clone()),
            event_bus: Arc::new(self.bus.clone()),
            vault: self.vault.clone(),
            commits: Arc::new(self.git.clone()),
            writer: Arc::new(self.model.clone()),
            catalog: Arc::new(self.catalog.clone()),
            webhooks: Arc::new(self.receiver.clone()),
            throttle: Arc::default(),
            mailer: Some(Arc::new(self.mailer.clone())),
            addresses: Arc::new(self.names.clone()),
            prices: Arc::new(PriceTable::bundled()),
            default_writer: Writer::Plain,
            public_url: None,
            test_runs_count: false,
        }
    }
}
