//! Reading what a user has, unless it is deleted; changing what was listed; and access to a repository.

use crate::optimistic::{self, Step};
use crate::ports::{Configurations, Repositories, RepositoryAccess, SecretContext, StoreError, Vault, VaultError};
use domain::configuration::Configuration;
use domain::id::{ConfigurationId, RepositoryId, UserId};
use domain::notice::Named;
use domain::repository::{AccessToken, Repository};

/// A repository that is not deleted.
pub(crate) async fn repository(
    repositories: &dyn Repositories,
    user: UserId,
    id: RepositoryId,
) -> Result<Option<Repository>, StoreError> {
    Ok(repositories.repository(user, id).await?.filter(|found| found.deleted_at.is_none()))
}

/// The repositories of a configuration, deleted ones too: those still have their names.
#[derive(Clone, Debug)]
pub(crate) struct Watched {
    pub(crate) first: Repository,
    /// The others, each once.
    pub(crate) further: Vec<Repository>,
}

impl Watched {
    /// The first one and the others.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Repository> {
        std::iter::once(&self.first).chain(&self.further)
    }
}

/// The repositories of a configuration; `None` if one of them is unknown.
pub(crate) async fn watched(
    repositories: &dyn Repositories,
    configuration: &Configuration,
) -> Result<Option<Watched>, StoreError> {
    let (user, settings) = (configuration.user, &configuration.settings);
    let Some(first) = repositories.repository(user, settings.repository).await? else { return Ok(None) };
    let mut further = Vec::new();
    for id in settings.repositories().into_iter().filter(|id| *id != first.id) {
        let Some(found) = repositories.repository(user, id).await? else { return Ok(None) };
        further.push(found);
    }
    Ok(Some(Watched { first, further }))
}

/// A configuration that is not deleted.
pub(crate) async fn configuration(
    configurations: &dyn Configurations,
    user: UserId,
    id: ConfigurationId,
) -> Result<Option<Configuration>, StoreError> {
    Ok(configurations.configuration(user, id).await?.filter(|found| found.deleted_at.is_none()))
}

/// A configuration as a notice names it.
pub(crate) async fn named(repositories: &dyn Repositories, configuration: &Configuration) -> Result<Named, StoreError> {
    let repository = repository(repositories, configuration.user, configuration.settings.repository).await?;
    Ok(Named::of(configuration, repository.map(|found| found.name)))
}

/// Changes a configuration that has just been listed, as long as `change` returns what it becomes.
pub(crate) async fn change_listed(
    configurations: &dyn Configurations,
    what: &str,
    listed: Configuration,
    change: impl Fn(&Configuration) -> Option<Configuration>,
) -> Result<(), StoreError> {
    let (user, id, listed, change) = (listed.user, listed.id, &listed, &change);
    optimistic::ensure(
        (what, id),
        |again| async move {
            if again { configurations.configuration(user, id).await } else { Ok(Some(listed.clone())) }
        },
        |found| async move {
            let Some(before) = found else { return Ok(Step::Done(())) };
            let Some(after) = change(&before) else { return Ok(Step::Done(())) };
            Step::of(configurations.replace_configuration(&before, &after).await, ())
        },
    )
    .await
}

/// The location of a repository with its decrypted token.
pub(crate) async fn access(vault: &dyn Vault, repository: &Repository) -> Result<RepositoryAccess, VaultError> {
    let token = match &repository.token {
        None => None,
        Some(sealed) => {
            let context = SecretContext::of_repository(repository.user, repository.id);
            let bytes = vault.open(context, sealed).await?;
            let text = String::from_utf8(bytes).map_err(|_| VaultError::DoesNotOpen)?;
            Some(AccessToken::new(text))
        }
    };
    Ok(RepositoryAccess { location: repository.location.clone(), token })
}
