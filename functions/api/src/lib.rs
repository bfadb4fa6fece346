//! The HTTP API.
//!
//! In reading order: [`router`], the map of routes; `routes`, one file an operation; [`auth`], who is calling;
//! [`problem`], the answer when something is wrong; [`request_id`], the layer that every request passes first;
//! [`representation`], how an answer is sent; [`openapi`], the contract as a document; then
//! what operations share: `request`, `query`, `page`, `money`, `idempotency`, `quota`, `representation`,
//! `edit`, `outside`, `refusal`, `deletion`.
//!
//! Nothing here decides: a handler reads its request, asks one verb or one port, and writes the answer.

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

pub use router::router;

use adapters::boot::ApiSettings;
use adapters::wiring::{Ports, Verbs};
use app::accounts::{CloseAccount, KeepProfile, SetLimits};
use app::deliveries::{Recover, Redeliver};
use app::holdings::{ChooseModel, KeepConfigurations, KeepRepositories, ListBranches};
use app::ports::{
    Accounts, Addresses, Clock, Configurations, Contents, Deliveries, Entropy, Readiness, Repositories, Runs,
};
use app::runs::{CancelRun, EstimateRun, StartManualRun, TestReport};
use app::usage::{ForecastUsage, ReadHistory, ReadUsage};
use std::sync::Arc;

/// What the routes need: verbs, and ports for what is only read. `accounts`, `repositories`, `configurations` and
/// `runs` are what the caller may see ([`Ports::user_view`]).
pub struct Api {
    pub read_usage: ReadUsage,
    pub read_history: ReadHistory,
    pub forecast_usage: ForecastUsage,
    pub start_manual_run: StartManualRun,
    pub estimate_run: EstimateRun,
    pub cancel_run: CancelRun,
    pub keep_repositories: KeepRepositories,
    pub list_branches: ListBranches,
    pub keep_configurations: KeepConfigurations,
    pub choose_model: ChooseModel,
    pub test_report: TestReport,
    pub set_limits: SetLimits,
    pub close_account: CloseAccount,
    pub accounts: Arc<dyn Accounts>,
    pub keep_profile: KeepProfile,
    pub repositories: Arc<dyn Repositories>,
    pub configurations: Arc<dyn Configurations>,
    pub redeliver: Redeliver,
    pub recover: Recover,
    pub runs: Arc<dyn Runs>,
    pub contents: Arc<dyn Contents>,
    pub deliveries: Arc<dyn Deliveries>,
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
            read_usage: ports.read_usage(),
            read_history: ports.read_history(),
            forecast_usage: ports.forecast_usage(),
            start_manual_run: ports.start_manual_run(),
            estimate_run: ports.estimate_run(),
            cancel_run: ports.cancel_run(),
            keep_repositories: ports.keep_repositories(),
            list_branches: ports.list_branches(),
            keep_configurations: ports.keep_configurations(),
            choose_model: ports.choose_model(),
            test_report: ports.test_report(),
            set_limits: ports.set_limits(),
            close_account: ports.close_account(),
            accounts: view.clone(),
            keep_profile: ports.keep_profile(),
            repositories: view.clone(),
            configurations: view.clone(),
            redeliver: ports.redeliver(),
            recover: ports.recover(),
            runs: view,
            contents: store.clone(),
            deliveries: store.clone(),
            readiness: store,
            addresses: ports.addresses(),
            clock: ports.clock(),
            entropy: ports.entropy(),
            verifier: auth::Verifier::new(&settings.auth, ports.clock())?,
            settings,
        })
    }
}
