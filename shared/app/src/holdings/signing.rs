//! New signing secrets.

use super::KeepError;
use crate::ports::{Entropy, SecretContext, StoreError, Vault};
use domain::delivery::SigningSecret;
use domain::repository::Sealed;

/// The length of a new signing secret, in bytes: the recommendation of Standard Webhooks, and the size of the hash.
const SECRET_BYTES: usize = 32;

/// A new secret for the record of a context, in the clear and encrypted.
pub(crate) async fn new_secret(
    entropy: &dyn Entropy,
    vault: &dyn Vault,
    context: SecretContext,
) -> Result<(SigningSecret, Sealed), KeepError> {
    let mut bytes = vec![0; SECRET_BYTES];
    entropy.fill(&mut bytes);
    let sealed = vault.seal(context, &bytes).await?;
    let secret = SigningSecret::from_bytes(bytes)
        .map_err(|error| StoreError::Broken { detail: format!("a new signing secret is refused: {error}") })?;
    Ok((secret, sealed))
}
