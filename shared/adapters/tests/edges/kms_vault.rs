//! Secrets under a KMS key: each has a data key of its own, bound to its user and its record.

use crate::kms::{Call, KEY_ARN, Kms, OTHER_ARN};
use crate::surroundings::{KEY, required_variables, sdk};
use adapters::boot::{Environment, Role, Settings};
use adapters::vault::{KmsVault, LocalVault};
use adapters::wiring::{LivePorts, Ports};
use app::ports::{SecretContext, Vault, VaultError};
use aws_sdk_kms::Client;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use domain::id::{ConfigurationId, RepositoryId, UserId};
use domain::repository::Sealed;
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tracing::Level;
use uuid::Uuid;
use wiremock::MockServer;

fn user(number: u128) -> UserId {
    UserId::from_record(&Uuid::from_u128(number).to_string()).expect("a UUID is a user's id")
}

fn of_repository(by: u128, id: u128) -> SecretContext {
    SecretContext::of_repository(user(by), RepositoryId::from_uuid(Uuid::from_u128(id)))
}

fn of_configuration(by: u128, id: u128) -> SecretContext {
    SecretContext::of_configuration(user(by), ConfigurationId::from_uuid(Uuid::from_u128(id)))
}

/// A client without retries.
fn client(server: &MockServer, times: TimeoutConfig) -> Client {
    let shared = sdk(server, "AWS_ENDPOINT_URL_KMS");
    let config = aws_sdk_kms::config::Builder::from(&shared).retry_config(RetryConfig::disabled());
    Client::from_conf(config.timeout_config(times).build())
}

fn vault(kms: &Kms, key: &str) -> KmsVault {
    KmsVault::new(client(&kms.server, TimeoutConfig::disabled()), key.to_owned())
}

fn call(operation: &str, context: &[(&str, u128)]) -> Call {
    let id = |number: u128| Uuid::from_u128(number).to_string();
    let context: BTreeMap<_, _> = context.iter().map(|(name, number)| ((*name).to_owned(), id(*number))).collect();
    Call { operation: operation.to_owned(), context }
}

#[tokio::test]
async fn sealed_secret_opens_under_the_same_key_and_context() {
    let kms = Kms::start().await;
    let sealed = vault(&kms, KEY_ARN).seal(of_repository(1, 2), b"ghp_secret").await.expect("sealed");
    assert_eq!(vault(&kms, KEY_ARN).open(of_repository(1, 2), &sealed).await, Ok(b"ghp_secret".to_vec()));
    let context = [("user", 1), ("repository", 2)];
    assert_eq!(kms.calls(), [call("GenerateDataKey", &context), call("Decrypt", &context)]);
    assert!(!sealed.bytes().windows(6).any(|part| part == b"secret"));
}

#[tokio::test]
async fn encryption_context_has_the_user_and_the_record() {
    let kms = Kms::start().await;
    let vault = vault(&kms, KEY_ARN);
    vault.seal(of_configuration(1, 3), b"x").await.expect("sealed");
    vault.seal(SecretContext::of_account(user(1)), b"x").await.expect("sealed");
    let expected = [
        call("GenerateDataKey", &[("user", 1), ("configuration", 3)]),
        call("GenerateDataKey", &[("user", 1), ("account", 1)]),
    ];
    assert_eq!(kms.calls(), expected);
}

#[tokio::test]
async fn other_context_or_key_is_refused() {
    let kms = Kms::start().await;
    let sealed = vault(&kms, KEY_ARN).seal(of_repository(1, 2), b"ghp_secret").await.expect("sealed");
    let account = SecretContext::of_account(user(1));
    for other in [of_repository(1, 3), of_repository(3, 2), of_configuration(1, 2), account] {
        assert_eq!(vault(&kms, KEY_ARN).open(other, &sealed).await, Err(VaultError::DoesNotOpen), "{other:?}");
    }
    let elsewhere = vault(&kms, OTHER_ARN).open(of_repository(1, 2), &sealed).await;
    assert_eq!(elsewhere, Err(VaultError::DoesNotOpen));
}

#[tokio::test]
async fn ciphertext_of_another_record_is_refused() {
    // The data key of one record with the text of another; KMS decrypts both.
    let kms = Kms::start().await;
    let vault = vault(&kms, KEY_ARN);
    let one = vault.seal(of_repository(1, 2), b"same length").await.expect("sealed");
    let two = vault.seal(of_repository(1, 3), b"same length").await.expect("sealed");
    let text = one.bytes().len() - (12 + 11 + 16);
    let mixed = [&one.bytes()[..text], &two.bytes()[text..]].concat();
    let opened = vault.open(of_repository(1, 2), &Sealed::from_bytes(mixed)).await;
    assert_eq!(opened, Err(VaultError::DoesNotOpen));
}

#[tokio::test]
async fn any_flipped_bit_and_any_cut_is_refused() {
    let kms = Kms::start().await;
    let vault = vault(&kms, KEY_ARN);
    let sealed = vault.seal(of_repository(1, 2), b"x").await.expect("sealed");
    for index in 0..sealed.bytes().len() {
        let mut changed = sealed.bytes().to_vec();
        changed[index] ^= 4;
        let opened = vault.open(of_repository(1, 2), &Sealed::from_bytes(changed)).await;
        assert_eq!(opened, Err(VaultError::DoesNotOpen), "byte {index}");
        let cut = Sealed::from_bytes(sealed.bytes()[..index].to_vec());
        assert_eq!(vault.open(of_repository(1, 2), &cut).await, Err(VaultError::DoesNotOpen), "{index} bytes");
    }
}

#[tokio::test]
async fn each_secret_has_its_own_data_key() {
    let kms = Kms::start().await;
    let vault = vault(&kms, KEY_ARN);
    let one = vault.seal(of_repository(1, 2), b"same").await.expect("sealed");
    let two = vault.seal(of_repository(1, 2), b"same").await.expect("sealed");
    let keys = kms.data_keys();
    assert!(keys.len() == 2 && keys[0] != keys[1] && one != two);
    assert!(one.bytes().len() < 400, "{} bytes in an item", one.bytes().len());
}

#[tokio::test]
async fn secret_of_the_other_vault_is_recognised_without_a_call() {
    let kms = Kms::start().await;
    let (local, under_kms) = (LocalVault::from_base64(KEY).expect("a key"), vault(&kms, KEY_ARN));
    let context = of_repository(1, 2);
    let old = local.seal(context, b"old").await.expect("sealed");
    let error = under_kms.open(context, &old).await.expect_err("another vault's");
    assert_eq!(error, VaultError::OtherVault { under: "SECRETS_KEY", own: "KMS_KEY_ID" });
    assert!(error.to_string().contains("set the secret again") && !error.is_transient(), "{error}");
    assert_eq!(kms.calls(), []);
    let new = under_kms.seal(context, b"new").await.expect("sealed");
    let error = local.open(context, &new).await;
    assert_eq!(error, Err(VaultError::OtherVault { under: "KMS_KEY_ID", own: "SECRETS_KEY" }));
}

#[tokio::test]
async fn each_error_is_transient_or_permanent() {
    let kms = Kms::start().await;
    let vault = vault(&kms, KEY_ARN);
    let sealed = vault.seal(of_repository(1, 2), b"x").await.expect("sealed");
    for (status, code, transient) in [
        (400, "ThrottlingException", true),
        (500, "KMSInternalException", true),
        (500, "KeyUnavailableException", true),
        (503, "DependencyTimeoutException", true),
        (502, "", true),
        (400, "AccessDeniedException", false),
        (400, "DisabledException", false),
        (409, "KMSInvalidStateException", false),
        (400, "NotFoundException", false),
        (400, "InvalidGrantTokenException", false),
    ] {
        kms.fail(status, code);
        let opening = vault.open(of_repository(1, 2), &sealed).await.expect_err(code);
        kms.fail(status, code);
        let sealing = vault.seal(of_repository(1, 2), b"x").await.expect_err(code);
        for error in [opening, sealing] {
            assert_eq!(error.is_transient(), transient, "{code}: {error}");
            assert!(matches!(error, VaultError::Unavailable(_) | VaultError::Refused(_)), "{code}: {error}");
            assert!(error.to_string().contains(code), "the log has the code: {error}");
        }
    }
    for code in ["InvalidCiphertextException", "IncorrectKeyException"] {
        kms.fail(400, code);
        assert_eq!(vault.open(of_repository(1, 2), &sealed).await, Err(VaultError::DoesNotOpen), "{code}");
    }
    assert!(!VaultError::DoesNotOpen.is_transient());
}

#[tokio::test]
async fn unknown_key_is_a_permanent_error() {
    let kms = Kms::start().await;
    let error = vault(&kms, "alias/unknown").seal(of_repository(1, 2), b"x").await.expect_err("no such key");
    assert!(matches!(&error, VaultError::Refused(detail) if detail.contains("NotFoundException")), "{error}");
}

#[tokio::test]
async fn silent_service_is_a_transient_error_in_time() {
    let kms = Kms::start().await;
    let sealed = vault(&kms, KEY_ARN).seal(of_repository(1, 2), b"x").await.expect("sealed");
    // The kernel accepts its connections, but no one reads them.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a socket");
    let address = format!("http://{}", silent.local_addr().expect("an address"));
    let shared = sdk(&kms.server, "AWS_ENDPOINT_URL_KMS");
    let config = aws_sdk_kms::config::Builder::from(&shared)
        .endpoint_url(address)
        .retry_config(RetryConfig::disabled())
        .timeout_config(TimeoutConfig::builder().operation_timeout(Duration::from_millis(80)).build());
    let vault = KmsVault::new(Client::from_conf(config.build()), KEY_ARN.to_owned());
    let error = vault.open(of_repository(1, 2), &sealed).await.expect_err("no answer");
    assert!(error.is_transient(), "{error}");
}

#[tokio::test]
async fn throttled_call_is_retried_by_the_client() {
    let kms = Kms::start().await;
    let vault = KmsVault::new(Client::new(&sdk(&kms.server, "AWS_ENDPOINT_URL_KMS")), KEY_ARN.to_owned());
    kms.fail(400, "ThrottlingException");
    vault.seal(of_repository(1, 2), b"x").await.expect("the second try works");
    assert_eq!(kms.calls().len(), 2);
}

#[tokio::test]
async fn deployment_with_a_kms_key_seals_under_it() {
    let kms = Kms::start().await;
    let mut variables = required_variables();
    variables.retain(|(name, _)| *name != "SECRETS_KEY");
    variables.extend([("KMS_KEY_ID", KEY_ARN.to_owned()), ("AWS_ENDPOINT_URL_KMS", kms.server.uri())]);
    let settings = Settings::read(&Environment::from_pairs(variables), Role::Delivery).expect("complete");
    let sealed = LivePorts::new(&settings).vault().seal(of_configuration(1, 2), b"whsec").await.expect("sealed");
    assert_eq!(vault(&kms, KEY_ARN).open(of_configuration(1, 2), &sealed).await, Ok(b"whsec".to_vec()));
}

/// A log that a test reads.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no writer panicked").write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn trace_log_has_neither_secret_nor_data_key() {
    let kms = Kms::start().await;
    let log = Log::default();
    let to = log.clone();
    let subscriber = tracing_subscriber::fmt().with_max_level(Level::TRACE).with_writer(move || to.clone()).finish();
    // For the whole process: with a subscriber of this thread alone, events that another thread first met without one
    // would be missing.
    tracing::subscriber::set_global_default(subscriber).expect("no other test sets one");
    let vault = vault(&kms, KEY_ARN);
    let sealed = vault.seal(of_repository(1, 2), b"ghp_secret").await.expect("sealed");
    let opened = vault.open(of_repository(1, 2), &sealed).await.expect("opened");
    assert_eq!(opened, b"ghp_secret");
    let log = String::from_utf8_lossy(&log.0.lock().expect("no writer panicked")).into_owned();
    assert!(log.contains("GenerateDataKey") && log.contains("Decrypt"), "the SDK talks");
    assert_eq!(kms.data_keys().len(), 2);
    for key in kms.data_keys() {
        assert!(!log.contains(&key), "a data key is logged");
    }
    assert!(!log.contains("ghp_secret"));
    assert!(!format!("{vault:?} {sealed:?}").contains("ghp_secret"));
}
