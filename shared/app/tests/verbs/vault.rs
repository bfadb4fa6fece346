//! A key service that always fails.

use app::ports::{Call, Intercept, Proxy, Vault, VaultError};
use async_trait::async_trait;

/// Every call fails with this.
pub(crate) struct FailingVault(pub(crate) VaultError);

impl Proxy for FailingVault {
    type Port = dyn Vault;
}

#[async_trait]
impl<T: Send + 'static> Intercept<Result<T, VaultError>> for FailingVault {
    async fn intercept<'a>(&'a self, _: Call<'a, dyn Vault, Result<T, VaultError>>) -> Result<T, VaultError> {
        Err(self.0.clone())
    }
}
