//! What was set when a run was reserved, kept for the audit and used by every attempt.

use crate::account::Account;
use crate::configuration::{BranchName, Configuration, IfNoUpdates, Writer, WriterChoice};
use crate::delivery::WebhookFormat;
use crate::report::{AuthorDisplay, Style, Tone};
use crate::repository::Repository;

/// The settings of a run. The webhook's address is left out but for its host: it can hold a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The configuration's version.
    pub version: u64,
    /// The configuration's name.
    pub name: Option<String>,
    /// What the repository was called.
    pub repository_name: String,
    /// Where the repository was.
    pub repository_url: String,
    /// The branch.
    pub branch: BranchName,
    /// The cron expression.
    pub schedule: String,
    /// Its zone.
    pub timezone: String,
    /// How the report is laid out.
    pub style: Style,
    /// How it speaks.
    pub tone: Tone,
    /// How authors are named in the report.
    pub author_display: AuthorDisplay,
    /// Whether commits link to their pages.
    pub link_to_commits: bool,
    /// What to do when nothing is new.
    pub if_no_updates: IfNoUpdates,
    /// Whether the size of each change is read.
    pub include_diffs: bool,
    /// The report's language.
    pub language: String,
    /// Who writes it.
    pub writer: Writer,
    /// Whether the writer is a model that is asked of the account's own provider.
    pub own_model: bool,
    /// The shape of the webhook's body.
    pub webhook_format: Option<WebhookFormat>,
    /// The webhook's host.
    pub webhook_host: Option<String>,
}

impl Snapshot {
    /// What is set now for a run of this account: with a model of its own in use, that one writes where the configuration
    /// says nothing, and any model is asked of the account's own provider. Otherwise as [`Snapshot::of`].
    #[must_use]
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

    /// What is set now, by the deployment's models. `default_writer` is the deployment's.
    #[must_use]
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
            style: settings.style,
            tone: settings.tone,
            author_display: settings.author_display,
            link_to_commits: settings.link_to_commits,
            if_no_updates: settings.if_no_updates,
            include_diffs: settings.include_diffs,
            language: settings.language.clone(),
            writer: match &settings.writer {
                WriterChoice::Deployment => default_writer.clone(),
                WriterChoice::Chosen(writer) => writer.clone(),
            },
            own_model: false,
            webhook_format: settings.webhook.as_ref().map(|webhook| webhook.format),
            webhook_host: settings.webhook.as_ref().map(|webhook| webhook.host().to_owned()),
        }
    }
}
