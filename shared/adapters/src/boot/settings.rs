//! What the environment sets for a function, read and checked as a whole.

use super::api::ApiSettings;
use super::environment::Environment;
use super::reader::{Reader, SettingsError};
use super::role::Role;
use super::variable::{self, Variable};
use crate::dynamodb::{Kept, Retention};
use crate::secrets::Secret;
use crate::vault::{LocalVault, VaultKeys};
use aws_credential_types::Credentials;
use domain::account::EmailAddress;
use domain::configuration::{MODEL_CHARS_MAX, Writer};
use domain::loopback::is_on_loopback;
use domain::repository::AccessToken;
use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;
use tracing::Level;
use url::Url;

/// OpenAI's own address: where models are asked unless `OPENAI_BASE_URL` is set.
pub const OPENAI_URL: &str = "https://api.openai.com/v1";

/// The time-out of a function without `FUNCTION_TIMEOUT_SECONDS`: the longest of the four.
pub const FUNCTION_TIMEOUT_DEFAULT: Duration = Role::Runner.timeout();

/// The longest time-out that Lambda gives (<https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>).
const FUNCTION_TIMEOUT_SECONDS_MAX: u64 = 900;

/// More than any single receiver gets.
const ENDPOINT_MESSAGES_PER_SECOND_MAX: u32 = 1_000;

/// The variables of a secret: its text, or its ARN.
const SECRETS_KEY: (Variable, Variable) = (variable::SECRETS_KEY, variable::SECRETS_KEY_ARN);
const OPENAI_API_KEY: (Variable, Variable) = (variable::OPENAI_API_KEY, variable::OPENAI_API_KEY_ARN);

/// The longest name of a KMS key.
const KMS_KEY_BYTES_MAX: usize = 2_048;

/// What the environment sets for a function. Which function reads which variable is in [`super::VARIABLES`]; a field
/// whose variable a function doesn't read has its default.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `TABLE_NAME`: the DynamoDB table.
    pub table: String,
    pub messaging: Messaging,
    /// `ENDPOINT_MESSAGES_PER_SECOND`: how many messages an endpoint gets that is no chat service. Default: no limit.
    pub endpoint_messages_per_second: Option<NonZeroU32>,
    pub models: Models,
    /// `TEST_RUNS_COUNT`: whether test runs count against the monthly limit. Default: false.
    pub test_runs_count: bool,
    /// How long records are kept that expire by themselves.
    ///
    /// `REPORT_TEXT_RETENTION_DAYS`: days for which a report's text is kept, 0 for no limit. Default: 400. At least 99,
    /// because after a force-push the texts of earlier reports say which commits were reported already: those that
    /// ended within 7 days before the last report, of runs that may have been due 92 days before.
    ///
    /// `ATTEMPT_RETENTION_DAYS`: days for which an attempt to deliver is kept, 0 for no limit. Default: 90. At least 7.
    pub retention: Retention,
    /// What seals stored secrets; `None` for the scheduler, which opens none.
    pub vault: Option<VaultKey>,
    /// `PUBLIC_URL`: where people reach the dashboard, for links in messages. Optional.
    pub public_url: Option<Url>,
    /// `NOTIFICATION_EMAIL_FROM`: the address that e-mail is sent from. Default: no e-mail is sent.
    pub notification_email_from: Option<EmailAddress>,
    /// `ALLOW_LOOPBACK`: whether webhooks and models may be on this machine. In a Lambda only where the table is, too.
    /// Default: false.
    pub allow_loopback: bool,
    /// The port of `AWS_LAMBDA_RUNTIME_API`, which no request of a user reaches. `None` outside of Lambda.
    pub runtime_port: Option<u16>,
    /// `LOG_LEVEL`: `error`, `warn`, `info`, `debug` or `trace`. Default: info.
    pub log_level: Level,
    /// `FUNCTION_TIMEOUT_SECONDS`: how long an invocation may take if its context does not say it. Default: 180.
    pub function_timeout: Duration,
    pub aws: Aws,
}

/// What seals stored secrets, as long as the deployment lives: what one of the two sealed, the other can't open.
#[derive(Clone)]
pub enum VaultKey {
    /// `SECRETS_KEY`, or `SECRETS_KEY_ARN`: keys of 32 bytes in base64, as the vault that they make.
    Own(Arc<LocalVault>),
    /// `KMS_KEY_ID`: a symmetric key of AWS KMS, by its id, its ARN or its alias. Each stored secret then has a data
    /// key of its own, which only this key opens.
    Kms(String),
}

impl fmt::Debug for VaultKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Own(_) => formatter.write_str("Own(…)"),
            Self::Kms(key_id) => formatter.debug_tuple("Kms").field(key_id).finish(),
        }
    }
}

/// The queues and the event bus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Messaging {
    /// `RUN_QUEUE_URL`: the SQS queue of run requests.
    pub run_queue_url: String,
    /// `DELIVERY_QUEUE_URL`: the SQS queue of deliveries.
    pub delivery_queue_url: String,
    /// `DELIVERY_SLOW_QUEUE_URL`: the SQS queue of deliveries to endpoints that answer late or not at all.
    pub delivery_slow_queue_url: String,
    /// `EVENT_BUS_NAME`: the EventBridge bus. Default: default.
    pub event_bus: String,
}

/// Who writes reports.
#[derive(Clone, Debug)]
pub struct Models {
    /// `DEFAULT_MODEL`: `plain` or a model's name. Default: gpt-6-luna where a provider is set, else plain.
    pub default_writer: Writer,
    /// `None` when neither `OPENAI_API_KEY` nor `OPENAI_BASE_URL` is set; then only plain reports can be written.
    pub provider: Option<ModelProvider>,
}

/// An OpenAI-compatible provider.
#[derive(Clone, Debug)]
pub struct ModelProvider {
    /// `OPENAI_BASE_URL`. Default: [`OPENAI_URL`].
    pub base_url: Url,
    /// `OPENAI_API_KEY`, or `OPENAI_API_KEY_ARN`: its key; a server of one's own may need none.
    pub key: Option<Secret<AccessToken>>,
}

/// The region, the credentials and the addresses for calls of AWS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aws {
    /// `AWS_REGION`: set by Lambda.
    pub region: String,
    /// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`: set by Lambda. They stay valid as long as
    /// the process lives, so they are read once.
    pub credentials: Credentials,
    /// `AWS_ENDPOINT_URL`: where every service is, in place of AWS's own. Optional.
    pub endpoint_url: Option<Url>,
    /// `AWS_ENDPOINT_URL_DYNAMODB`: the same for DynamoDB alone.
    pub dynamodb_endpoint_url: Option<Url>,
    /// `AWS_ENDPOINT_URL_SQS`: the same for SQS alone.
    pub sqs_endpoint_url: Option<Url>,
    /// `AWS_ENDPOINT_URL_EVENTBRIDGE`: the same for EventBridge alone.
    pub eventbridge_endpoint_url: Option<Url>,
    /// `AWS_ENDPOINT_URL_KMS`: the same for KMS alone.
    pub kms_endpoint_url: Option<Url>,
    /// `AWS_ENDPOINT_URL_SESV2`: the same for SES alone.
    pub ses_endpoint_url: Option<Url>,
    /// `AWS_ENDPOINT_URL_SECRETS_MANAGER`
    pub secrets_manager_endpoint_url: Option<Url>,
    /// `AWS_ENDPOINT_URL_STS`
    pub sts_endpoint_url: Option<Url>,
}

impl Settings {
    /// Reads every variable of the function. One error names all that are missing or invalid, with what is expected.
    pub fn read(environment: &Environment, role: Role) -> Result<Self, SettingsError> {
        let mut reader = Reader::new(environment, role);
        let settings = Self::read_with(&mut reader);
        reader.finish(settings)
    }

    /// The same for the API, together with what it alone reads.
    pub fn read_for_api(environment: &Environment) -> Result<(Self, ApiSettings), SettingsError> {
        let mut reader = Reader::new(environment, Role::Api);
        let settings = Self::read_with(&mut reader);
        let api = ApiSettings::read_with(&mut reader, settings.allow_loopback);
        reader.finish((settings, api))
    }

    fn read_with(reader: &mut Reader<'_>) -> Self {
        let aws = Aws::read_with(reader);
        let allow_loopback = reader.flag(variable::ALLOW_LOOPBACK);
        if allow_loopback && reader.is_lambda() && !aws.table_is_on_loopback() {
            reader.invalid(variable::ALLOW_LOOPBACK);
        }
        Self {
            table: reader.text(variable::TABLE_NAME),
            messaging: Messaging::read_with(reader),
            endpoint_messages_per_second: reader
                .optional(variable::ENDPOINT_MESSAGES_PER_SECOND, messages_per_second)
                .and_then(NonZeroU32::new),
            models: Models::read_with(reader, allow_loopback),
            test_runs_count: reader.flag(variable::TEST_RUNS_COUNT),
            retention: retention(reader),
            vault: VaultKey::read_with(reader),
            public_url: reader.optional(variable::PUBLIC_URL, web_address),
            notification_email_from: reader
                .optional(variable::NOTIFICATION_EMAIL_FROM, |text| EmailAddress::parse(text).ok()),
            allow_loopback,
            runtime_port: reader.get(variable::AWS_LAMBDA_RUNTIME_API).and_then(port),
            log_level: reader.optional(variable::LOG_LEVEL, log_level).unwrap_or(Level::INFO),
            function_timeout: reader
                .optional(variable::FUNCTION_TIMEOUT_SECONDS, function_timeout)
                .unwrap_or(FUNCTION_TIMEOUT_DEFAULT),
            aws,
        }
    }
}

impl Messaging {
    fn read_with(reader: &mut Reader<'_>) -> Self {
        // The addresses are sent back as they are written, because SQS compares them as text.
        let address = |text: &str| web_address(text).map(|_| text.to_owned());
        let event_bus = reader.optional(variable::EVENT_BUS_NAME, |text| Some(text.to_owned()));
        Self {
            run_queue_url: reader.required(variable::RUN_QUEUE_URL, address).unwrap_or_default(),
            delivery_queue_url: reader.required(variable::DELIVERY_QUEUE_URL, address).unwrap_or_default(),
            delivery_slow_queue_url: reader.required(variable::DELIVERY_SLOW_QUEUE_URL, address).unwrap_or_default(),
            event_bus: event_bus.unwrap_or_else(|| "default".to_owned()),
        }
    }
}

impl VaultKey {
    fn read_with(reader: &mut Reader<'_>) -> Option<Self> {
        let own = reader.has_secret(SECRETS_KEY);
        match (own, reader.get(variable::KMS_KEY_ID).is_some()) {
            (true, true) => {
                reader.invalid(variable::KMS_KEY_ID);
                None
            }
            (false, true) => reader.optional(variable::KMS_KEY_ID, kms_key).map(Self::Kms),
            (true, false) => reader.secret(SECRETS_KEY, VaultKeys::parse).map(|keys| Self::Own(LocalVault::new(keys))),
            (false, false) => {
                reader.missing(variable::SECRETS_KEY);
                None
            }
        }
    }
}

impl Models {
    fn read_with(reader: &mut Reader<'_>, allow_loopback: bool) -> Self {
        let is_named = reader.has_secret(OPENAI_API_KEY) || reader.get(variable::OPENAI_BASE_URL).is_some();
        let key = reader.secret(OPENAI_API_KEY, model_key);
        let base_url = reader.optional(variable::OPENAI_BASE_URL, |text| model_address(text, allow_loopback));
        let provider = match (key, base_url) {
            (None, None) => None,
            (key, Some(base_url)) => Some(ModelProvider { base_url, key }),
            (key, None) => Url::parse(OPENAI_URL).ok().map(|base_url| ModelProvider { base_url, key }),
        };
        let default_writer = reader.optional(variable::DEFAULT_MODEL, |text| writer(text, is_named));
        let default_writer = default_writer.unwrap_or_else(|| match provider {
            Some(_) => Writer::Model(domain::money::DEFAULT_MODEL.to_owned()),
            None => Writer::Plain,
        });
        Self { default_writer, provider }
    }
}

impl Aws {
    pub(super) fn read_with(reader: &mut Reader<'_>) -> Self {
        let (key_id, secret) = (reader.text(variable::AWS_ACCESS_KEY_ID), reader.text(variable::AWS_SECRET_ACCESS_KEY));
        let session = reader.get(variable::AWS_SESSION_TOKEN).map(str::to_owned);
        Self {
            region: reader.required(variable::AWS_REGION, region).unwrap_or_default(),
            credentials: Credentials::new(key_id, secret, session, None, "environment"),
            endpoint_url: reader.optional(variable::AWS_ENDPOINT_URL, web_address),
            dynamodb_endpoint_url: reader.optional(variable::AWS_ENDPOINT_URL_DYNAMODB, web_address),
            sqs_endpoint_url: reader.optional(variable::AWS_ENDPOINT_URL_SQS, web_address),
            eventbridge_endpoint_url: reader.optional(variable::AWS_ENDPOINT_URL_EVENTBRIDGE, web_address),
            kms_endpoint_url: reader.optional(variable::AWS_ENDPOINT_URL_KMS, web_address),
            ses_endpoint_url: reader.optional(variable::AWS_ENDPOINT_URL_SESV2, web_address),
            sts_endpoint_url: reader.optional(variable::AWS_ENDPOINT_URL_STS, web_address),
            secrets_manager_endpoint_url: reader.optional(variable::AWS_ENDPOINT_URL_SECRETS_MANAGER, web_address),
        }
    }

    fn table_is_on_loopback(&self) -> bool {
        self.dynamodb_endpoint_url.as_ref().or(self.endpoint_url.as_ref()).is_some_and(is_on_loopback)
    }
}

fn retention(reader: &mut Reader<'_>) -> Retention {
    let default = Retention::default();
    Retention {
        texts: reader.optional(variable::REPORT_TEXT_RETENTION_DAYS, Kept::texts).unwrap_or(default.texts),
        attempts: reader.optional(variable::ATTEMPT_RETENTION_DAYS, Kept::attempts).unwrap_or(default.attempts),
    }
}

fn web_address(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// An https address, or plain http on loopback where that is allowed. A key is never sent in the clear elsewhere.
fn model_address(text: &str, allow_loopback: bool) -> Option<Url> {
    web_address(text).filter(|url| url.scheme() == "https" || (allow_loopback && is_on_loopback(url)))
}

/// Visible ASCII, as an `Authorization` header takes it.
fn model_key(text: &str) -> Option<AccessToken> {
    // A secret that was pasted into a console may end with a line break.
    let text = text.trim();
    let fits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    fits.then(|| AccessToken::new(text.to_owned()))
}

/// An id, an ARN or an alias, of the length and the characters that KMS takes
/// (<https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKey.html>).
fn kms_key(text: &str) -> Option<String> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b":/_-".contains(&byte);
    (text.len() <= KMS_KEY_BYTES_MAX && text.bytes().all(fits)).then(|| text.to_owned())
}

/// `plain` or, where there is a provider to ask, a model's name.
fn writer(text: &str, provider_is_named: bool) -> Option<Writer> {
    let writer = Writer::parse(text);
    match &writer {
        Writer::Plain => Some(writer),
        Writer::Model(name) => (provider_is_named && name.chars().count() <= MODEL_CHARS_MAX).then_some(writer),
    }
}

fn region(text: &str) -> Option<String> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    text.bytes().all(fits).then(|| text.to_owned())
}

pub(super) fn log_level(text: &str) -> Option<Level> {
    // The parser also takes numbers, whose meaning few people know.
    text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

/// The port of `HOST:PORT`, as in AWS, or of an address.
fn port(text: &str) -> Option<u16> {
    let address = if text.contains("://") { Url::parse(text) } else { Url::parse(&format!("http://{text}")) };
    address.ok()?.port_or_known_default()
}

fn messages_per_second(text: &str) -> Option<u32> {
    text.parse().ok().filter(|number| *number <= ENDPOINT_MESSAGES_PER_SECOND_MAX)
}

fn function_timeout(text: &str) -> Option<Duration> {
    let seconds = text.parse().ok()?;
    (1..=FUNCTION_TIMEOUT_SECONDS_MAX).contains(&seconds).then(|| Duration::from_secs(seconds))
}
