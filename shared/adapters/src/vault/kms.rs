//! Secrets at rest under a key of AWS KMS: envelope encryption.
//!
//! Each secret is sealed under a data key of its own, which KMS makes (`GenerateDataKey`) and returns in the clear and
//! encrypted; the encrypted one is stored with the secret, and only KMS can decrypt it (`Decrypt`). KMS binds it to
//! the encryption context, [`encryption_context`], which key policies can check and logs show. The secret itself is
//! never sent to KMS. Data keys are not cached: a report opens each of its secrets once, so a cache would have to live
//! for hours to save a call (decision 8 in docs/decisions).

use super::data_key::{DataKey, unexpected_answer};
use super::{KMS, authenticated, opened_by};
use app::ports::{SecretContext, Vault, VaultError};
use async_trait::async_trait;
use aws_lc_rs::aead::{Aad, NONCE_LEN, Nonce};
use aws_sdk_kms::Client;
use aws_sdk_kms::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::DataKeySpec;
use domain::repository::Sealed;
use std::collections::HashMap;

const PURPOSE: &[u8] = b"git-report secret v2";

/// Codes of an encrypted data key that does not fit: it was changed, or made in another context or under another key
/// (<https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html>).
const MISFITS: [&str; 2] = ["InvalidCiphertextException", "IncorrectKeyException"];

/// Codes of a request that was throttled, which its status does not show
/// (<https://docs.aws.amazon.com/kms/latest/developerguide/throttling.html>).
const THROTTLES: [&str; 3] = ["ThrottlingException", "Throttling", "RequestLimitExceeded"];

/// Seals under data keys that one KMS key encrypts.
#[derive(Clone, Debug)]
pub struct KmsVault {
    client: Client,
    key_id: String,
}

impl KmsVault {
    /// A vault under a symmetric KMS key, named by its id or ARN, or by its alias. A secret can be opened only while
    /// this name leads to the KMS key that it was sealed under; the key's own rotation changes nothing.
    pub fn new(client: Client, key_id: String) -> Self {
        Self { client, key_id }
    }

    async fn data_key(&self, encrypted: &[u8], context: SecretContext) -> Result<DataKey, VaultError> {
        let answer = self
            .client
            .decrypt()
            .key_id(&self.key_id)
            .ciphertext_blob(Blob::new(encrypted))
            .set_encryption_context(Some(encryption_context(context)))
            .send()
            .await
            .map_err(|error| failure(&error))?;
        DataKey::taken_from(answer.plaintext)
    }
}

/// What KMS binds a data key to: `user` with the user's id, and `repository`, `configuration` or `account` with the id
/// of the record that contains the secret. AWS's logs show it in the clear.
fn encryption_context(context: SecretContext) -> HashMap<String, String> {
    HashMap::from([
        ("user".to_owned(), context.user.to_string()),
        (context.kind().to_owned(), context.holder_id().to_string()),
    ])
}

#[async_trait]
impl Vault for KmsVault {
    async fn seal(&self, context: SecretContext, secret: &[u8]) -> Result<Sealed, VaultError> {
        let answer = self
            .client
            .generate_data_key()
            .key_id(&self.key_id)
            .key_spec(DataKeySpec::Aes256)
            .set_encryption_context(Some(encryption_context(context)))
            .send()
            .await
            .map_err(|error| failure(&error))?;
        let key = DataKey::taken_from(answer.plaintext)?;
        let encrypted = answer.ciphertext_blob.ok_or_else(unexpected_answer)?;
        let encrypted = encrypted.as_ref();
        let length = u16::try_from(encrypted.len()).map_err(|_| unexpected_answer())?;
        let mut text = secret.to_vec();
        let nonce = key
            .cipher()?
            .seal_in_place_append_tag(Aad::from(authenticated(PURPOSE, context)), &mut text)
            .map_err(|_| VaultError::Refused("the secret could not be encrypted".to_owned()))?;
        let mut sealed = vec![KMS];
        sealed.extend_from_slice(&length.to_be_bytes());
        sealed.extend_from_slice(encrypted);
        sealed.extend_from_slice(nonce.as_ref());
        sealed.extend_from_slice(&text);
        Ok(Sealed::from_bytes(sealed))
    }

    async fn open(&self, context: SecretContext, sealed: &Sealed) -> Result<Vec<u8>, VaultError> {
        let envelope = Envelope::read(opened_by(KMS, sealed)?).ok_or(VaultError::DoesNotOpen)?;
        let key = self.data_key(envelope.encrypted_key, context).await?;
        let mut text = envelope.text.to_vec();
        let opened = key
            .cipher()?
            .open_in_place(Nonce::from(envelope.nonce), Aad::from(authenticated(PURPOSE, context)), &mut text)
            .map_err(|_| VaultError::DoesNotOpen)?
            .len();
        text.truncate(opened);
        Ok(text)
    }
}

/// The parts of a sealed secret after its first byte.
struct Envelope<'a> {
    encrypted_key: &'a [u8],
    nonce: &'a [u8; NONCE_LEN],
    text: &'a [u8],
}

impl<'a> Envelope<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let (length, rest) = bytes.split_first_chunk()?;
        let (encrypted_key, rest) = rest.split_at_checked(u16::from_be_bytes(*length).into())?;
        let (nonce, text) = rest.split_first_chunk()?;
        // KMS takes no empty ciphertext: a request with one would fail as malformed, and hide that the secret was cut.
        (!encrypted_key.is_empty()).then_some(Self { encrypted_key, nonce, text })
    }
}

/// The port's error of a failed call, after the SDK's own retries. KMS's messages are for the log: they name keys and
/// roles, and never a secret.
fn failure<E>(error: &SdkError<E>) -> VaultError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    match error {
        SdkError::ServiceError(service) => {
            let code = service.err().code().unwrap_or("unknown");
            let detail = format!("{code}: {}", service.err().message().unwrap_or_default());
            if MISFITS.contains(&code) {
                VaultError::DoesNotOpen
            } else if THROTTLES.contains(&code) || service.raw().status().is_server_error() {
                VaultError::Unavailable(detail)
            } else {
                VaultError::Refused(detail)
            }
        }
        SdkError::ConstructionFailure(_) => VaultError::Refused(DisplayErrorContext(error).to_string()),
        _ => VaultError::Unavailable(DisplayErrorContext(error).to_string()),
    }
}
