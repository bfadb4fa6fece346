//! The settings that an exported run had: from its own snapshot, then from its configuration as that is stored now.

use super::configurations::writing;
use super::row::{Place, Reason, Row};
use domain::configuration::{BranchName, Configuration, NAME_CHARS_MAX, Settings, Writer};
use domain::delivery::WebhookFormat;
use domain::id::{ConfigurationId, RepositoryId};
use domain::report::Writing;
use domain::repository::{Location, PathFilter, Repository};
use domain::run::Snapshot;
use serde_json::Value;
use std::sync::Arc;
use url::Url;

/// The branch of a run whose branch is unknown.
const UNKNOWN_BRANCH: &str = "HEAD";
/// The longest schedule and time zone that are kept, in characters.
const SCHEDULE_CHARS_MAX: usize = 100;

/// The column `configuration_snapshot`: the columns of the configuration, and those of its repository within
/// `repository` or with that word before them.
pub(super) struct OldSnapshot(Row);

impl OldSnapshot {
    /// An absent snapshot is empty.
    pub(super) fn read(row: &Row) -> Result<Self, Reason> {
        let expected = "a JSON object is expected";
        let object = row.read("configuration_snapshot", expected, |text| match serde_json::from_str(text) {
            Ok(Value::Object(object)) => Some(object),
            _ => None,
        })?;
        let mut values: Vec<(Arc<str>, String)> = Vec::new();
        for (name, value) in object.unwrap_or_default() {
            match value {
                Value::Object(inner) if name == "repository" => {
                    let text = |value: &Value| value.as_str().map(str::to_owned);
                    let inner = inner.iter().filter_map(|(name, value)| Some((name, text(value)?)));
                    values.extend(inner.map(|(name, value)| (Arc::from(format!("repository_{name}")), value)));
                }
                Value::Null | Value::Object(_) | Value::Array(_) => {}
                Value::String(text) => values.push((Arc::from(name), text)),
                other => values.push((Arc::from(name), other.to_string())),
            }
        }
        Ok(Self(Row { place: Place { file: Arc::from(""), line: 0 }, values }))
    }

    pub(super) fn repository(&self) -> Option<RepositoryId> {
        self.0.id("repository_id").ok().flatten().map(RepositoryId::from_uuid)
    }

    pub(super) fn configuration(&self) -> Option<ConfigurationId> {
        let id = |column| self.0.id(column).ok().flatten();
        id("report_configuration_id").or_else(|| id("id")).map(ConfigurationId::from_uuid)
    }

    /// The snapshot of a run by this model. What can't be parsed is replaced, because it is shown and never used.
    pub(super) fn settings(
        &self,
        model: Option<&str>,
        configuration: Option<&Configuration>,
        repository: Option<&Repository>,
    ) -> Result<Snapshot, Reason> {
        let stored = configuration.map(|configuration| &configuration.settings);
        let location = self.location().or_else(|| repository.map(|repository| repository.location.clone()));
        let webhook = self.0.text("webhook_url").and_then(|text| Url::parse(text).ok());
        let stored_webhook = stored.and_then(|settings| settings.webhook.as_ref());
        Ok(Snapshot {
            version: configuration.map_or(1, |configuration| configuration.version),
            name: self.short("name", NAME_CHARS_MAX).or_else(|| stored.and_then(|settings| settings.name.clone())),
            repository_name: self
                .short("repository_name", NAME_CHARS_MAX)
                .or_else(|| repository.map(|repository| repository.name.clone()))
                .or_else(|| location.as_ref().map(Location::default_name))
                .unwrap_or_default(),
            repository_url: location.map(|location| location.text().to_owned()).unwrap_or_default(),
            branch: self.branch(stored)?,
            further: Vec::new(),
            paths: PathFilter::default(),
            schedule: self
                .short("schedule", SCHEDULE_CHARS_MAX)
                .or_else(|| stored.map(|settings| settings.schedule.cron().to_owned()))
                .unwrap_or_default(),
            timezone: self
                .short("timezone", SCHEDULE_CHARS_MAX)
                .or_else(|| stored.map(|settings| settings.schedule.zone().to_owned()))
                .unwrap_or_else(|| "UTC".to_owned()),
            writing: writing(&self.0).unwrap_or_else(|_| Writing::default()),
            writer: model.map_or(Writer::Plain, Writer::parse),
            own_model: false,
            webhook_format: stored_webhook
                .map(|webhook| webhook.format)
                .or(webhook.as_ref().map(|_| WebhookFormat::Auto)),
            webhook_host: webhook
                .and_then(|url| url.host_str().map(str::to_owned))
                .or_else(|| stored_webhook.map(|webhook| webhook.host().to_owned())),
        })
    }

    /// The address without what can be a secret in it.
    fn location(&self) -> Option<Location> {
        let provider = self.0.text("repository_provider").and_then(domain::repository::Provider::parse);
        Location::host(self.0.text("repository_url")?, provider).ok()
    }

    fn branch(&self, stored: Option<&Settings>) -> Result<BranchName, Reason> {
        let own = self.0.text("branch").and_then(|text| BranchName::parse(text).ok());
        match own.or_else(|| stored.map(|settings| settings.branch.clone())) {
            Some(branch) => Ok(branch),
            None => BranchName::parse(UNKNOWN_BRANCH).map_err(|error| Reason::new(error.to_string())),
        }
    }

    /// A value in one line, cut to so many characters.
    fn short(&self, column: &str, chars_max: usize) -> Option<String> {
        let text = self.0.text(column)?;
        let cut: String = text.chars().take(chars_max).filter(|letter| !letter.is_control()).collect();
        (!cut.is_empty()).then_some(cut)
    }
}
