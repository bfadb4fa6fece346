//! The deployment's own secrets: those that its operator sets, not those that users store.
//!
//! A secret is text in a variable, or is in AWS Secrets Manager under the ARN in a variable. In reading order:
//! [`Secret`], a value that may be replaced while the process lives; [`SecretReader`], which reads one.

mod secret;
mod service;

pub use secret::{FRESH_MINUTES, REREAD_SECONDS_MIN, Replaced, Secret};
pub use service::{SecretError, SecretReader};
