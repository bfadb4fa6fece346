//! A sealed secret opens for its own record, and for no other.

use adapters::vault::{LocalVault, VaultKeyError};
use app::ports::{SecretContext, Vault, VaultError};
use domain::id::UserId;
use domain::repository::Sealed;
use uuid::Uuid;

const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

fn context(user: u128, holder: u128) -> SecretContext {
    SecretContext {
        user: UserId::from_record(&Uuid::from_u128(user).to_string()).unwrap(),
        holder: Uuid::from_u128(holder),
    }
}

#[tokio::test]
async fn what_is_sealed_opens_under_the_same_key_and_context() {
    let sealed = LocalVault::from_base64(KEY).unwrap().seal(context(1, 2), b"ghp_secret").await.unwrap();
    let again = LocalVault::from_base64(&format!(" {KEY}\n")).unwrap();
    assert_eq!(again.open(context(1, 2), &sealed).await, Ok(b"ghp_secret".to_vec()));
    assert!(!sealed.bytes().windows(6).any(|part| part == b"secret"));
}

#[tokio::test]
async fn it_opens_under_no_other_context_and_no_other_key() {
    let vault = LocalVault::from_base64(KEY).unwrap();
    let sealed = vault.seal(context(1, 2), b"ghp_secret").await.unwrap();
    for other in [context(1, 3), context(3, 2), context(2, 1)] {
        assert_eq!(vault.open(other, &sealed).await, Err(VaultError::DoesNotOpen));
    }
    let other = LocalVault::from_base64(&LocalVault::generate()).unwrap();
    assert_eq!(other.open(context(1, 2), &sealed).await, Err(VaultError::DoesNotOpen));
}

#[tokio::test]
async fn no_bit_may_be_flipped_and_no_byte_cut() {
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
async fn the_same_secret_is_never_sealed_the_same_twice() {
    let vault = LocalVault::from_base64(KEY).unwrap();
    let one = vault.seal(context(1, 2), b"same").await.unwrap();
    let two = vault.seal(context(1, 2), b"same").await.unwrap();
    assert!(one != two);
}

#[test]
fn a_key_is_32_bytes_in_base64_and_is_never_printed() {
    for wrong in ["", "secret", "c2hvcnQ=", &KEY[1..], &format!("{KEY}{KEY}")] {
        assert_eq!(LocalVault::from_base64(wrong).unwrap_err(), VaultKeyError);
    }
    assert!(!VaultKeyError.to_string().contains("secret"));
    assert_eq!(format!("{:?}", LocalVault::from_base64(KEY).unwrap()), "LocalVault(…)");
    assert_ne!(LocalVault::generate(), LocalVault::generate());
}
