//! How a process starts: its environment becomes [`Settings`], these become a [`Deployment`], and that builds the verbs.
//!
//! In reading order: [`Environment`], the [`Variable`]s that it may hold, [`Settings`], [`aws_config`], [`Deployment`],
//! then what a `main` needs: [`start`], [`telemetry`], [`deadline`] and [`Stop`]. Nothing else reads the environment.

mod aws;
mod closed_vault;
mod deadline;
mod deployment;
mod environment;
mod reading;
mod secret;
mod settings;
mod start;
mod stop;
pub mod telemetry;
mod variable;
mod verbs;

pub use aws::{aws_config, table_client};
pub use deadline::deadline;
pub use deployment::{Deployment, DeploymentError};
pub use environment::Environment;
pub use secret::SecretsKey;
pub use settings::{
    Aws, FUNCTION_TIMEOUT_SECONDS_DEFAULT, Fault, Messaging, ModelProvider, Models, OPENAI_URL, Settings,
    SettingsError, VaultKey,
};
pub use start::{Started, Startup, ended, start};
pub use stop::{Stop, Stopper, stopping, terminated};
pub use variable::{SetBy, VARIABLES, Variable};
