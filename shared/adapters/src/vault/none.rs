//! No vault at all.

use app::ports::{SecretContext, Vault, VaultError};
use async_trait::async_trait;
use domain::repository::Sealed;

/// The vault of a function that was given no key: it refuses to seal and to open.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoVault;

fn refused() -> VaultError {
    VaultError::Refused("this function was given neither SECRETS_KEY nor KMS_KEY_ID".to_owned())
}

#[async_trait]
impl Vault for NoVault {
    async fn seal(&self, _context: SecretContext, _secret: &[u8]) -> Result<Sealed, VaultError> {
        Err(refused())
    }

    async fn open(&self, _context: SecretContext, _sealed: &Sealed) -> Result<Vec<u8>, VaultError> {
        Err(refused())
    }
}
