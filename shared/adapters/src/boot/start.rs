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

/// Starts logging and reads what the environment sets for a function that opens no secrets. An invalid environment is
/// logged in one message (in Lambda as JSON, elsewhere as lines on standard error), and the process must then end with
/// the exit code 1.
pub fn start(role: Role) -> Result<Settings, ExitCode> {
    valid(Settings::read(&logging_environment(), role))
}

/// The same with the secrets that the environment names.
pub async fn start_with_secrets(role: Role) -> Result<Settings, ExitCode> {
    let environment = logging_environment().with_secrets(role, Arc::new(SystemClock)).await;
    valid(Settings::read(&environment, role))
}

/// The same for the API.
pub async fn start_api() -> Result<(Settings, ApiSettings), ExitCode> {
    let environment = logging_environment().with_secrets(Role::Api, Arc::new(SystemClock)).await;
    valid(Settings::read_for_api(&environment))
}

/// The environment, after logging has been started as it says.
fn logging_environment() -> Environment {
    let environment = Environment::of_process();
    let level = environment.get(variable::LOG_LEVEL.name).and_then(log_level);
    let metrics = environment.get(variable::METRICS_NAMESPACE.name);
    telemetry::init(Telemetry { level: level.unwrap_or(Level::INFO), metrics, hushed: &[] }, environment.is_lambda());
    environment
}

fn valid<T>(read: Result<T, SettingsError>) -> Result<T, ExitCode> {
    read.map_err(|error| {
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
