//! The encryption of stored secrets.

use super::proxy::port;
use domain::id::{ConfigurationId, RepositoryId, UserId};
use domain::repository::Sealed;
use uuid::Uuid;

/// The record that a secret belongs to. The secret can be decrypted in the same context only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecretContext {
    pub user: UserId,
    pub holder: SecretHolder,
}

/// The record that holds a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretHolder {
    Repository(RepositoryId),
    Configuration(ConfigurationId),
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

    /// The kind of the record: `repository`, `configuration` or `account`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self.holder {
            SecretHolder::Repository(_) => "repository",
            SecretHolder::Configuration(_) => "configuration",
            SecretHolder::Account => "account",
        }
    }

    /// The id of the record; for an account, the user's id.
    #[must_use]
    pub fn holder_id(&self) -> Uuid {
        match self.holder {
            SecretHolder::Repository(id) => id.uuid(),
            SecretHolder::Configuration(id) => id.uuid(),
            SecretHolder::Account => self.user.uuid(),
        }
    }
}

/// A secret can't be encrypted or decrypted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// It was encrypted with another key or in another context, or was changed.
    #[error("the secret can't be decrypted: it was encrypted with another key or for another record")]
    DoesNotOpen,
    /// It was encrypted by another kind of vault than this deployment's.
    #[error("the secret was encrypted with {under}, and this deployment uses {own}: set the secret again")]
    OtherVault {
        /// The setting that names the key of the secret.
        under: &'static str,
        /// The setting that names this deployment's key.
        own: &'static str,
    },
    /// The key service rejects the request, also if it is repeated: a missing permission, a disabled or deleted key.
    #[error("the key service rejected the request: {0}")]
    Refused(String),
    #[error("the key service is unavailable: {0}")]
    Unavailable(String),
}

impl VaultError {
    /// Whether a later repetition can help.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

port! {
    /// Encrypts and decrypts secrets.
    pub trait Vault;

    async fn seal(&self, context: SecretContext, secret: &[u8]) -> Result<Sealed, VaultError>;
    async fn open(&self, context: SecretContext, sealed: &Sealed) -> Result<Vec<u8>, VaultError>;
}
