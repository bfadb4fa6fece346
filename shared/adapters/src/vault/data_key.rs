//! A data key in the clear, for as long as one secret is sealed or opened.

use app::ports::VaultError;
use aws_lc_rs::aead::{AES_256_GCM, RandomizedNonceKey};
use aws_smithy_types::Blob;
use zeroize::Zeroizing;

const KEY_BYTES: usize = 32;

/// A data key. It has no text form, not even for debugging, and its bytes are overwritten when it is dropped. (The
/// HTTP client and the SDK read the answer that contained it, and their buffers are not ours to overwrite.)
pub(super) struct DataKey(Zeroizing<Vec<u8>>);

impl DataKey {
    /// Takes the key out of an answer of KMS.
    pub(super) fn taken_from(plaintext: Option<Blob>) -> Result<Self, VaultError> {
        let bytes = Zeroizing::new(plaintext.map(Blob::into_inner).unwrap_or_default());
        if bytes.len() == KEY_BYTES { Ok(Self(bytes)) } else { Err(unexpected_answer()) }
    }

    /// The cipher under this key. Aws-lc overwrites the cipher's copy of the key when the cipher is dropped.
    pub(super) fn cipher(&self) -> Result<RandomizedNonceKey, VaultError> {
        RandomizedNonceKey::new(&AES_256_GCM, &self.0).map_err(|_| unexpected_answer())
    }
}

/// The error of an answer of KMS without a key, or with one of another length than was requested.
pub(super) fn unexpected_answer() -> VaultError {
    VaultError::Refused("its answer contains no data key of 32 bytes".to_owned())
}
