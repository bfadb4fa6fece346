//! The HTTP API.
//!
//! In reading order: [`router`], the map of routes; `routes`, one file an operation; [`auth`], who is calling;
//! [`problem`], the answer when something is wrong; [`request_id`], the layer that every request passes first;
//! [`representation`], how an answer is sent; [`openapi`], the contract as a document; then
//! what operations share: `request`, `query`, `page`, `money`, `idempotency`, `quota`, `representation`,
//! `answer`, `edit`, `outside`, `refusal`, `deletion`.
//!
//! Nothing here decides: a handler reads its request, asks one verb or one port, and writes the answer.

mod answer;
pub mod auth;
mod deletion;
mod edit;
mod idempotency;
mod money;
pub mod openapi;
mod outside;
mod page;
pub mod problem;
mod query;
mod quota;
mod refusal;
pub mod representation;
mod request;
pub mod request_id;
mod router;
mod routes;

pub use router::{router, router_with};

use adapters::boot::ApiSettings;
use adapters::wiring::{ApiVerbs, Ports};
use app::ports::{
    AccountChanges, Accounts, Addresses, Clock, Configurations, Contents, Deliveries, Entropy, Readiness, Repositories,
    Runs,
};
use std::sync::Arc;

/// What the routes need: verbs, and ports for what is only read. `accounts`, `repositories`, `configurations` and
/// `runs` are what the caller may see ([`Ports::user_view`]).
pub struct Api {
    pub verbs: ApiVerbs,
    pub accounts: Arc<dyn Accounts>,
    pub repositories: Arc<dyn Repositories>,
    pub configurations: Arc<dyn Configurations>,
    pub runs: Arc<dyn Runs>,
    pub contents: Arc<dyn Contents>,
    pub deliveries: Arc<dyn Deliveries>,
    pub audits: Arc<dyn AccountChanges>,
    pub readiness: Arc<dyn Readiness>,
    pub addresses: Arc<dyn Addresses>,
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    pub verifier: auth::Verifier,
    pub settings: ApiSettings,
}

impl Api {
    /// The API on these ports.
    pub fn new(ports: &impl Ports, settings: ApiSettings) -> Result<Self, auth::KeySetError> {
        let (view, store) = (ports.user_view(), ports.store());
        Ok(Self {
            verbs: ApiVerbs::new(ports),
            accounts: view.clone(),
            repositories: view.clone(),
            configurations: view.clone(),
            runs: view,
            contents: store.clone(),
            deliveries: store.clone(),
            audits: store.clone(),
            readiness: store,
            addresses: ports.addresses(),
            clock: ports.clock(),
            entropy: ports.entropy(),
            verifier: auth::Verifier::new(&settings.auth, ports.clock())?,
            settings,
        })
    }
}
