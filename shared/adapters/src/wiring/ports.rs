//! The ports that verbs are built from: as a trait, and as fields, for the local stack and for tests.

use app::accounts::UserView;
use app::deliveries::Throttle;
use app::ports::{
    Addresses, Clock, CommitSource, DeliveryQueue, Entropy, EventBus, Mailer, ModelCatalog, ReportWriter, RunQueue,
    Store, Vault, WebhookSender,
};
use domain::configuration::Writer;
use domain::delivery::RetryPolicy;
use domain::money::PriceTable;
use std::sync::Arc;
use url::Url;

macro_rules! ports {
    ($($(#[$doc:meta])* $name:ident: $type:ty,)+) => {
        /// One method for each port, and for each setting that a verb needs. Every call answers the same adapter.
        pub trait Ports {
            $($(#[$doc])* fn $name(&self) -> $type;)+

            /// When a delivery is tried again.
            fn retry_policy(&self) -> RetryPolicy {
                RetryPolicy::default()
            }

            /// Whether the deployment sends e-mail.
            fn sends_mail(&self) -> bool {
                self.mailer().is_some()
            }

            /// The store without the records of closed accounts: what a user may see.
            fn user_view(&self) -> Arc<UserView> {
                Arc::new(UserView { store: self.store() })
            }
        }

        /// Every port of a deployment, as fields that the local stack and tests replace; `Clone` shares the adapters.
        #[derive(Clone)]
        pub struct Deployment { $(pub $name: $type),+ }

        impl Deployment {
            /// All ports of another source, such as [`super::LivePorts`].
            pub fn of(ports: &impl Ports) -> Self {
                Self { $($name: ports.$name()),+ }
            }
        }

        impl Ports for Deployment {
            $(fn $name(&self) -> $type { self.$name.clone() })+
        }
    };
}

ports! {
    /// The time.
    clock: Arc<dyn Clock>,
    /// Random numbers and new ids.
    entropy: Arc<dyn Entropy>,
    /// The table. It coerces to each of the store's ports.
    store: Arc<dyn Store>,
    /// Where run requests are sent.
    run_queue: Arc<dyn RunQueue>,
    /// Where delivery requests are sent.
    delivery_queue: Arc<dyn DeliveryQueue>,
    /// Where events are published.
    event_bus: Arc<dyn EventBus>,
    /// Seals and opens stored secrets.
    vault: Arc<dyn Vault>,
    /// The git hosts.
    commits: Arc<dyn CommitSource>,
    /// The language models.
    writer: Arc<dyn ReportWriter>,
    /// The lists of models that providers have.
    catalog: Arc<dyn ModelCatalog>,
    /// The webhooks.
    webhooks: Arc<dyn WebhookSender>,
    /// How many attempts a worker makes at once, and how often an endpoint gets a message.
    throttle: Arc<Throttle>,
    /// The mail service; `None` if the deployment sends no e-mail.
    mailer: Option<Arc<dyn Mailer>>,
    /// Which addresses users may name.
    addresses: Arc<dyn Addresses>,
    /// What models cost.
    prices: Arc<PriceTable>,
    /// Who writes reports where a configuration doesn't choose.
    default_writer: Writer,
    /// Where people reach this deployment, if that is known.
    public_url: Option<Url>,
    /// Whether test runs count against the monthly limit.
    test_runs_count: bool,
}
