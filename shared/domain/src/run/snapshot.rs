//! The settings at the reservation of a run, stored for the audit and used by every attempt.

use crate::account::Account;
use crate::configuration::{BranchName, Configuration, WatchedBranch, Writer};
use crate::delivery::WebhookFormat;
use crate::id::RepositoryId;
use crate::report::Writing;
use crate::repository::{PathFilter, Repository};

/// The settings of a run. Of the webhook's address only the host is stored: the rest can contain a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    pub version: u64,
    pub name: Option<String>,
    pub repository_name: String,
    pub repository_url: String,
    pub branch: BranchName,
    /// The paths of the first branch that the report is about.
    pub paths: PathFilter,
    /// The further branches of the report.
    pub further: Vec<RunBranch>,
    pub schedule: String,
    pub timezone: String,
    pub writing: Writing,
    pub writer: Writer,
    /// Whether the writer is a model of the account's own provider.
    pub own_model: bool,
    pub webhook_format: Option<WebhookFormat>,
    pub webhook_host: Option<String>,
}

/// A branch of a run's report, as it was at the reservation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunBranch {
    pub repository: RepositoryId,
    pub repository_name: String,
    pub repository_url: String,
    pub branch: BranchName,
    /// The paths that the report is about.
    pub paths: PathFilter,
    /// The generation of the branch's coverage.
    pub generation: u64,
}

impl Snapshot {
    /// The repositories in a few words: `acme/shop`, `acme/shop and 2 more`.
    pub fn repositories(&self) -> String {
        let first = &self.repository_name;
        let mut others: Vec<&str> = self.further.iter().map(|further| further.repository_name.as_str()).collect();
        others.sort_unstable();
        others.dedup();
        match others.iter().filter(|other| *other != first).count() {
            0 => first.clone(),
            more => format!("{first} and {more} more"),
        }
    }

    /// The settings for a run of this account. If the account uses a model of its own, that is the default, and any
    /// model is one of the account's own provider. Otherwise as [`Snapshot::of`].
    pub fn for_account(
        account: &Account,
        configuration: &Configuration,
        (repository, further): (&Repository, &[Repository]),
        default_writer: &Writer,
    ) -> Self {
        let Some(own) = account.own_model_in_use() else {
            return Self::of(configuration, (repository, further), default_writer);
        };
        let snapshot = Self::of(configuration, (repository, further), &Writer::Model(own.model.to_string()));
        Self { own_model: matches!(snapshot.writer, Writer::Model(_)), ..snapshot }
    }

    /// The settings with the deployment's models and its default writer. `further` has the repositories of the further
    /// branches, in any order; a branch whose repository is missing there is skipped.
    pub fn of(
        configuration: &Configuration,
        (repository, further): (&Repository, &[Repository]),
        default_writer: &Writer,
    ) -> Self {
        let settings = &configuration.settings;
        let known = |id| std::iter::once(repository).chain(further).find(|found| found.id == id);
        let branches = settings.further.iter().zip(&configuration.progress.further);
        let further = branches.filter_map(|(watched, coverage)| {
            Some(RunBranch::of(watched, known(watched.repository)?, coverage.generation))
        });
        Self {
            version: configuration.version,
            name: settings.name.clone(),
            repository_name: repository.name.clone(),
            repository_url: repository.location.text().to_owned(),
            branch: settings.branch.clone(),
            paths: settings.paths.clone(),
            further: further.collect(),
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

/// The paths of all branches, in their order; empty if the report is about all files.
pub fn paths_of(branches: &[RunBranch]) -> Vec<PathFilter> {
    let paths = || branches.iter().map(|branch| branch.paths.clone());
    if paths().all(|paths| paths.is_whole()) { Vec::new() } else { paths().collect() }
}

impl RunBranch {
    fn of(watched: &WatchedBranch, repository: &Repository, generation: u64) -> Self {
        Self {
            repository: repository.id,
            repository_name: repository.name.clone(),
            repository_url: repository.location.text().to_owned(),
            branch: watched.branch.clone(),
            paths: watched.paths.clone(),
            generation,
        }
    }
}
