//! The environment is read and checked as a whole.

use crate::surroundings::{KEY, required_variables, with, without};
use adapters::boot::{
    Environment, FUNCTION_TIMEOUT_DEFAULT, OPENAI_URL, Role, Settings, SettingsError, VARIABLES, VaultKey,
};
use adapters::vault::LocalVault;
use app::ports::{SecretContext, Vault};
use domain::configuration::Writer;
use domain::money::DEFAULT_MODEL;
use std::time::Duration;
use tracing::Level;

fn read(environment: &Environment) -> Result<Settings, SettingsError> {
    Settings::read(environment, Role::Api)
}

fn faults(environment: &Environment) -> Vec<(&'static str, bool)> {
    let SettingsError { faults } = read(environment).expect_err("something is wrong");
    faults.into_iter().map(|fault| (fault.variable.name, fault.missing)).collect()
}

#[test]
fn the_least_environment_has_the_documented_defaults() {
    let settings = read(&with(&[])).expect("the least is enough");
    assert_eq!(settings.table, "git-report");
    assert_eq!(settings.messaging.event_bus, "default");
    assert_eq!(settings.models.default_writer, Writer::Plain);
    assert!(settings.models.provider.is_none());
    assert!(!settings.test_runs_count);
    assert!(!settings.allow_loopback);
    assert_eq!(settings.log_level, Level::INFO);
    assert_eq!((settings.function_timeout, FUNCTION_TIMEOUT_DEFAULT), (Duration::from_mins(3), Duration::from_mins(3)));
}

#[tokio::test]
async fn secrets_are_sealed_under_the_given_key() {
    let settings = read(&with(&[])).expect("the least is enough");
    let Some(VaultKey::Own(vault)) = settings.vault else { panic!("{:?}", settings.vault) };
    let user = testkit::builders::user(1);
    let context = SecretContext::of_account(user);
    let sealed = vault.seal(context, b"secret").await.expect("sealed");
    let other = LocalVault::from_base64(KEY).expect("a key");
    assert_eq!(other.open(context, &sealed).await, Ok(b"secret".to_vec()));
}

#[test]
fn empty_environment_lists_every_missing_variable() {
    let empty = Environment::from_pairs::<String, String>([]);
    let missing = faults(&empty);
    let mut expected: Vec<_> = required_variables().into_iter().map(|(name, _)| (name, true)).collect();
    let place = |name: &str| VARIABLES.iter().position(|variable| variable.name == name);
    expected.sort_by_key(|(name, _)| place(name));
    assert_eq!(missing, expected);
}

#[test]
fn all_invalid_variables_are_listed_with_what_is_expected_and_without_values() {
    let wrong = [
        ("RUN_QUEUE_URL", "runs-queue"),
        ("DEFAULT_MODEL", "m".repeat(101).leak()),
        ("OPENAI_API_KEY", "sk-leaked key"),
        ("OPENAI_BASE_URL", "http://models.example.com/v1"),
        ("TEST_RUNS_COUNT", "yes"),
        ("REPORT_TEXT_RETENTION_DAYS", "98"),
        ("ATTEMPT_RETENTION_DAYS", "6"),
        ("SECRETS_KEY", "c2hvcnQtbGVha2Vk"),
        ("PUBLIC_URL", "ftp://example.com"),
        ("LOG_LEVEL", "3"),
        ("FUNCTION_TIMEOUT_SECONDS", "901"),
        ("AWS_REGION", "eu west"),
        ("AWS_ENDPOINT_URL", "localhost:8000"),
        ("ALLOW_LOOPBACK", "1"),
    ];
    let mut environment = required_variables();
    environment.retain(|(name, _)| *name != "TABLE_NAME");
    environment.extend(wrong.map(|(name, value)| (name, value.to_owned())));
    let environment = Environment::from_pairs(environment);

    let mut expected = vec![("TABLE_NAME", true)];
    expected.extend(wrong.map(|(name, _)| (name, false)));
    assert_eq!(faults(&environment), expected);

    let message = read(&environment).expect_err("wrong").to_string();
    for variable in VARIABLES {
        let named = expected.iter().any(|(name, _)| *name == variable.name);
        assert_eq!(message.contains(&format!("\n  {} is ", variable.name)), named, "{message}");
        assert!(!named || message.contains(variable.expected), "{message}");
    }
    for (_, value) in wrong.iter().filter(|(_, value)| value.len() > 3) {
        assert!(!message.contains(value), "the message repeats {value}: {message}");
    }
}

#[test]
fn empty_value_counts_as_unset() {
    let environment = with(&[("OPENAI_API_KEY", ""), ("PUBLIC_URL", ""), ("TABLE_NAME", "")]);
    assert_eq!(faults(&environment), [("TABLE_NAME", true)]);
}

#[test]
fn a_key_alone_leads_to_openai_and_the_default_model() {
    let settings = read(&with(&[("OPENAI_API_KEY", "sk-1")])).expect("complete");
    let provider = settings.models.provider.expect("a key names a provider");
    assert_eq!(provider.base_url.as_str(), OPENAI_URL);
    assert!(provider.key.is_some());
    assert_eq!(settings.models.default_writer, Writer::Model(DEFAULT_MODEL.into()));
}

#[test]
fn own_server_needs_no_key_and_plain_stays_the_default() {
    let own = [("OPENAI_BASE_URL", "http://127.0.0.1:8080/v1"), ("ALLOW_LOOPBACK", "true"), ("DEFAULT_MODEL", "plain")];
    let settings = read(&with(&own)).expect("complete");
    assert!(settings.models.provider.expect("a base names a provider").key.is_none());
    assert_eq!(settings.models.default_writer, Writer::Plain);
    assert_eq!(faults(&with(&own[..1])), [("OPENAI_BASE_URL", false)], "only where loopback is allowed");
}

#[test]
fn lambda_allows_loopback_only_where_the_table_is_on_it() {
    let allowed = |endpoints: &[(&'static str, &str)]| {
        let lambda = [("AWS_LAMBDA_FUNCTION_NAME", "api"), ("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001")];
        let variables = [endpoints, &lambda, &[("ALLOW_LOOPBACK", "true")]].concat();
        read(&with(&variables)).map(|settings| (settings.allow_loopback, settings.runtime_port))
    };
    let (here, elsewhere) = ("http://localhost:8000", "https://dynamodb.eu-west-1.amazonaws.com");
    assert_eq!(allowed(&[("AWS_ENDPOINT_URL", here)]), Ok((true, Some(9001))));
    assert_eq!(allowed(&[("AWS_ENDPOINT_URL_DYNAMODB", here)]), Ok((true, Some(9001))));
    for refused in [
        &[][..],
        &[("AWS_ENDPOINT_URL", elsewhere)],
        &[("AWS_ENDPOINT_URL_SQS", here)],
        &[("AWS_ENDPOINT_URL", here), ("AWS_ENDPOINT_URL_DYNAMODB", elsewhere)],
    ] {
        let error = allowed(refused).expect_err("a function in AWS").to_string();
        assert!(error.contains("ALLOW_LOOPBACK is invalid"), "{refused:?}: {error}");
    }
}

#[test]
fn port_of_the_runtime_interface_is_read_in_every_form() {
    for (text, port) in [("127.0.0.1:9001", 9001), ("http://127.0.0.1:9000/.rt/api", 9000), ("localhost:80", 80)] {
        let settings = read(&with(&[("AWS_LAMBDA_RUNTIME_API", text)])).expect("complete");
        assert_eq!(settings.runtime_port, Some(port), "{text}");
    }
}

#[test]
fn model_without_a_provider_is_invalid() {
    assert_eq!(faults(&with(&[("DEFAULT_MODEL", "gpt-4o-mini")])), [("DEFAULT_MODEL", false)]);
}

#[test]
fn function_that_opens_no_secret_reads_none() {
    let environment = without(&["SECRETS_KEY"]);
    assert_eq!(faults(&environment), [("SECRETS_KEY", true)]);
    let settings = Settings::read(&environment, Role::Scheduler).expect("it needs none");
    assert!(settings.vault.is_none());
    let given = Settings::read(&with(&[("OPENAI_API_KEY", "sk-1")]), Role::Scheduler).expect("complete");
    assert!(given.vault.is_none() && given.models.provider.is_none());
}

#[test]
fn exactly_one_key_for_secrets_is_required() {
    let arn = "arn:aws:kms:eu-west-1:111122223333:key/0d9c5e0e-6c1b-4a53-9d2f-000000000a11";
    let kms = |name: &str| {
        let variables = required_variables().into_iter().filter(|(name, _)| *name != "SECRETS_KEY");
        Environment::from_pairs(variables.chain([("KMS_KEY_ID", name.to_owned())]))
    };
    for name in [arn, "alias/git-report-secrets"] {
        let settings = read(&kms(name)).expect("a KMS key alone is enough");
        assert!(matches!(settings.vault, Some(VaultKey::Kms(key_id)) if key_id == name), "{name}");
    }
    for wrong in ["a key", "key\n", &"k".repeat(2_049)] {
        assert_eq!(faults(&kms(wrong)), [("KMS_KEY_ID", false)], "{wrong}");
    }
    assert_eq!(faults(&with(&[("KMS_KEY_ID", arn)])), [("KMS_KEY_ID", false)], "never both");
    let without = Settings::read(&kms(arn), Role::Scheduler).expect("it needs none");
    assert!(without.vault.is_none());
}

#[test]
fn debug_output_has_no_secret() {
    let environment = with(&[("OPENAI_API_KEY", "sk-secret"), ("AWS_SESSION_TOKEN", "token-secret")]);
    let settings = read(&environment).expect("complete");
    let shown = format!("{environment:?} {settings:?} {settings:#?}");
    assert!(shown.contains("OPENAI_API_KEY") && shown.contains("git-report"));
    for secret in ["sk-secret", "token-secret", "secret-of-the-access-key", KEY] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn variable_names_are_unique() {
    for (place, variable) in VARIABLES.iter().enumerate() {
        let first = VARIABLES.iter().position(|other| other.name == variable.name);
        assert_eq!(first, Some(place), "{}", variable.name);
    }
}

#[test]
fn retention_is_set_by_the_environment_and_has_a_minimum() {
    use adapters::dynamodb::{
        ATTEMPT_RETENTION_DAYS_DEFAULT, ATTEMPT_RETENTION_DAYS_MIN, Kept, RETENTION_DAYS_MAX, Retention,
        TEXT_RETENTION_DAYS_DEFAULT,
    };
    use app::limits::TEXT_RETENTION_DAYS_MIN;
    let kept = |texts: &str, attempts: &str| {
        let pairs = [("REPORT_TEXT_RETENTION_DAYS", texts), ("ATTEMPT_RETENTION_DAYS", attempts)];
        read(&with(&pairs)).expect("complete").retention
    };
    assert_eq!(kept("", ""), Retention { texts: Kept::Days(400), attempts: Kept::Days(90) });
    assert_eq!(kept("0", "0"), Retention { texts: Kept::ForEver, attempts: Kept::ForEver });
    assert_eq!(kept("99", "7"), Retention { texts: Kept::Days(99), attempts: Kept::Days(7) });
    for name in ["REPORT_TEXT_RETENTION_DAYS", "ATTEMPT_RETENTION_DAYS"] {
        for wrong in ["-1", "1", "400d", "36501", "1e3", "4.5", "99999999999"] {
            assert_eq!(faults(&with(&[(name, wrong)])), [(name, false)], "{wrong}");
        }
    }
    let message = read(&with(&[("REPORT_TEXT_RETENTION_DAYS", "98")])).expect_err("too short");
    let bounds = [TEXT_RETENTION_DAYS_MIN, RETENTION_DAYS_MAX, TEXT_RETENTION_DAYS_DEFAULT];
    let why = message.to_string();
    assert!(bounds.iter().all(|bound| why.contains(&bound.to_string())) && why.contains("force-push"), "{why}");
    let message = read(&with(&[("ATTEMPT_RETENTION_DAYS", "6")])).expect_err("too short");
    let bounds = [ATTEMPT_RETENTION_DAYS_MIN, RETENTION_DAYS_MAX, ATTEMPT_RETENTION_DAYS_DEFAULT];
    assert!(bounds.iter().all(|bound| message.to_string().contains(&bound.to_string())), "{message}");
}
