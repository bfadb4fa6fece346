//! Secrets at rest.

use async_trait::async_trait;
use domain::id::{ConfigurationId, RepositoryId, UserId};
use domain::repository::Sealed;
use uuid::Uuid;

/// What a secret belongs to: it can be opened under the same context only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecretContext {
    /// Whose.
    pub user: UserId,
    /// The record that holds it.
    pub holder: SecretHolder,
}

/// The record that holds a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretHolder {
    /// A repository holds its access token.
    Repository(RepositoryId),
    /// A configuration holds its signing secrets.
    Configuration(ConfigurationId),
    /// The account itself holds the key of its own model.
    Account,
}

impl SecretContext {
    /// The access token of a repository.
    #[must_use]
    pub const fn of_repository(user: UserId, id: RepositoryId) -> Self {
        Self { user, holder: SecretHolder::Repository(id) }
    }

    /// A signing secret of a configuration.
    #[must_use]
    pub const fn of_configuration(user: UserId, id: ConfigurationId) -> Self {
        Self { user, holder: SecretHolder::Configuration(id) }
    }

    /// The key of the account's own model.
    #[must_use]
    pub const fn of_account(user: UserId) -> Self {
        Self { user, holder: SecretHolder::Account }
    }

    /// What kind of record holds it: `repository`, `configuration` or `account`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self.holder {
            SecretHolder::Repository(_) => "repository",
            SecretHolder::Configuration(_) => "configuration",
            SecretHolder::Account => "account",
        }
    }

    /// The record's id; an account's is its user's.
    #[must_use]
    pub fn holder_id(&self) -> Uuid {
        match self.holder {
            SecretHolder::Repository(id) => id.uuid(),
            SecretHolder::Configuration(id) => id.uuid(),
            SecretHolder::Account => self.user.uuid(),
        }
    }
}

/// A secret can't be sealed or opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// It was sealed with another key or in another context, or was changed.
    #[error("the secret can't be decrypted: it was encrypted with another key or for another record")]
    DoesNotOpen,
    /// It was sealed by a vault of another kind than this deployment's.
    #[error("the secret was encrypted with {under}, and this deployment uses {own}: set the secret again")]
    OtherVault {
        /// The setting that names the key that it was sealed under.
        under: &'static str,
        /// The setting that names this deployment's.
        own: &'static str,
    },
    /// The key service refuses, and would again: a missing permission, a key that is disabled or gone.
    #[error("the key service rejected the request: {0}")]
    Refused(String),
    /// The key service does not answer, or asks to come back later.
    #[error("the key service is unavailable: {0}")]
    Unavailable(String),
}

impl VaultError {
    /// Whether trying again, as it is and a little later, can help.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

/// Seals and opens secrets.
#[async_trait]
pub trait Vault: Send + Sync {
    /// Encrypts a secret.
    async fn seal(&self, context: SecretContext, secret: &[u8]) -> Result<Sealed, VaultError>;
    /// Decrypts it.
    async fn open(&self, context: SecretContext, sealed: &Sealed) -> Result<Vec<u8>, VaultError>;
}
