//! How a process starts: its environment becomes [`Settings`].
//!
//! In reading order: [`Environment`]; the [`Variable`]s that it may have, and the [`Role`]s that read them;
//! [`Settings`], [`ApiSettings`] and [`DashboardSettings`], which `reader` reads; [`aws_config`]; then what a `main`
//! needs: [`start`], [`telemetry`], [`deadline`] and [`Stop`]. Nothing else reads the environment. What is built from
//! the settings is in [`crate::wiring`].

mod api;
mod aws;
mod dashboard;
mod deadline;
mod emf;
mod environment;
mod reader;
mod role;
mod settings;
mod start;
mod stop;
pub mod telemetry;
mod variable;

pub use api::{ApiSettings, AuthSettings, JWT_SECRET_BYTES_MIN};
pub use aws::{aws_config, isolating_table_client, table_client};
pub use dashboard::{DASHBOARD_NAME_DEFAULT, DashboardSettings, SignIn};
pub use deadline::deadline;
pub use environment::Environment;
pub use reader::{Fault, SettingsError};
pub use role::Role;
pub use settings::{Aws, FUNCTION_TIMEOUT_DEFAULT, Messaging, ModelProvider, Models, OPENAI_URL, Settings, VaultKey};
pub use start::{ended, start, start_api, start_with_secrets};
pub use stop::{Stop, Stopper, stopping, terminated};
pub use variable::{SetBy, VARIABLES, Variable};
