//! The process's environment, read once.

use super::reader::Reader;
use super::role::Role;
use super::settings::Aws;
use super::variable::{self, Variable};
use crate::secrets::{Secret, SecretError, SecretReader};
use app::ports::Clock;
use futures::future::join_all;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use zeroize::Zeroizing;

/// Variables by name. An empty value counts as absent, because deployment templates can't omit a variable.
///
/// Its `Debug` shows names alone: values hold secrets.
#[derive(Clone, Default)]
pub struct Environment {
    variables: BTreeMap<String, String>,
    secrets: Option<Arc<Secrets>>,
}

/// The secrets whose ARNs the environment has, by their ARNs.
struct Secrets {
    manager: SecretReader,
    clock: Arc<dyn Clock>,
    texts: BTreeMap<String, Result<Zeroizing<String>, SecretError>>,
}

impl Environment {
    /// The variables of this process: the only place that reads them. A variable that is not UTF-8 is skipped.
    pub fn of_process() -> Self {
        let variables = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Self { variables, secrets: None }
    }

    /// These variables: for the local stack and tests. Of two with one name, the later counts.
    pub fn from_pairs<N: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        let variables = pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        Self { variables, secrets: None }
    }

    /// The same with the texts of the secrets that a function reads and whose ARNs are set, each read by one call, at
    /// the same time. What can't be read is an error of its variable when the settings are read.
    pub async fn with_secrets(self, role: Role, clock: Arc<dyn Clock>) -> Self {
        let is_set = |variable: &Variable| variable.is_read_by(role).then(|| self.get(variable.name)).flatten();
        let arns: Vec<String> = variable::SECRET_ARNS.iter().filter_map(is_set).map(str::to_owned).collect();
        if arns.is_empty() {
            return self;
        }
        let manager = SecretReader::new(&Aws::read_with(&mut Reader::new(&self, role)), Arc::clone(&clock));
        let texts = join_all(arns.iter().map(|arn| manager.read(arn))).await;
        let secrets = Secrets { texts: arns.iter().cloned().zip(texts).collect(), manager, clock };
        Self { secrets: Some(Arc::new(secrets)), ..self }
    }

    /// A secret whose ARN is set. The error is one of its variable; `expected` describes the text.
    pub(super) fn secret<T>(
        &self,
        arn: &str,
        expected: &str,
        parse: fn(&str) -> Option<T>,
    ) -> Result<Secret<T>, String> {
        let read = self.secrets.as_ref().and_then(|secrets| Some((secrets, secrets.texts.get(arn)?)));
        let (secrets, text) = read.ok_or("the secret was not read")?;
        let text = text.as_ref().map_err(ToString::to_string)?;
        let reader = (secrets.manager.clone(), Arc::clone(&secrets.clock));
        Secret::kept(reader, arn, text, parse).ok_or_else(|| format!("its text must be {expected}"))
    }

    /// A variable that is set and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Whether Lambda runs this process.
    pub fn is_lambda(&self) -> bool {
        self.get("AWS_LAMBDA_FUNCTION_NAME").is_some()
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Environment")?;
        formatter.debug_set().entries(self.variables.keys()).finish()
    }
}
