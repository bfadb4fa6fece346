//! The settings at the reservation of a run, stored for the audit and used by every attempt.

use crate::account::Account;
use crate::configuration::{BranchName, Configuration, Writer};
use crate::delivery::WebhookFormat;
use crate::report::Writing;
use crate::repository::Repository;

/// The settings of a run. Of the webhook's address only the host is stored: the rest can contain a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    pub version: u64,
    pub name: Option<String>,
    pub repository_name: String,
    pub repository_url: String,
    pub branch: BranchName,
    pub schedule: String,
    pub timezone: String,
    pub writing: Writing,
    pub writer: Writer,
    /// Whether the writer is a model of the account's own provider.
    pub own_model: bool,
    pub webhook_format: Option<WebhookFormat>,
    pub webhook_host: Option<String>,
}

impl Snapshot {
    /// The settings for a run of this account. If the account uses a model of its own, that is the default, and any
    /// model is one of the account's own provider. Otherwise as [`Snapshot::of`].
    pub fn for_account(
        account: &Account,
        configuration: &Configuration,
        repository: &Repository,
        default_writer: &Writer,
    ) -> Self {
        let Some(own) = account.own_model_in_use() else {
            return Self::of(configuration, repository, default_writer);
        };
        let snapshot = Self::of(configuration, repository, &Writer::Model(own.model.to_string()));
        Self { own_model: matches!(snapshot.writer, Writer::Model(_)), ..snapshot }
    }

    /// The settings with the deployment's models and its default writer.
    pub fn of(configuration: &Configuration, repository: &Repository, default_writer: &Writer) -> Self {
        let settings = &configuration.settings;
        Self {
            version: configuration.version,
            name: settings.name.clone(),
            repository_name: repository.name.clone(),
            repository_url: repository.location.text().to_owned(),
            branch: settings.branch.clone(),
            schedule: settings.schedule.cron().to_owned(),
            timezone: settings.schedule.zone().to_owned(),
            writing: settings.writing.clone(),
            writer: settings.writer.chosen().unwrap_or(default_writer).clone(),
            own_model: false,
            webhook_format: settings.webhook.as_ref().map(|webhook| webhook.format),
            webhook_host: settings.webhook.as_ref().map(|webhook| webhook.host().to_owned()),
        }
    }
}
