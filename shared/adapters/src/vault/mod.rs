//! Secrets at rest, in one of two vaults. A deployment has one: [`KmsVault`], whose key never leaves AWS KMS, or
//! [`LocalVault`], whose key it holds itself, as the local stack does. A function that opens no secret has [`NoVault`].
//!
//! The first byte of everything sealed says by which vault and in which layout, so that a secret of the other vault is
//! told apart from one that was changed.

mod data_key;
mod kms;
mod local;
mod none;

pub use kms::KmsVault;
pub use local::{LocalVault, VaultKeyError};
pub use none::NoVault;

use app::ports::{SecretContext, SecretHolder, VaultError};
use domain::repository::Sealed;

/// Sealed by [`LocalVault`]: this byte, the nonce, and the ciphertext with its tag.
const LOCAL: u8 = 1;
/// Sealed by [`KmsVault`]: this byte, the length of the encrypted data key (two bytes, the higher first), the encrypted
/// data key, the nonce, and the ciphertext with its tag.
const KMS: u8 = 2;

/// What follows the first byte of a secret that the vault of this layout sealed.
fn opened_by(layout: u8, sealed: &Sealed) -> Result<&[u8], VaultError> {
    let (first, rest) = sealed.bytes().split_first().ok_or(VaultError::DoesNotOpen)?;
    if *first == layout {
        return Ok(rest);
    }
    match (name(*first), name(layout)) {
        (Some(under), Some(own)) => Err(VaultError::OtherVault { under, own }),
        _ => Err(VaultError::DoesNotOpen),
    }
}

fn name(layout: u8) -> Option<&'static str> {
    match layout {
        LOCAL => Some("SECRETS_KEY"),
        KMS => Some("KMS_KEY_ID"),
        _ => None,
    }
}

/// What is authenticated beside a secret: what the layout calls itself, then whose it is and which record's, and for the
/// account's own secret a word, since its record has the user's id. All ids have one length, so no two contexts share
/// their bytes.
fn authenticated(purpose: &[u8], context: SecretContext) -> Vec<u8> {
    let mut bytes = purpose.to_vec();
    bytes.extend_from_slice(context.user.uuid().as_bytes());
    bytes.extend_from_slice(context.holder_id().as_bytes());
    if context.holder == SecretHolder::Account {
        bytes.extend_from_slice(context.kind().as_bytes());
    }
    bytes
}
