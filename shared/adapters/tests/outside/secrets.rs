//! The deployment's own secrets, in Secrets Manager: read at the start, replaced without a restart.

use crate::server::{loopback, requests};
use adapters::boot::{Environment, Role, Settings, VaultKey};
use adapters::model::OpenAiCompatible;
use adapters::secrets::{FRESH_MINUTES, REREAD_SECONDS_MIN, SecretError, SecretReader};
use adapters::vault::LocalVault;
use app::limits::COMPLETION_TOKENS_MAX;
use app::ports::{Clock, ModelError, ModelProvider, ModelRequest, ReportWriter, SecretContext, Vault, VaultError};
use domain::id::{RepositoryId, UserId};
use domain::instant::Duration;
use domain::report::prompt::Prompt;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use testkit::builders::at;
use testkit::clock::ManualClock;
use uuid::Uuid;
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

const MODEL_KEY: &str = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:model-key-AbCdEf";
const VAULT_KEY: &str = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:vault-key-AbCdEf";
const KEY_A: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const KEY_B: &str = "HxAREhMUFRYXGBkaGxwdHgABAgMEBQYHCAkKCwwNDg8=";

/// A Secrets Manager whose secrets a test sets.
struct SecretService {
    server: MockServer,
    texts: Arc<Mutex<BTreeMap<String, String>>>,
    clock: ManualClock,
}

impl SecretService {
    async fn with(texts: &[(&str, &str)]) -> Self {
        let server = MockServer::start().await;
        let texts = texts.iter().map(|(arn, text)| ((*arn).to_owned(), (*text).to_owned())).collect();
        let texts = Arc::new(Mutex::new(texts));
        let kept: Arc<Mutex<BTreeMap<String, String>>> = Arc::clone(&texts);
        Mock::given(method("POST"))
            .and(path("/"))
            .and(header("x-amz-target", "secretsmanager.GetSecretValue"))
            .and(header("content-type", "application/x-amz-json-1.1"))
            .respond_with(move |request: &Request| {
                let body: Value = serde_json::from_slice(&request.body).unwrap();
                let arn = body["SecretId"].as_str().unwrap();
                match kept.lock().unwrap().get(arn) {
                    Some(text) => ResponseTemplate::new(200).set_body_json(json!({"ARN": arn, "SecretString": text})),
                    None => ResponseTemplate::new(400)
                        .set_body_json(json!({"__type": "AccessDeniedException", "Message": "not authorized"})),
                }
            })
            .mount(&server)
            .await;
        Self { server, texts, clock: ManualClock::at(at("2026-01-15T10:30:00Z")) }
    }

    fn set(&self, arn: &str, text: &str) {
        self.texts.lock().unwrap().insert(arn.to_owned(), text.to_owned());
    }

    async fn reads(&self) -> usize {
        requests(&self.server).await.len()
    }

    /// What the runner starts with, with these variables on top of the usual ones.
    async fn settings(&self, more: &[(&str, &str)]) -> Result<Settings, String> {
        let queue = "https://sqs.eu-west-1.amazonaws.com/1/queue";
        let usual = [
            ("TABLE_NAME", "git-report"),
            ("RUN_QUEUE_URL", queue),
            ("DELIVERY_QUEUE_URL", queue),
            ("DELIVERY_SLOW_QUEUE_URL", queue),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_ENDPOINT_URL_SECRETS_MANAGER", &self.server.uri()),
        ];
        let environment = Environment::from_pairs(usual.iter().chain(more).copied());
        let environment = environment.with_secrets(Role::Runner, Arc::new(self.clock.clone())).await;
        Settings::read(&environment, Role::Runner).map_err(|error| error.to_string())
    }

    /// The vault of a process that starts now.
    async fn vault(&self) -> Arc<LocalVault> {
        let settings = self.settings(&[("SECRETS_KEY_ARN", VAULT_KEY)]).await.unwrap();
        let Some(VaultKey::Own(vault)) = settings.vault else { panic!("{:?}", settings.vault) };
        vault
    }
}

fn context() -> SecretContext {
    let user = UserId::from_record(&Uuid::from_u128(1).to_string()).unwrap();
    SecretContext::of_repository(user, RepositoryId::from_uuid(Uuid::from_u128(2)))
}

#[tokio::test]
async fn each_secret_is_read_by_one_signed_call_in_the_region_of_its_arn() {
    let manager = SecretService::with(&[(MODEL_KEY, "sk-1\n"), (VAULT_KEY, KEY_A)]).await;
    let variables = [("OPENAI_API_KEY_ARN", MODEL_KEY), ("SECRETS_KEY_ARN", VAULT_KEY), ("JWT_SECRET_ARN", "unread")];
    let settings = manager.settings(&variables).await.unwrap();
    let key = settings.models.provider.as_ref().unwrap().key.as_ref().unwrap();
    assert_eq!(key.last().expose(), "sk-1");
    let received = requests(&manager.server).await;
    let mut scopes: Vec<String> = received
        .iter()
        .map(|request| request.headers["authorization"].to_str().unwrap().split(',').next().unwrap().to_owned())
        .collect();
    scopes.sort();
    let scope =
        |region| format!("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260115/{region}/secretsmanager/aws4_request");
    assert_eq!(scopes, [scope("eu-central-1"), scope("eu-west-1")]);
    let shown = format!("{settings:?}");
    assert!(!shown.contains("sk-1") && !shown.contains(KEY_A), "{shown}");
}

#[tokio::test]
async fn secret_that_cannot_be_used_is_an_error_of_its_variable_and_is_not_shown() {
    let manager = SecretService::with(&[(MODEL_KEY, "sk with spaces"), (VAULT_KEY, "leaked-no-key")]).await;
    let other = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:other";
    for (variables, expected) in [
        (vec![("SECRETS_KEY_ARN", VAULT_KEY)], "SECRETS_KEY_ARN is invalid (its text must be the base64 of 32"),
        (vec![("SECRETS_KEY_ARN", other)], "SECRETS_KEY_ARN is invalid (Secrets Manager answers 400 AccessDenied"),
        (vec![("SECRETS_KEY_ARN", "vault-key")], "SECRETS_KEY_ARN is invalid (not the ARN of a secret)"),
        (
            vec![("SECRETS_KEY_ARN", VAULT_KEY), ("SECRETS_KEY", KEY_A)],
            "SECRETS_KEY_ARN is invalid (SECRETS_KEY is set",
        ),
        (vec![("SECRETS_KEY_ARN", VAULT_KEY), ("KMS_KEY_ID", "alias/a")], "KMS_KEY_ID is invalid"),
        (vec![("OPENAI_API_KEY_ARN", MODEL_KEY)], "OPENAI_API_KEY_ARN is invalid (its text must be the key of an"),
    ] {
        let error = manager.settings(&variables).await.unwrap_err();
        assert!(error.contains(expected), "{error}");
        assert!(!error.contains("leaked") && !error.contains("sk with"), "{error}");
    }
}

#[tokio::test]
async fn temporary_failure_of_the_service_is_tried_again() {
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(500)).up_to_n_times(2).mount(&server).await;
    let answer = ResponseTemplate::new(200).set_body_json(json!({"SecretString": "text"}));
    Mock::given(method("POST")).respond_with(answer).mount(&server).await;
    let pairs = [("AWS_REGION", "eu-west-1"), ("AWS_ENDPOINT_URL", &server.uri())];
    let usual = SecretService::with(&[]).await;
    let settings = usual.settings(&[("SECRETS_KEY", KEY_A), pairs[1]]).await.unwrap();
    let mut aws = settings.aws;
    aws.secrets_manager_endpoint_url = None;
    let reader = SecretReader::new(&aws, Arc::new(usual.clock.clone()));
    assert_eq!(reader.read(VAULT_KEY).await.map(|text| text.to_string()), Ok("text".to_owned()));
    assert_eq!(requests(&server).await.len(), 3);
    assert_eq!(reader.read("arn:aws:s3:::bucket").await, Err(SecretError::NoArn));
}

#[tokio::test]
async fn generated_key_of_42_characters_is_completed() {
    let text = KEY_A.trim_end_matches("8=");
    let manager = SecretService::with(&[(VAULT_KEY, text)]).await;
    let sealed = manager.vault().await.seal(context(), b"ghp_1").await.unwrap();
    let completed = LocalVault::from_base64(&format!("{text}A=")).unwrap();
    assert_eq!(completed.open(context(), &sealed).await, Ok(b"ghp_1".to_vec()));
}

#[tokio::test]
async fn vault_keys_are_replaced_while_processes_of_both_kinds_run() {
    let manager = SecretService::with(&[(VAULT_KEY, KEY_A)]).await;
    let early = manager.vault().await;
    let under_a = early.seal(context(), b"sealed before").await.unwrap();

    manager.set(VAULT_KEY, &format!("{KEY_B} {KEY_A}"));
    let late = manager.vault().await;
    let under_b = late.seal(context(), b"sealed after").await.unwrap();
    assert_eq!(LocalVault::from_base64(KEY_B).unwrap().open(context(), &under_b).await, Ok(b"sealed after".to_vec()));
    assert_eq!(late.open(context(), &under_a).await, Ok(b"sealed before".to_vec()));

    manager.clock.advance(Duration::seconds(REREAD_SECONDS_MIN));
    assert_eq!(early.open(context(), &under_b).await, Ok(b"sealed after".to_vec()));
    assert_eq!(early.open(context(), &under_a).await, Ok(b"sealed before".to_vec()));
    assert_eq!(manager.reads().await, 3);

    let foreign = LocalVault::from_base64(&LocalVault::generate()).unwrap().seal(context(), b"x").await.unwrap();
    for _ in 0..5 {
        // It may be one under a key that is a moment old.
        assert!(early.open(context(), &foreign).await.is_err_and(|error| error.is_transient()));
    }
    assert_eq!(manager.reads().await, 3, "a wrong seal makes no process read more often than every 30 s");
    manager.clock.advance(Duration::seconds(REREAD_SECONDS_MIN));
    assert_eq!(early.open(context(), &foreign).await, Err(VaultError::DoesNotOpen));
}

#[tokio::test]
async fn secret_is_read_again_when_it_is_old_and_stays_while_it_cannot_be_read() {
    let manager = SecretService::with(&[(MODEL_KEY, "sk-1"), (VAULT_KEY, KEY_A)]).await;
    let variables = [("OPENAI_API_KEY_ARN", MODEL_KEY), ("SECRETS_KEY", KEY_A)];
    let settings = manager.settings(&variables).await.unwrap();
    let key = settings.models.provider.unwrap().key.unwrap();
    let current = async || key.current().await.expose().to_owned();

    manager.set(MODEL_KEY, "sk-2");
    manager.clock.advance(Duration::minutes(FRESH_MINUTES) - Duration::milliseconds(1));
    assert_eq!((current().await, manager.reads().await), ("sk-1".to_owned(), 1));
    manager.clock.advance(Duration::milliseconds(1));
    assert_eq!((current().await, manager.reads().await), ("sk-2".to_owned(), 2));

    for text in ["no key", ""] {
        manager.set(MODEL_KEY, text);
        manager.clock.advance(Duration::minutes(FRESH_MINUTES));
        assert_eq!(current().await, "sk-2");
    }
    manager.texts.lock().unwrap().clear();
    manager.clock.advance(Duration::seconds(REREAD_SECONDS_MIN));
    let before = manager.reads().await;
    assert_eq!((current().await, current().await), ("sk-2".to_owned(), "sk-2".to_owned()));
    assert_eq!(manager.reads().await, before + 1, "a read that failed is not repeated at once");
    manager.set(MODEL_KEY, "sk-3");
    manager.clock.advance(Duration::seconds(REREAD_SECONDS_MIN));
    assert_eq!(current().await, "sk-3");
}

/// A model that accepts one key.
async fn model(accepted: &str) -> MockServer {
    let server = MockServer::start().await;
    let answer = json!({"choices": [{"message": {"content": "# Report"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1}});
    Mock::given(header("authorization", format!("Bearer {accepted}").as_str()))
        .respond_with(ResponseTemplate::new(200).set_body_json(answer))
        .mount(&server)
        .await;
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(401)).mount(&server).await;
    server
}

fn ask() -> ModelRequest {
    ModelRequest {
        model: "m".to_owned(),
        provider: ModelProvider::Deployment,
        prompt: Prompt { system: "s".to_owned(), user: "p".to_owned() },
        completion_tokens: COMPLETION_TOKENS_MAX,
        timeout: std::time::Duration::from_secs(5),
    }
}

#[tokio::test]
async fn refused_key_of_a_model_is_read_again_and_used_in_the_same_request() {
    let manager = SecretService::with(&[(MODEL_KEY, "sk-1")]).await;
    let variables = [("OPENAI_API_KEY_ARN", MODEL_KEY), ("SECRETS_KEY", KEY_A)];
    let key = manager.settings(&variables).await.unwrap().models.provider.unwrap().key.unwrap();
    let server = model("sk-2").await;
    let writer = OpenAiCompatible::new(loopback(), server.uri().parse().unwrap(), Some(key));

    manager.clock.advance(Duration::seconds(REREAD_SECONDS_MIN));
    let Err(ModelError::Rejected { detail }) = writer.write(&ask()).await else { panic!("the key is refused") };
    assert_eq!((detail.as_str(), requests(&server).await.len()), ("status 401: the key was refused", 1));

    manager.set(MODEL_KEY, "sk-2");
    manager.clock.advance(Duration::seconds(REREAD_SECONDS_MIN));
    assert_eq!(writer.write(&ask()).await.unwrap().text, "# Report");
    assert_eq!((requests(&server).await.len(), manager.reads().await), (3, 3));
    assert!(manager.clock.now() < at("2026-01-15T10:40:00Z"));
}
