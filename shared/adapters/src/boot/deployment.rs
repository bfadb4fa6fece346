//! Everything that the verbs need of the world, built once, and the verbs built from it.

use super::aws::{aws_config, table_client};
use super::closed_vault::ClosedVault;
use super::environment::Environment;
use super::settings::{Models, Settings, VaultKey};
use crate::clock::SystemClock;
use crate::dynamodb::DynamoStore;
use crate::entropy::SystemEntropy;
use crate::eventbridge::EventBridgeBus;
use crate::git::Commits;
use crate::guard::{AddressPolicy, Guard};
use crate::model::{ModelLists, NoModel, OpenAiCompatible, Providers};
use crate::sqs::{SqsDeliveryQueue, SqsRunQueue};
use crate::vault::{KmsVault, LocalVault, VaultKeyError};
use crate::webhook::SignedWebhooks;
use app::limits::WEBHOOK_TIMEOUT_SECONDS;
use app::ports::{
    Addresses, Clock, CommitSource, DeliveryQueue, Entropy, EventBus, ModelCatalog, ReportWriter, RunQueue, Store,
    Vault, WebhookSender,
};
use aws_types::SdkConfig;
use domain::configuration::Writer;
use domain::money::PriceTable;
use std::sync::Arc;
use std::time::Duration;

/// The far side of every port. The fields are public, so that the local stack and tests replace what they must;
/// `Clone` shares them.
#[derive(Clone)]
pub struct Deployment {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub entropy: Arc<dyn Entropy>,
    /// Every port of the store.
    pub store: Arc<dyn Store>,
    /// Run requests.
    pub run_queue: Arc<dyn RunQueue>,
    /// Delivery requests.
    pub delivery_queue: Arc<dyn DeliveryQueue>,
    /// Published events.
    pub event_bus: Arc<dyn EventBus>,
    /// Secrets at rest.
    pub vault: Arc<dyn Vault>,
    /// Git hosts.
    pub commits: Arc<dyn CommitSource>,
    /// Language models.
    pub writer: Arc<dyn ReportWriter>,
    /// Which models there are.
    pub catalog: Arc<dyn ModelCatalog>,
    /// Webhooks.
    pub webhooks: Arc<dyn WebhookSender>,
    /// Which addresses users may name.
    pub addresses: Arc<dyn Addresses>,
    /// Who writes where a configuration says nothing.
    pub default_writer: Writer,
    /// Whether test runs count.
    pub test_runs_count: bool,
    /// What models cost.
    pub prices: Arc<PriceTable>,
}

/// The settings are complete, and still nothing can be built from them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeploymentError {
    /// The key of stored secrets.
    #[error("SECRETS_KEY is refused: {0}")]
    SecretsKey(#[from] VaultKeyError),
}

impl Deployment {
    /// The deployment that the settings describe. Nothing is connected to yet.
    pub fn from_settings(settings: &Settings, environment: &Environment) -> Result<Self, DeploymentError> {
        let aws = aws_config(settings, environment);
        let sqs = aws_sdk_sqs::Client::new(&aws);
        let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
        let dynamodb = table_client(&aws);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let store = DynamoStore::new(dynamodb, settings.table.clone(), Arc::clone(&entropy))
            .keeping(settings.retention, Arc::clone(&clock));
        let guard = Arc::new(Guard::new(address_policy(settings)));
        let messaging = &settings.messaging;
        Ok(Self {
            clock,
            entropy,
            store: Arc::new(store),
            run_queue: Arc::new(SqsRunQueue::new(sqs.clone(), &messaging.run_queue_url)),
            delivery_queue: Arc::new(SqsDeliveryQueue::new(sqs, &messaging.delivery_queue_url)),
            event_bus: Arc::new(EventBridgeBus::new(aws_sdk_eventbridge::Client::new(&aws), &messaging.event_bus)),
            vault: vault(settings, &aws)?,
            commits: Arc::new(Commits::through(&guard)),
            writer: writer(&settings.models, &guard),
            catalog: Arc::new(catalog(&settings.models, &guard)),
            webhooks: Arc::new(SignedWebhooks::new(
                Arc::clone(&guard),
                settings.public_url.clone(),
                Duration::from_secs(WEBHOOK_TIMEOUT_SECONDS),
            )),
            addresses: guard,
            default_writer: settings.models.default_writer.clone(),
            test_runs_count: settings.test_runs_count,
            prices: Arc::new(PriceTable::bundled()),
        })
    }
}

fn address_policy(settings: &Settings) -> AddressPolicy {
    if settings.allow_loopback { AddressPolicy::LoopbackToo } else { AddressPolicy::Public }
}

fn vault(settings: &Settings, aws: &SdkConfig) -> Result<Arc<dyn Vault>, VaultKeyError> {
    Ok(match &settings.vault {
        Some(VaultKey::Own(key)) => Arc::new(LocalVault::from_base64(key.expose())?),
        Some(VaultKey::Kms(key_id)) => Arc::new(KmsVault::new(aws_sdk_kms::Client::new(aws), key_id.clone())),
        None => Arc::new(ClosedVault),
    })
}

fn catalog(models: &Models, guard: &Arc<Guard>) -> ModelLists {
    let deployment = models.provider.as_ref().map(|provider| (provider.base_url.clone(), provider.key.clone()));
    ModelLists { guard: Arc::clone(guard), deployment }
}

fn writer(models: &Models, guard: &Arc<Guard>) -> Arc<dyn ReportWriter> {
    let deployment: Arc<dyn ReportWriter> = match &models.provider {
        Some(provider) => {
            Arc::new(OpenAiCompatible::new(Arc::clone(guard), provider.base_url.clone(), provider.key.clone()))
        }
        None => Arc::new(NoModel),
    };
    Arc::new(Providers::new(deployment, Arc::clone(guard)))
}
