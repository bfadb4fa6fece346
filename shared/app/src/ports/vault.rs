//! Secrets at rest.

use async_trait::async_trait;
use domain::id::UserId;
use domain::repository::Sealed;

/// What a secret belongs to: it can be opened under the same context only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecretContext {
    /// Whose.
    pub user: UserId,
    /// The repository or configuration that holds it.
    pub holder: uuid::Uuid,
}

/// A secret can't be sealed or opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// It was sealed with another key or in another context, or was changed.
    #[error("the secret does not open: it was sealed with another key or for another record")]
    DoesNotOpen,
    /// The key service does not answer.
    #[error("the key service does not answer: {0}")]
    Unavailable(String),
}

/// Seals and opens secrets.
#[async_trait]
pub trait Vault: Send + Sync {
    /// Encrypts a secret.
    async fn seal(&self, context: SecretContext, secret: &[u8]) -> Result<Sealed, VaultError>;
    /// Decrypts it.
    async fn open(&self, context: SecretContext, sealed: &Sealed) -> Result<Vec<u8>, VaultError>;
}
