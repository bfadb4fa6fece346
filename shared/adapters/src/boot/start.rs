//! How every `main` begins and ends.

use super::api::ApiSettings;
use super::environment::Environment;
use super::reader::SettingsError;
use super::role::Role;
use super::settings::{Settings, log_level};
use super::telemetry::{self, Telemetry};
use super::variable;
use crate::clock::SystemClock;
use std::process::ExitCode;
use std::sync::Arc;
use tracing::Level;

/// Starts logging and reads what the environment sets for a function, and the secrets that it names. An invalid
/// environment is logged in one message (in Lambda as JSON, elsewhere as lines on standard error), and the process must
/// then end with the exit code 1.
pub async fn start(role: Role) -> Result<Settings, ExitCode> {
    start_with(role, |environment| Settings::read(environment, role)).await
}

/// The same for the API.
pub async fn start_api() -> Result<(Settings, ApiSettings), ExitCode> {
    start_with(Role::Api, Settings::read_for_api).await
}

async fn start_with<T>(role: Role, read: impl FnOnce(&Environment) -> Result<T, SettingsError>) -> Result<T, ExitCode> {
    let environment = Environment::of_process();
    let level = environment.get(variable::LOG_LEVEL.name).and_then(log_level);
    let metrics = environment.get(variable::METRICS_NAMESPACE.name);
    telemetry::init(Telemetry { level: level.unwrap_or(Level::INFO), metrics, hushed: &[] }, environment.is_lambda());
    read(&environment.with_secrets(role, Arc::new(SystemClock)).await).map_err(|error| {
        tracing::error!("cannot start: {error}");
        ExitCode::FAILURE
    })
}

/// The exit code of a process whose loop has ended. Lambda stops a process without a signal, so this is a failure of
/// the loop, or the end of a local runner.
pub fn ended<E: std::fmt::Display>(result: Result<(), E>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("stopped: {error}");
            ExitCode::FAILURE
        }
    }
}
