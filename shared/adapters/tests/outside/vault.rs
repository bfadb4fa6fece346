//! A sealed secret can be opened for its own record only.

use adapters::vault::{LocalVault, VaultKeyError};
use app::ports::{SecretContext, Vault, VaultError};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::id::{RepositoryId, UserId};
use domain::repository::Sealed;
use uuid::Uuid;

const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

fn user(number: u128) -> UserId {
    UserId::from_record(&Uuid::from_u128(number).to_string()).unwrap()
}

fn context(by: u128, holder: u128) -> SecretContext {
    SecretContext::of_repository(user(by), RepositoryId::from_uuid(Uuid::from_u128(holder)))
}

#[tokio::test]
async fn sealed_secret_opens_under_the_same_key_and_context() {
    let sealed = LocalVault::from_base64(KEY).unwrap().seal(context(1, 2), b"ghp_secret").await.unwrap();
    let again = LocalVault::from_base64(&format!(" {KEY}\n")).unwrap();
    assert_eq!(again.open(context(1, 2), &sealed).await, Ok(b"ghp_secret".to_vec()));
    assert!(!sealed.bytes().windows(6).any(|part| part == b"secret"));
}

#[tokio::test]
async fn other_context_or_key_is_refused() {
    let vault = LocalVault::from_base64(KEY).unwrap();
    let sealed = vault.seal(context(1, 2), b"ghp_secret").await.unwrap();
    let account = SecretContext::of_account(user(1));
    for other in [context(1, 3), context(3, 2), context(2, 1), account] {
        assert_eq!(vault.open(other, &sealed).await, Err(VaultError::DoesNotOpen));
    }
    let other = LocalVault::from_base64(&LocalVault::generate()).unwrap();
    assert_eq!(other.open(context(1, 2), &sealed).await, Err(VaultError::DoesNotOpen));
}

#[tokio::test]
async fn secret_sealed_by_another_program_in_this_layout_opens() {
    // Made with Python's `cryptography`: AES-GCM under the key 0..32, with the nonce 100..112.
    let sealed = STANDARD.decode("AWRlZmdoaWprbG1uby9zrjkKjDfyWwYAir8DBY8nBhf1EEvyKNZgNAF4rMoHAg==").unwrap();
    let vault = LocalVault::from_base64(KEY).unwrap();
    let opened = vault.open(context(1, 2), &Sealed::from_bytes(sealed)).await;
    assert_eq!(opened, Ok(b"ghp_sealed_before".to_vec()));
}

#[tokio::test]
async fn secret_of_an_account_does_not_open_for_a_record_of_the_same_id() {
    let vault = LocalVault::from_base64(KEY).unwrap();
    let sealed = vault.seal(SecretContext::of_account(user(1)), b"sk").await.unwrap();
    assert_eq!(vault.open(SecretContext::of_account(user(1)), &sealed).await, Ok(b"sk".to_vec()));
    assert_eq!(vault.open(context(1, 1), &sealed).await, Err(VaultError::DoesNotOpen));
}

#[tokio::test]
async fn any_flipped_bit_and_any_cut_is_refused() {
    let vault = LocalVault::from_base64(KEY).unwrap();
    let sealed = vault.seal(context(1, 2), b"x").await.unwrap();
    for index in 0..sealed.bytes().len() {
        let mut changed = sealed.bytes().to_vec();
        changed[index] ^= 1;
        let opened = vault.open(context(1, 2), &Sealed::from_bytes(changed)).await;
        assert_eq!(opened, Err(VaultError::DoesNotOpen), "byte {index}");
        let cut = Sealed::from_bytes(sealed.bytes()[..index].to_vec());
        assert_eq!(vault.open(context(1, 2), &cut).await, Err(VaultError::DoesNotOpen));
    }
}

#[tokio::test]
async fn same_secret_is_sealed_differently_each_time() {
    let vault = LocalVault::from_base64(KEY).unwrap();
    let one = vault.seal(context(1, 2), b"same").await.unwrap();
    let two = vault.seal(context(1, 2), b"same").await.unwrap();
    assert!(one != two);
}

#[test]
fn key_is_32_bytes_in_base64_and_is_never_printed() {
    for wrong in ["", "secret", "c2hvcnQ=", &KEY[1..], &format!("{KEY}{KEY}")] {
        assert_eq!(LocalVault::from_base64(wrong).unwrap_err(), VaultKeyError);
    }
    assert!(!VaultKeyError.to_string().contains("secret"));
    assert_eq!(format!("{:?}", LocalVault::from_base64(KEY).unwrap()), "LocalVault(…)");
    assert_ne!(LocalVault::generate(), LocalVault::generate());
}
