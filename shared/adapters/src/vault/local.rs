//! Secrets at rest under a key of our own, with AES-256-GCM: for deployments without a key service.

use super::{LOCAL, authenticated, opened_by};
use crate::entropy::SystemEntropy;
use crate::secrets::{Replaced, Secret};
use app::ports::{Entropy, SecretContext, Vault, VaultError};
use async_trait::async_trait;
use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::repository::Sealed;
use std::fmt;
use std::sync::Arc;

const KEY_BYTES: usize = 32;
/// The letters and digits of a generated key, and what completes them to the base64 of [`KEY_BYTES`].
const GENERATED_CHARS: usize = 42;
const COMPLETION: &str = "A=";
/// The first part of the authenticated bytes, so that a seal of another purpose can't be opened here.
const PURPOSE: &[u8] = b"git-report secret v1\x01";

/// Seals under a key, and opens what any of its keys sealed. The context is authenticated too: a seal that was moved to
/// another record can't be opened.
pub struct LocalVault {
    keys: Secret<VaultKeys>,
}

/// The keys of a vault: the first seals, and each opens what was sealed under it before it was replaced.
pub struct VaultKeys {
    sealing: RandomizedNonceKey,
    earlier: Vec<RandomizedNonceKey>,
}

/// The text is no key. The error does not contain it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the vault's key is not {KEY_BYTES} bytes in standard base64 (44 characters)")]
pub struct VaultKeyError;

impl VaultKeys {
    /// Keys of 32 bytes, each in padded standard base64, separated by spaces or line breaks. A key of
    /// 42 letters and digits, as Secrets Manager generates one, is completed by `A=`.
    pub fn parse(text: &str) -> Option<Self> {
        let keys: Option<Vec<_>> = text.split_whitespace().map(key).collect();
        let mut keys = keys?.into_iter();
        Some(Self { sealing: keys.next()?, earlier: keys.collect() })
    }

    fn all(&self) -> impl Iterator<Item = &RandomizedNonceKey> {
        std::iter::once(&self.sealing).chain(&self.earlier)
    }

    fn open(&self, context: SecretContext, nonce: [u8; NONCE_LEN], sealed: &[u8]) -> Option<Vec<u8>> {
        self.all().find_map(|key| {
            let mut text = sealed.to_vec();
            let aad = Aad::from(authenticated(PURPOSE, context));
            let opened = key.open_in_place(Nonce::from(&nonce), aad, &mut text).ok()?.len();
            text.truncate(opened);
            Some(text)
        })
    }
}

fn key(text: &str) -> Option<RandomizedNonceKey> {
    let completed = if text.len() == GENERATED_CHARS { format!("{text}{COMPLETION}") } else { text.to_owned() };
    let bytes = STANDARD.decode(completed).ok().filter(|bytes| bytes.len() == KEY_BYTES)?;
    RandomizedNonceKey::new(&AES_256_GCM, &bytes).ok()
}

impl LocalVault {
    /// A vault whose keys may be replaced while it is used.
    pub fn new(keys: Secret<VaultKeys>) -> Arc<Self> {
        Arc::new(Self { keys })
    }

    /// A vault whose keys stay as they are: see [`VaultKeys::parse`].
    pub fn from_base64(text: &str) -> Result<Self, VaultKeyError> {
        let keys = VaultKeys::parse(text).ok_or(VaultKeyError)?;
        Ok(Self { keys: Secret::fixed(keys) })
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
        let keys = self.keys.current().await;
        let nonce = keys
            .sealing
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
        let keys = self.keys.current().await;
        if let Some(opened) = keys.open(context, *nonce, text) {
            return Ok(opened);
        }
        // Another process may have sealed it under a key that is newer than those that this one has.
        match self.keys.replaced(&keys).await {
            Replaced::By(keys) => keys.open(context, *nonce, text).ok_or(VaultError::DoesNotOpen),
            Replaced::Unchanged => Err(VaultError::DoesNotOpen),
            Replaced::NotRead => {
                Err(VaultError::Unavailable("the keys may have been replaced, and can't be read again yet".to_owned()))
            }
        }
    }
}
