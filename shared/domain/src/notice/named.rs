//! The configuration that a notice is about.

use crate::configuration::Configuration;
use crate::id::ConfigurationId;
use crate::run::Snapshot;

/// A configuration, as it was named when a notice was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub id: ConfigurationId,
    pub name: Option<String>,
    /// The repository's name; `None` if it was deleted, and in notices that were stored before names were.
    pub repository: Option<String>,
}

impl Named {
    /// The configuration of a run.
    #[must_use]
    pub fn of_run(id: ConfigurationId, snapshot: &Snapshot) -> Self {
        Self { id, name: snapshot.name.clone(), repository: Some(snapshot.repositories()) }
    }

    /// A configuration with the name of its repository.
    #[must_use]
    pub fn of(configuration: &Configuration, repository: Option<String>) -> Self {
        Self { id: configuration.id, name: configuration.settings.name.clone(), repository }
    }
}
