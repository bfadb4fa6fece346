//! Access to a repository.

use crate::ports::{RepositoryAccess, SecretContext, Vault, VaultError};
use domain::repository::{AccessToken, Repository};

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
