//! The adapters of AWS and of the outside, as the settings describe them.

use super::ports::Ports;
use crate::boot::{
    ApiSettings, Messaging, Models, Settings, VaultKey, aws_config, isolating_table_client, table_client,
};
use crate::clock::SystemClock;
use crate::dynamodb::DynamoStore;
use crate::entropy::SystemEntropy;
use crate::eventbridge::EventBridgeBus;
use crate::git::Commits;
use crate::guard::{AddressPolicy, Guard};
use crate::mail::SesMailer;
use crate::model::{ModelLists, NoModel, OpenAiCompatible, Providers};
use crate::sqs::{OwnQueues, SqsDeliveryQueue, SqsQueue};
use crate::tenants::TenantCredentials;
use crate::vault::{KmsVault, NoVault};
use crate::webhook::SignedWebhooks;
use app::deliveries::Throttle;
use app::limits::WEBHOOK_TIMEOUT_SECONDS;
use app::ports::{
    Addresses, Clock, CommitSource, DeliveryQueue, Entropy, EventBus, Mailer, ModelCatalog, ReportWriter, RunQueue,
    Store, Vault, WebhookSender,
};
use aws_types::SdkConfig;
use domain::configuration::Writer;
use domain::money::PriceTable;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use url::Url;

/// The ports of a running function. What every function uses is built at once, the rest when a verb first asks for it,
/// so that a function contains no adapter that none of its verbs uses. Nothing is connected to yet.
pub struct LivePorts {
    settings: Settings,
    aws: SdkConfig,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    store: Arc<dyn Store>,
    sqs: aws_sdk_sqs::Client,
    prices: Arc<PriceTable>,
    throttle: Arc<Throttle>,
    guard: OnceLock<Arc<Guard>>,
    event_bus: OnceLock<Arc<dyn EventBus>>,
    vault: OnceLock<Arc<dyn Vault>>,
    commits: OnceLock<Arc<dyn CommitSource>>,
    writer: OnceLock<Arc<dyn ReportWriter>>,
    catalog: OnceLock<Arc<dyn ModelCatalog>>,
    webhooks: OnceLock<Arc<dyn WebhookSender>>,
    mailer: OnceLock<Option<Arc<dyn Mailer>>>,
}

impl LivePorts {
    /// The adapters that the settings describe.
    pub fn new(settings: &Settings) -> Self {
        Self::with_table(settings, table_client)
    }

    /// The same; if there is a tenant role, the table is accessed within [`crate::tenants::isolated`] only.
    pub fn for_api(settings: &Settings, api: &ApiSettings) -> Self {
        let Some(role) = &api.tenant_role else { return Self::new(settings) };
        let credentials = TenantCredentials::new(&settings.aws, role, Arc::new(SystemClock));
        Self::with_table(settings, |aws| isolating_table_client(aws, credentials))
    }

    fn with_table(settings: &Settings, client: impl FnOnce(&SdkConfig) -> aws_sdk_dynamodb::Client) -> Self {
        let aws = aws_config(settings);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
        let store = DynamoStore::new(client(&aws), settings.table.clone(), Arc::clone(&entropy))
            .keeping(settings.retention, Arc::clone(&clock));
        Self {
            settings: settings.clone(),
            sqs: aws_sdk_sqs::Client::new(&aws),
            aws,
            clock,
            entropy,
            store: Arc::new(store),
            prices: Arc::new(PriceTable::bundled()),
            throttle: Arc::new(Throttle::new(settings.endpoint_messages_per_second)),
            guard: OnceLock::new(),
            event_bus: OnceLock::new(),
            vault: OnceLock::new(),
            commits: OnceLock::new(),
            writer: OnceLock::new(),
            catalog: OnceLock::new(),
            webhooks: OnceLock::new(),
            mailer: OnceLock::new(),
        }
    }

    /// The queue that the runner reads.
    pub fn run_queues(&self) -> OwnQueues {
        OwnQueues::new(self.sqs.clone(), vec![self.settings.messaging.run_queue_url.clone()])
    }

    /// The queues that the delivery function reads.
    pub fn delivery_queues(&self) -> OwnQueues {
        let Messaging { delivery_queue_url, delivery_slow_queue_url, .. } = &self.settings.messaging;
        OwnQueues::new(self.sqs.clone(), vec![delivery_queue_url.clone(), delivery_slow_queue_url.clone()])
    }

    fn guard(&self) -> Arc<Guard> {
        let policy = if self.settings.allow_loopback { AddressPolicy::LoopbackToo } else { AddressPolicy::Public };
        Arc::clone(self.guard.get_or_init(|| Arc::new(Guard::new(policy).without_port(self.settings.runtime_port))))
    }
}

impl Ports for LivePorts {
    fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock)
    }

    fn entropy(&self) -> Arc<dyn Entropy> {
        Arc::clone(&self.entropy)
    }

    fn store(&self) -> Arc<dyn Store> {
        Arc::clone(&self.store)
    }

    fn run_queue(&self) -> Arc<dyn RunQueue> {
        Arc::new(SqsQueue::new(self.sqs.clone(), &self.settings.messaging.run_queue_url))
    }

    fn delivery_queue(&self) -> Arc<dyn DeliveryQueue> {
        let Messaging { delivery_queue_url, delivery_slow_queue_url, .. } = &self.settings.messaging;
        Arc::new(SqsDeliveryQueue::new(self.sqs.clone(), delivery_queue_url, delivery_slow_queue_url))
    }

    fn event_bus(&self) -> Arc<dyn EventBus> {
        Arc::clone(self.event_bus.get_or_init(|| {
            let client = aws_sdk_eventbridge::Client::new(&self.aws);
            Arc::new(EventBridgeBus::new(client, &self.settings.messaging.event_bus))
        }))
    }

    fn vault(&self) -> Arc<dyn Vault> {
        Arc::clone(self.vault.get_or_init(|| match &self.settings.vault {
            Some(VaultKey::Own(vault)) => Arc::<crate::vault::LocalVault>::clone(vault),
            Some(VaultKey::Kms(key_id)) => Arc::new(KmsVault::new(aws_sdk_kms::Client::new(&self.aws), key_id.clone())),
            None => Arc::new(NoVault),
        }))
    }

    fn commits(&self) -> Arc<dyn CommitSource> {
        Arc::clone(self.commits.get_or_init(|| Arc::new(Commits::through(&self.guard()))))
    }

    fn writer(&self) -> Arc<dyn ReportWriter> {
        Arc::clone(self.writer.get_or_init(|| writer(&self.settings.models, &self.guard())))
    }

    fn catalog(&self) -> Arc<dyn ModelCatalog> {
        Arc::clone(self.catalog.get_or_init(|| {
            let provider = self.settings.models.provider.as_ref();
            let deployment = provider.map(|provider| (provider.base_url.clone(), provider.key.clone()));
            Arc::new(ModelLists { guard: self.guard(), deployment })
        }))
    }

    fn webhooks(&self) -> Arc<dyn WebhookSender> {
        Arc::clone(self.webhooks.get_or_init(|| {
            let timeout = Duration::from_secs(WEBHOOK_TIMEOUT_SECONDS);
            Arc::new(SignedWebhooks::new(self.guard(), self.settings.public_url.clone(), timeout))
        }))
    }

    fn throttle(&self) -> Arc<Throttle> {
        Arc::clone(&self.throttle)
    }

    fn mailer(&self) -> Option<Arc<dyn Mailer>> {
        self.mailer
            .get_or_init(|| {
                let from = self.settings.notification_email_from.clone()?;
                Some(Arc::new(SesMailer::new(&self.settings.aws, from, self.settings.public_url.clone())))
            })
            .clone()
    }

    fn addresses(&self) -> Arc<dyn Addresses> {
        self.guard()
    }

    fn prices(&self) -> Arc<PriceTable> {
        Arc::clone(&self.prices)
    }

    fn default_writer(&self) -> Writer {
        self.settings.models.default_writer.clone()
    }

    fn public_url(&self) -> Option<Url> {
        self.settings.public_url.clone()
    }

    fn test_runs_count(&self) -> bool {
        self.settings.test_runs_count
    }
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
