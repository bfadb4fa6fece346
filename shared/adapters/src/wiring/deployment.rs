//! Ports as fields, for the local stack and for tests.

use super::ports::Ports;
use app::deliveries::Throttle;
use app::ports::{
    Addresses, Clock, CommitSource, DeliveryQueue, Entropy, EventBus, ModelCatalog, ReportWriter, RunQueue, Store,
    Vault, WebhookSender,
};
use domain::configuration::Writer;
use domain::money::PriceTable;
use std::sync::Arc;

/// Every port of a deployment. The fields are public so that the local stack and tests can replace them; `Clone` shares
/// the adapters.
#[derive(Clone)]
pub struct Deployment {
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    pub store: Arc<dyn Store>,
    pub run_queue: Arc<dyn RunQueue>,
    pub delivery_queue: Arc<dyn DeliveryQueue>,
    pub event_bus: Arc<dyn EventBus>,
    pub vault: Arc<dyn Vault>,
    pub commits: Arc<dyn CommitSource>,
    pub writer: Arc<dyn ReportWriter>,
    pub catalog: Arc<dyn ModelCatalog>,
    pub webhooks: Arc<dyn WebhookSender>,
    pub throttle: Arc<Throttle>,
    pub addresses: Arc<dyn Addresses>,
    pub prices: Arc<PriceTable>,
    pub default_writer: Writer,
    pub test_runs_count: bool,
}

impl Deployment {
    /// All ports of another source, such as [`super::LivePorts`].
    #[must_use]
    pub fn of(ports: &impl Ports) -> Self {
        Self {
            clock: ports.clock(),
            entropy: ports.entropy(),
            store: ports.store(),
            run_queue: ports.run_queue(),
            delivery_queue: ports.delivery_queue(),
            event_bus: ports.event_bus(),
            vault: ports.vault(),
            commits: ports.commits(),
            writer: ports.writer(),
            catalog: ports.catalog(),
            webhooks: ports.webhooks(),
            throttle: ports.throttle(),
            addresses: ports.addresses(),
            prices: ports.prices(),
            default_writer: ports.default_writer(),
            test_runs_count: ports.test_runs_count(),
        }
    }
}

impl Ports for Deployment {
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
        Arc::clone(&self.run_queue)
    }

    fn delivery_queue(&self) -> Arc<dyn DeliveryQueue> {
        Arc::clone(&self.delivery_queue)
    }

    fn event_bus(&self) -> Arc<dyn EventBus> {
        Arc::clone(&self.event_bus)
    }

    fn vault(&self) -> Arc<dyn Vault> {
        Arc::clone(&self.vault)
    }

    fn commits(&self) -> Arc<dyn CommitSource> {
        Arc::clone(&self.commits)
    }

    fn writer(&self) -> Arc<dyn ReportWriter> {
        Arc::clone(&self.writer)
    }

    fn catalog(&self) -> Arc<dyn ModelCatalog> {
        Arc::clone(&self.catalog)
    }

    fn webhooks(&self) -> Arc<dyn WebhookSender> {
        Arc::clone(&self.webhooks)
    }

    fn throttle(&self) -> Arc<Throttle> {
        Arc::clone(&self.throttle)
    }

    fn addresses(&self) -> Arc<dyn Addresses> {
        Arc::clone(&self.addresses)
    }

    fn prices(&self) -> Arc<PriceTable> {
        Arc::clone(&self.prices)
    }

    fn default_writer(&self) -> Writer {
        self.default_writer.clone()
    }

    fn test_runs_count(&self) -> bool {
        self.test_runs_count
    }
}
