//! Creating, editing and deleting repositories.

use super::{Expected, KeepError, access, made_before, open_account};
use crate::optimistic::{self, Step};
use crate::ports::{
    Accounts, Addresses, Clock, Configurations, Entropy, Holdings, IdempotencyKey, IdempotencyRecords, LimitSeen, Part,
    Place, Repositories, SecretContext, StoreError, Vault,
};
use domain::configuration::Configuration;
use domain::id::{RepositoryId, UserId};
use domain::instant::Instant;
use domain::repository::{AccessToken, Location, Repository, Sealed};
use std::sync::Arc;

/// Creates, edits and deletes repositories.
#[derive(Clone)]
pub struct KeepRepositories {
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    pub accounts: Arc<dyn Accounts>,
    pub repositories: Arc<dyn Repositories>,
    pub configurations: Arc<dyn Configurations>,
    pub idempotency: Arc<dyn IdempotencyRecords>,
    pub holdings: Arc<dyn Holdings>,
    pub vault: Arc<dyn Vault>,
    pub addresses: Arc<dyn Addresses>,
}

/// A user's settings of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepositoryDraft {
    /// The default is a name made from the location.
    pub name: Option<String>,
    pub location: Location,
    pub token: TokenChange,
}

/// What happens to a stored token or key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenChange {
    Keep,
    Remove,
    Set(AccessToken),
}

impl KeepRepositories {
    /// Creates a repository, or returns the one that the same key has created before. An account has one repository for
    /// each address, also after concurrent requests.
    pub async fn create(
        &self,
        user: UserId,
        draft: RepositoryDraft,
        key: Option<&IdempotencyKey>,
    ) -> Result<Repository, KeepError> {
        let now = self.clock.now();
        let id = RepositoryId::at(now, self.entropy.randomness());
        let repository = &Repository {
            id,
            user,
            name: draft.name.unwrap_or_else(|| draft.location.default_name()),
            location: draft.location,
            token: self.seal(user, id, &draft.token, None).await?,
            version: 1,
            created_at: now,
            deleted_at: None,
        };
        optimistic::update(
            ("the creation of repository", id),
            |again| async move {
                let found = if again { self.repositories.repository(user, id).await? } else { None };
                Ok((again, found))
            },
            |(_, found): &(bool, Option<Repository>), _: &Repository| found.clone(),
            |(again, _)| async move {
                let account = open_account(self.accounts.as_ref(), user).await?;
                if let Some(found) = self.existing(repository, key, again).await? {
                    return Ok(Step::Done(found));
                }
                let limit = account.limits().repositories;
                if account.repositories >= limit {
                    return Err(KeepError::RepositoriesReached { limit });
                }
                let place = Place { limit, seen: LimitSeen { version: account.limits_version } };
                let added = self.holdings.add_repository(repository, place, key).await;
                if added.as_ref().is_err_and(|error| error.refused_by(Part::Address)) {
                    let found = self.at_same_address(repository, key).await?;
                    return found.map(Step::Done).ok_or_else(|| reserved(id).into());
                }
                Ok(Step::of_once(added, repository.clone())?)
            },
        )
        .await
    }

    /// The repository that this call or the same key has created already. The address of a new one is checked at the
    /// first try only.
    async fn existing(
        &self,
        new: &Repository,
        key: Option<&IdempotencyKey>,
        again: bool,
    ) -> Result<Option<Repository>, KeepError> {
        if let Some(made) = self.made_before(new.user, key, new.created_at).await? {
            return Ok(Some(made));
        }
        if !again {
            self.check_address(&new.location).await?;
        }
        self.at_same_address(new, key).await
    }

    /// The repository at the same address, if this call or the same key has created it; an error if another one exists.
    async fn at_same_address(
        &self,
        new: &Repository,
        key: Option<&IdempotencyKey>,
    ) -> Result<Option<Repository>, KeepError> {
        match self.with_location(new.user, &new.location).await? {
            None => Ok(None),
            Some(found) if found.id == new.id => Ok(Some(found)),
            // A request with the same key may have created it after its record was read.
            Some(other) => match self.made_before(new.user, key, new.created_at).await? {
                Some(made) => Ok(Some(made)),
                None => Err(KeepError::RepositoryExists { id: other.id }),
            },
        }
    }

    /// Replaces the user's settings.
    pub async fn edit(
        &self,
        user: UserId,
        id: RepositoryId,
        expected: &Expected,
        draft: &RepositoryDraft,
    ) -> Result<Repository, KeepError> {
        // An edit during the closing of the account is erased with its repository.
        open_account(self.accounts.as_ref(), user).await?;
        optimistic::update(
            ("the edit of repository", id),
            |_| async move { self.found(user, id).await },
            |found: &Repository, sent: &Repository| (found == sent).then(|| found.clone()),
            |before| async move {
                expected.check(before.version)?;
                if draft.token == TokenChange::Keep
                    && before.token.is_some()
                    && !same_host(&before.location, &draft.location)
                {
                    return Err(KeepError::TokenOfAnotherHost);
                }
                self.check_address(&draft.location).await?;
                if !draft.location.is_same(&before.location)
                    && let Some(other) = self.with_location(user, &draft.location).await?
                {
                    return Err(KeepError::RepositoryExists { id: other.id });
                }
                let after = Repository {
                    name: draft.name.clone().unwrap_or_else(|| draft.location.default_name()),
                    location: draft.location.clone(),
                    token: self.seal(user, id, &draft.token, before.token.as_ref()).await?,
                    version: before.version.saturating_add(1),
                    ..before.clone()
                };
                Ok(Step::of(self.holdings.replace_repository(&before, &after).await, after)?)
            },
        )
        .await
    }

    /// Deletes a repository: it becomes a tombstone without its token, and its configurations are stopped. Its history
    /// and the counters stay. After a failure, a repeated call continues.
    pub async fn delete(&self, user: UserId, id: RepositoryId, expected: &Expected) -> Result<(), KeepError> {
        open_account(self.accounts.as_ref(), user).await?;
        let now = self.clock.now();
        optimistic::update(
            ("the deletion of repository", id),
            |_| async move { self.repositories.repository(user, id).await?.ok_or(KeepError::NotFound) },
            |found: &Repository, ()| (found.deleted_at == Some(now)).then_some(()),
            |before| async move {
                if before.deleted_at.is_none() {
                    expected.check(before.version)?;
                }
                self.stop_configurations(user, id, now).await?;
                if before.deleted_at.is_some() {
                    return Err(KeepError::NotFound);
                }
                Ok(Step::of(self.holdings.remove_repository(&before, &before.deleted(now)).await, ())?)
            },
        )
        .await?;
        // Stops those that were enabled meanwhile. After the deletion none can be enabled.
        self.stop_configurations(user, id, now).await
    }

    /// Rejects a host in an internal network. A folder has no host.
    async fn check_address(&self, location: &Location) -> Result<(), KeepError> {
        match location {
            Location::Host { url, .. } => Ok(self.addresses.check(url).await?),
            Location::Path(_) => Ok(()),
        }
    }

    /// The repository that the same key created before.
    async fn made_before(
        &self,
        user: UserId,
        key: Option<&IdempotencyKey>,
        now: Instant,
    ) -> Result<Option<Repository>, KeepError> {
        match made_before(self.idempotency.as_ref(), user, key, now).await? {
            Some(made) => self.found(user, RepositoryId::from_uuid(made)).await.map(Some).map_err(KeepError::of_made),
            None => Ok(None),
        }
    }

    /// The user's repository with an address.
    async fn with_location(&self, user: UserId, location: &Location) -> Result<Option<Repository>, StoreError> {
        let all = self.repositories.repositories(user).await?;
        Ok(all.into_iter().find(|found| found.location.is_same(location)))
    }

    async fn found(&self, user: UserId, id: RepositoryId) -> Result<Repository, KeepError> {
        access::repository(self.repositories.as_ref(), user, id).await?.ok_or(KeepError::NotFound)
    }

    /// Disables the repository's configurations, except those that have another repository by now. One that has others
    /// too continues without this one.
    async fn stop_configurations(&self, user: UserId, id: RepositoryId, now: Instant) -> Result<(), KeepError> {
        let stopped = |found: &Configuration| {
            let is_about = found.deleted_at.is_none() && found.settings.repositories().contains(&id);
            is_about.then(|| found.without_repository(id, now).or_else(|| found.stopped(now))).flatten()
        };
        let configurations = self.configurations.configurations(user).await?;
        for configuration in configurations.into_iter().filter(|found| found.settings.repositories().contains(&id)) {
            let what = "the stop of configuration";
            access::change_listed(self.configurations.as_ref(), what, configuration, stopped).await?;
        }
        Ok(())
    }

    async fn seal(
        &self,
        user: UserId,
        id: RepositoryId,
        change: &TokenChange,
        before: Option<&Sealed>,
    ) -> Result<Option<Sealed>, KeepError> {
        match change {
            TokenChange::Keep => Ok(before.cloned()),
            TokenChange::Remove => Ok(None),
            TokenChange::Set(token) => {
                let context = SecretContext::of_repository(user, id);
                Ok(Some(self.vault.seal(context, token.expose().as_bytes()).await?))
            }
        }
    }
}

/// The address belonged to a repository until less than a minute ago.
fn reserved(id: RepositoryId) -> StoreError {
    StoreError::Busy {
        detail: format!("the address of repository {id} is reserved"),
        retry_after: std::time::Duration::from_mins(1),
    }
}

/// Whether the token for one location may be sent to another.
fn same_host(one: &Location, other: &Location) -> bool {
    match (one, other) {
        (Location::Host { provider: one, url: here }, Location::Host { provider: other, url: there }) => {
            one == other && here.origin() == there.origin()
        }
        _ => one == other,
    }
}
