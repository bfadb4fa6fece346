//! The ports that verbs are built from.

use app::accounts::UserView;
use app::deliveries::Throttle;
use app::ports::{
    Addresses, Clock, CommitSource, DeliveryQueue, Entropy, EventBus, ModelCatalog, ReportWriter, RunQueue, Store,
    Vault, WebhookSender,
};
use domain::configuration::Writer;
use domain::delivery::RetryPolicy;
use domain::money::PriceTable;
use std::sync::Arc;

/// One method for each port, and for each setting that a verb needs. Every call answers the same adapter.
pub trait Ports {
    /// The time.
    fn clock(&self) -> Arc<dyn Clock>;
    /// Random numbers and new ids.
    fn entropy(&self) -> Arc<dyn Entropy>;
    /// The table. It coerces to each of the store's ports.
    fn store(&self) -> Arc<dyn Store>;
    /// Where run requests are sent.
    fn run_queue(&self) -> Arc<dyn RunQueue>;
    /// Where delivery requests are sent.
    fn delivery_queue(&self) -> Arc<dyn DeliveryQueue>;
    /// Where events are published.
    fn event_bus(&self) -> Arc<dyn EventBus>;
    /// Seals and opens stored secrets.
    fn vault(&self) -> Arc<dyn Vault>;
    /// The git hosts.
    fn commits(&self) -> Arc<dyn CommitSource>;
    /// The language models.
    fn writer(&self) -> Arc<dyn ReportWriter>;
    /// The lists of models that providers have.
    fn catalog(&self) -> Arc<dyn ModelCatalog>;
    /// The webhooks.
    fn webhooks(&self) -> Arc<dyn WebhookSender>;
    /// How many attempts a worker makes at once, and how often an endpoint gets a message.
    fn throttle(&self) -> Arc<Throttle>;
    /// Which addresses users may name.
    fn addresses(&self) -> Arc<dyn Addresses>;
    /// What models cost.
    fn prices(&self) -> Arc<PriceTable>;
    /// Who writes reports where a configuration doesn't choose.
    fn default_writer(&self) -> Writer;
    /// Whether test runs count against the monthly limit.
    fn test_runs_count(&self) -> bool;

    /// When a delivery is tried again.
    fn retry_policy(&self) -> RetryPolicy {
        RetryPolicy::default()
    }

    /// The store without the records of closed accounts: what a user may see.
    fn user_view(&self) -> Arc<UserView> {
        Arc::new(UserView { store: self.store() })
    }
}
