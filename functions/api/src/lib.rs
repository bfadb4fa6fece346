//! The HTTP API.
//!
//! In reading order: [`router`], the map of routes; `routes`, one file an operation; [`auth`], who is calling;
//! [`problem`], what they are told when something is wrong; [`request_id`], the door that every request passes;
//! [`representation`], how an answer is sent; [`openapi`], the contract as a document; then
//! what operations share: `body`, `query`, `page`, `money`, `idempotency`, `quota`, `representation`,
//! `edit`, `outside`, `refusal`, `deletion`; and [`settings`].
//!
//! Nothing here decides: a handler reads its request, asks one verb or one port, and writes the answer.

// The example of a run is one expansion deeper for each of its members.
#![recursion_limit = "256"]

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
pub mod settings;

pub use router::router;

use adapters::boot::{Deployment, Environment};
use app::accounts::CloseAccount;
use app::accounts::{KeepProfile, SetLimits};
use app::deliveries::{Recover, Redeliver};
use app::holdings::ListBranches;
use app::holdings::{ChooseModel, KeepConfigurations, KeepRepositories};
use app::ports::{
    Accounts, Addresses, Clock, Configurations, Contents, Deliveries, Entropy, Readiness, Repositories, Runs,
};
use app::runs::CancelRun;
use app::runs::EstimateRun;
use app::runs::StartManualRun;
use app::runs::TestReport;
use app::usage::{ForecastUsage, ReadHistory, ReadUsage};
use std::sync::Arc;

/// What the routes need: verbs, and ports for what is only read.
pub struct Api {
    /// Returns the usage of a month.
    pub read_usage: ReadUsage,
    /// The figures of months gone by.
    pub read_history: ReadHistory,
    /// Where this month ends.
    pub forecast_usage: ForecastUsage,
    /// A report now.
    pub start_manual_run: StartManualRun,
    /// What a report would come to.
    pub estimate_run: EstimateRun,
    /// The end of a running run.
    pub cancel_run: CancelRun,
    /// Repositories, made, edited and deleted.
    pub keep_repositories: KeepRepositories,
    /// Lists the branches of a repository.
    pub list_branches: ListBranches,
    /// Configurations, made, edited and deleted.
    pub keep_configurations: KeepConfigurations,
    /// The judge of models that callers name.
    pub choose_model: ChooseModel,
    /// A report now, to try a configuration.
    pub test_report: TestReport,
    /// Plans and overrides.
    pub set_limits: SetLimits,
    /// The end of an account.
    pub close_account: CloseAccount,
    /// Accounts, to show. These and the records below are those that their user sees.
    pub accounts: Arc<dyn Accounts>,
    /// What users choose for their whole account.
    pub keep_profile: KeepProfile,
    /// Repositories, to list and to show.
    pub repositories: Arc<dyn Repositories>,
    /// Configurations, to list and to show.
    pub configurations: Arc<dyn Configurations>,
    /// A report once more.
    pub redeliver: Redeliver,
    /// All that failed once more.
    pub recover: Recover,
    /// Runs, to list and to show.
    pub runs: Arc<dyn Runs>,
    /// Their texts.
    pub contents: Arc<dyn Contents>,
    /// Attempts to deliver.
    pub deliveries: Arc<dyn Deliveries>,
    /// Whether the store answers.
    pub readiness: Arc<dyn Readiness>,
    /// Which addresses callers may name.
    pub addresses: Arc<dyn Addresses>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// For the ids of requests that come without one.
    pub entropy: Arc<dyn Entropy>,
    /// The judge of tokens.
    pub verifier: auth::Verifier,
    /// What the deployment sets.
    pub settings: settings::Settings,
}

/// Why the API can't start.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// The environment.
    #[error(transparent)]
    Settings(#[from] settings::SettingsError),
    /// The client that fetches public keys.
    #[error(transparent)]
    Keys(#[from] auth::KeySetError),
}

impl Api {
    /// The API of a deployment.
    pub fn of(deployment: &Deployment, environment: &Environment) -> Result<Self, ApiError> {
        let settings = settings::Settings::from_lookup(&|name| environment.get(name).map(str::to_owned))?;
        let view = deployment.user_view();
        Ok(Self {
            read_usage: deployment.read_usage(),
            read_history: deployment.read_history(),
            forecast_usage: deployment.forecast_usage(),
            start_manual_run: deployment.start_manual_run(),
            estimate_run: deployment.estimate_run(),
            cancel_run: deployment.cancel_run(),
            keep_repositories: deployment.keep_repositories(),
            list_branches: deployment.list_branches(),
            keep_configurations: deployment.keep_configurations(),
            choose_model: deployment.choose_model(),
            test_report: deployment.test_report(),
            set_limits: deployment.set_limits(),
            close_account: deployment.close_account(),
            accounts: view.clone(),
            keep_profile: deployment.keep_profile(),
            repositories: view.clone(),
            configurations: view.clone(),
            redeliver: deployment.redeliver(),
            recover: deployment.recover(),
            runs: view,
            contents: deployment.store.clone(),
            deliveries: deployment.store.clone(),
            readiness: deployment.store.clone(),
            addresses: Arc::clone(&deployment.addresses),
            clock: Arc::clone(&deployment.clock),
            entropy: Arc::clone(&deployment.entropy),
            verifier: auth::Verifier::new(&settings.auth, Arc::clone(&deployment.clock))?,
            settings,
        })
    }
}
