//! The vault of a function that was given no key.

use app::ports::{SecretContext, Vault, VaultError};
use async_trait::async_trait;
use domain::repository::Sealed;

/// Neither seals nor opens.
#[derive(Clone, Copy, Debug)]
pub(super) struct ClosedVault;

fn closed() -> VaultError {
    VaultError::Refused("this function was given neither SECRETS_KEY nor KMS_KEY_ID".to_owned())
}

#[async_trait]
impl Vault for ClosedVault {
    async fn seal(&self, _context: SecretContext, _secret: &[u8]) -> Result<Sealed, VaultError> {
        Err(closed())
    }

    async fn open(&self, _context: SecretContext, _sealed: &Sealed) -> Result<Vec<u8>, VaultError> {
        Err(closed())
    }
}
