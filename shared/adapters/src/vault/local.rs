//! Secrets at rest under a key of our own, with AES-256-GCM: for deployments without a key service.

use super::{LOCAL, authenticated, opened_by};
use app::ports::{Entropy, SecretContext, Vault, VaultError};
use async_trait::async_trait;
use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::repository::Sealed;
use std::fmt;

use crate::entropy::SystemEntropy;

const KEY_BYTES: usize = 32;
/// The first part of the authenticated bytes, so that a seal of another purpose can't be opened here.
const PURPOSE: &[u8] = b"git-report secret v1\x01";

/// Seals under one key. The context is authenticated too: a seal that was moved to another record can't be opened.
pub struct LocalVault {
    key: RandomizedNonceKey,
}

/// The text is no key. The error does not contain it.
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

    /// A new key as text, for [`Self::from_base64`]. Without it, no secret that was sealed under it can be opened.
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

#[async_trait]
impl Vault for LocalVault {
    async fn seal(&self, context: SecretContext, secret: &[u8]) -> Result<Sealed, VaultError> {
        let mut text = secret.to_vec();
        let nonce = self
            .key
            .seal_in_place_append_tag(Aad::from(authenticated(PURPOSE, context)), &mut text)
            .map_err(|_| VaultError::Refused("the secret could not be encrypted".to_owned()))?;
        let mut sealed = vec![LOCAL];
        sealed.extend_from_slice(nonce.as_ref());
        sealed.extend_from_slice(&text);
        Ok(Sealed::from_bytes(sealed))
    }

    async fn open(&self, context: SecretContext, sealed: &Sealed) -> Result<Vec<u8>, VaultError> {
        let (nonce, text) =
            opened_by(LOCAL, sealed)?.split_first_chunk::<NONCE_LEN>().ok_or(VaultError::DoesNotOpen)?;
        let mut text = text.to_vec();
        let opened = self
            .key
            .open_in_place(Nonce::from(nonce), Aad::from(authenticated(PURPOSE, context)), &mut text)
            .map_err(|_| VaultError::DoesNotOpen)?
            .len();
        text.truncate(opened);
        Ok(text)
    }
}
