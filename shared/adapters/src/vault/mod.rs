//! Secrets at rest under a key of our own: AES-256-GCM. For the local stack and for deployments without a key service.

use app::ports::{Entropy, SecretContext, Vault, VaultError};
use async_trait::async_trait;
use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::repository::Sealed;
use std::fmt;

use crate::entropy::SystemEntropy;

/// The length of the key, in bytes.
const KEY_BYTES: usize = 32;
/// The first byte of everything sealed: this layout, the version byte, the nonce, and the ciphertext with its tag.
const VERSION: u8 = 1;
/// What the context's bytes begin with, so that a seal of another purpose under the same key never opens here.
const PURPOSE: &[u8] = b"git-report secret v1";

/// Seals under one key. The context is authenticated along with the secret: a sealed text that was moved to another
/// record does not open.
pub struct LocalVault {
    key: RandomizedNonceKey,
}

/// The text is no key. It is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the vault's key is not {KEY_BYTES} bytes in standard base64 (44 characters)")]
pub struct VaultKeyError;

impl LocalVault {
    /// A vault whose key is 32 bytes, written in padded standard base64.
    pub fn from_base64(text: &str) -> Result<Self, VaultKeyError> {
        let bytes = STANDARD.decode(text.trim()).map_err(|_| VaultKeyError)?;
        if bytes.len() != KEY_BYTES {
            return Err(VaultKeyError);
        }
        let key = RandomizedNonceKey::new(&AES_256_GCM, &bytes).map_err(|_| VaultKeyError)?;
        Ok(Self { key })
    }

    /// A new key as text, for [`Self::from_base64`]. Whoever loses it loses every secret that was sealed under it.
    #[must_use]
    pub fn generate() -> String {
        let mut key = [0_u8; KEY_BYTES];
        SystemEntropy.fill(&mut key);
        STANDARD.encode(key)
    }
}

impl fmt::Debug for LocalVault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("LocalVault(…)")
    }
}

/// What is authenticated beside the secret. Both ids have a fixed length, so no two contexts share their bytes.
fn authenticated(context: SecretContext) -> Aad<Vec<u8>> {
    let ids = [context.user.uuid(), context.holder];
    let mut bytes = PURPOSE.to_vec();
    bytes.push(VERSION);
    bytes.extend(ids.iter().flat_map(uuid::Uuid::as_bytes));
    Aad::from(bytes)
}

#[async_trait]
impl Vault for LocalVault {
    async fn seal(&self, context: SecretContext, secret: &[u8]) -> Result<Sealed, VaultError> {
        let mut text = secret.to_vec();
        let nonce = self
            .key
            .seal_in_place_append_tag(authenticated(context), &mut text)
            .map_err(|_| VaultError::Unavailable("the secret could not be encrypted".to_owned()))?;
        let mut sealed = vec![VERSION];
        sealed.extend_from_slice(nonce.as_ref());
        sealed.extend_from_slice(&text);
        Ok(Sealed::from_bytes(sealed))
    }

    async fn open(&self, context: SecretContext, sealed: &Sealed) -> Result<Vec<u8>, VaultError> {
        let (version, rest) = sealed.bytes().split_first().ok_or(VaultError::DoesNotOpen)?;
        let (nonce, text) = rest.split_first_chunk::<NONCE_LEN>().ok_or(VaultError::DoesNotOpen)?;
        if *version != VERSION {
            return Err(VaultError::DoesNotOpen);
        }
        let mut text = text.to_vec();
        let secret = self
            .key
            .open_in_place(Nonce::from(nonce), authenticated(context), &mut text)
            .map_err(|_| VaultError::DoesNotOpen)?;
        Ok(secret.to_vec())
    }
}
