//! Secrets at rest, in one of two vaults. A deployment has one: [`KmsVault`], whose key never leaves AWS KMS, or
//! [`LocalVault`], whose key the deployment holds itself, as the local stack does.
//!
//! The first byte of a sealed secret names its vault and layout: a secret of the other vault is recognised by it.

mod data_key;
mod kms;
mod local;
mod none;

pub use kms::KmsVault;
pub use local::{LocalVault, VaultKeyError, VaultKeys};
pub use none::NoVault;

use app::ports::{SecretContext, SecretHolder, VaultError};
use domain::repository::Sealed;

/// Layout of [`LocalVault`]: this byte, the nonce, and the ciphertext with its tag.
const LOCAL: u8 = 1;
/// Layout of [`KmsVault`]: this byte, the length of the encrypted data key (two bytes, the higher first), the
/// encrypted data key, the nonce, and the ciphertext with its tag.
const KMS: u8 = 2;

/// The part after the first byte of a secret that the vault of this layout sealed.
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

/// The bytes that are authenticated with a secret: the layout's purpose, then the ids of the user and of the record,
/// and for the account's own secret a word, because its record has the user's id. All ids have one length, so no two
/// contexts share their bytes.
fn authenticated(purpose: &[u8], context: SecretContext) -> Vec<u8> {
    let mut bytes = purpose.to_vec();
    bytes.extend_from_slice(context.user.uuid().as_bytes());
    bytes.extend_from_slice(context.holder_id().as_bytes());
    if context.holder == SecretHolder::Account {
        bytes.extend_from_slice(context.kind().as_bytes());
    }
    bytes
}
