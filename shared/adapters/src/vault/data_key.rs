//! A data key in the clear, for as long as one secret is sealed or opened.

use app::ports::VaultError;
use aws_lc_rs::aead::{AES_256_GCM, RandomizedNonceKey};
use aws_smithy_types::Blob;
use zeroize::Zeroizing;

/// The length of an AES-256 key, in bytes.
const KEY_BYTES: usize = 32;

/// A data key. It has no text form, not even for debugging, and its bytes are overwritten when it goes. (The HTTP client
/// and the SDK read the answer that it came in, and their buffers are not ours to overwrite.)
pub(super) struct DataKey(Zeroizing<Vec<u8>>);

impl DataKey {
    /// The key of an answer of KMS, taken out of it.
    pub(super) fn taken_from(plaintext: Option<Blob>) -> Result<Self, VaultError> {
        let bytes = Zeroizing::new(plaintext.map(Blob::into_inner).unwrap_or_default());
        if bytes.len() == KEY_BYTES { Ok(Self(bytes)) } else { Err(odd_answer()) }
    }

    /// The cipher under this key. What the cipher keeps of it is overwritten by aws-lc when the cipher goes.
    pub(super) fn cipher(&self) -> Result<RandomizedNonceKey, VaultError> {
        RandomizedNonceKey::new(&AES_256_GCM, &self.0).map_err(|_| odd_answer())
    }
}

/// KMS answered with no key, or with one of another length than was asked for.
pub(super) fn odd_answer() -> VaultError {
    VaultError::Refused("its answer holds no data key of 32 bytes".to_owned())
}
