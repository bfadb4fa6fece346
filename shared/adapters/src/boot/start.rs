//! What every `main` does first.

use super::deployment::{Deployment, DeploymentError};
use super::environment::Environment;
use super::settings::{Settings, SettingsError, log_level};
use super::{telemetry, variable};
use std::process::ExitCode;
use tracing::Level;

/// A process that is ready to work.
#[derive(Clone)]
pub struct Started {
    /// Its variables.
    pub environment: Environment,
    /// What they say.
    pub settings: Settings,
    /// What was built from them.
    pub deployment: Deployment,
}

/// Which settings a process reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Startup {
    /// All: it opens secrets.
    WithSecrets,
    /// It opens no secret and asks no model, and is given none.
    WithoutSecrets,
}

/// Why a process can't start.
#[derive(Debug, thiserror::Error)]
enum StartError {
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Deployment(#[from] DeploymentError),
}

/// Starts logging, reads the environment and builds the deployment. What is wrong is said once, in one message on the
/// log (in Lambda: JSON; elsewhere: lines on standard error), and the process is to end with the exit code 1.
pub fn start(startup: Startup) -> Result<Started, ExitCode> {
    let environment = Environment::of_process();
    let level = environment.get(variable::LOG_LEVEL.name).and_then(log_level);
    telemetry::init(level.unwrap_or(Level::INFO), environment.is_lambda(), &[]);
    started(startup, environment).map_err(|error| {
        tracing::error!("cannot start: {error}");
        ExitCode::FAILURE
    })
}

/// What a process ends with once its loop has: Lambda stops a process without asking, so that coming here is a failure
/// of the loop, or the end of a local runner.
pub fn ended<E: std::fmt::Display>(result: Result<(), E>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("stopped: {error}");
            ExitCode::FAILURE
        }
    }
}

fn started(startup: Startup, environment: Environment) -> Result<Started, StartError> {
    let settings = match startup {
        Startup::WithSecrets => Settings::from_environment(&environment)?,
        Startup::WithoutSecrets => Settings::without_secrets(&environment)?,
    };
    let deployment = Deployment::from_settings(&settings, &environment)?;
    Ok(Started { environment, settings, deployment })
}
