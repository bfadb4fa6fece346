//! What a deployment is told by its environment, read at once and judged whole.

use super::environment::Environment;
use super::secret::SecretsKey;
use super::variable::{self, Variable};
use crate::dynamodb::{Kept, Retention};
use crate::model::ModelKey;
use domain::configuration::{MODEL_CHARS_MAX, Writer};
use std::fmt;
use std::time::Duration;
use tracing::Level;
use url::{Host, Url};

/// OpenAI's own address: where models are asked unless `OPENAI_BASE_URL` says otherwise.
pub const OPENAI_URL: &str = "https://api.openai.com/v1";

/// The time-out of a function that is not told its own: the longest of the four, the runner's.
pub const FUNCTION_TIMEOUT_SECONDS_DEFAULT: u64 = 180;

/// The longest time-out that Lambda gives (<https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>).
const FUNCTION_TIMEOUT_SECONDS_MAX: u64 = 900;

/// The longest name of a KMS key.
const KMS_KEY_BYTES_MAX: usize = 2_048;

/// What a deployment is told by its environment.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `TABLE_NAME`: the DynamoDB table.
    pub table: String,
    /// The queues and the event bus.
    pub messaging: Messaging,
    /// Who writes reports.
    pub models: Models,
    /// `TEST_RUNS_COUNT`: whether test runs count against the monthly limit. Default: false.
    pub test_runs_count: bool,
    /// How long records are kept that may go by themselves.
    ///
    /// `REPORT_TEXT_RETENTION_DAYS`: days for which a report's text is kept, 0 for ever. Default: 400. At least 99,
    /// because after a force-push the texts of earlier reports say which commits were reported already: those that ended
    /// within 7 days before the last report, of runs that may have been due 92 days before.
    ///
    /// `ATTEMPT_RETENTION_DAYS`: days for which an attempt to deliver is kept, 0 for ever. Default: 90. At least 7.
    pub retention: Retention,
    /// What seals stored secrets; none for a function that opens none.
    pub vault: Option<VaultKey>,
    /// `PUBLIC_URL`: where people reach the dashboard, for links in messages. Optional.
    pub public_url: Option<Url>,
    /// `ALLOW_LOOPBACK`: whether webhooks and models may be on this machine over plain http. True for the local stack
    /// alone. Default: false.
    pub allow_loopback: bool,
    /// `LOG_LEVEL`: `error`, `warn`, `info`, `debug` or `trace`. Default: info.
    pub log_level: Level,
    /// `FUNCTION_TIMEOUT_SECONDS`: how long an invocation may take where its context does not say. Default: 180.
    pub function_timeout: Duration,
    /// Where AWS is.
    pub aws: Aws,
}

/// What seals stored secrets: one of the two, for as long as the deployment lives. What one sealed, the other does not
/// open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VaultKey {
    /// `SECRETS_KEY`: the base64 of 32 bytes.
    Own(SecretsKey),
    /// `KMS_KEY_ID`: a symmetric key of AWS KMS, by its id, its ARN or its alias. Each stored secret then has a data key
    /// of its own, which only this key opens.
    Kms(String),
}

/// The queues and the event bus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Messaging {
    /// `RUN_QUEUE_URL`: the SQS queue of run requests.
    pub run_queue_url: String,
    /// `DELIVERY_QUEUE_URL`: the SQS queue of deliveries.
    pub delivery_queue_url: String,
    /// `EVENT_BUS_NAME`: the EventBridge bus. Default: default.
    pub event_bus: String,
}

/// Who writes reports.
#[derive(Clone, Debug)]
pub struct Models {
    /// `DEFAULT_MODEL`: `plain` or a model's name. Default: gpt-6-luna where a provider is set, else plain.
    pub default_writer: Writer,
    /// The provider; none when neither `OPENAI_API_KEY` nor `OPENAI_BASE_URL` is set, and then only plain reports can
    /// be written.
    pub provider: Option<ModelProvider>,
}

/// An OpenAI-compatible provider.
#[derive(Clone, Debug)]
pub struct ModelProvider {
    /// `OPENAI_BASE_URL`: where it is. Default: [`OPENAI_URL`].
    pub base_url: Url,
    /// `OPENAI_API_KEY`: its key; a server of one's own may need none.
    pub key: Option<ModelKey>,
}

/// Where AWS is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aws {
    /// `AWS_REGION`: set by Lambda.
    pub region: String,
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
}

/// The environment does not describe a deployment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct SettingsError {
    /// Every variable that is missing or wrong, in the order of [`super::VARIABLES`].
    pub faults: Vec<Fault>,
}

/// A variable that is missing or wrong. The value itself is never kept: it may be a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// The variable.
    pub variable: Variable,
    /// Whether it is missing; otherwise it has a value that can't be.
    pub missing: bool,
}

impl fmt::Display for SettingsError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the environment does not describe a deployment; set these variables:")?;
        for Fault { variable, missing } in &self.faults {
            let state = if *missing { "is missing" } else { "is wrong" };
            write!(formatter, "\n  {} {state}: expected {}", variable.name, variable.expected)?;
        }
        Ok(())
    }
}

impl Settings {
    /// Reads every variable. One error names all that are missing or wrong, with what is expected.
    pub fn from_environment(environment: &Environment) -> Result<Self, SettingsError> {
        Self::read(environment, true)
    }

    /// The same for a function that opens no secret and asks no model, so that it needs to be given none:
    /// `SECRETS_KEY`, `KMS_KEY_ID`, `OPENAI_API_KEY` and what depends on them are not read.
    pub fn without_secrets(environment: &Environment) -> Result<Self, SettingsError> {
        Self::read(environment, false)
    }

    fn read(environment: &Environment, with_secrets: bool) -> Result<Self, SettingsError> {
        let mut reader = Reader { environment, faults: Vec::new() };
        let allow_loopback = reader.flag(variable::ALLOW_LOOPBACK);
        let vault = with_secrets.then(|| reader.vault());
        let models = if with_secrets { reader.models(allow_loopback) } else { Models::plain() };
        let settings = Self {
            table: reader.text(variable::TABLE_NAME),
            messaging: Messaging {
                run_queue_url: reader.address_text(variable::RUN_QUEUE_URL),
                delivery_queue_url: reader.address_text(variable::DELIVERY_QUEUE_URL),
                event_bus: reader
                    .optional(variable::EVENT_BUS_NAME, |text| Some(text.to_owned()))
                    .unwrap_or_else(|| "default".to_owned()),
            },
            models,
            test_runs_count: reader.flag(variable::TEST_RUNS_COUNT),
            retention: reader.retention(),
            vault: vault.flatten(),
            public_url: reader.optional(variable::PUBLIC_URL, web_address),
            allow_loopback,
            log_level: reader.optional(variable::LOG_LEVEL, log_level).unwrap_or(Level::INFO),
            function_timeout: reader
                .optional(variable::FUNCTION_TIMEOUT_SECONDS, function_timeout)
                .unwrap_or(Duration::from_secs(FUNCTION_TIMEOUT_SECONDS_DEFAULT)),
            aws: reader.aws(),
        };
        reader.finish(settings)
    }
}

impl Models {
    fn plain() -> Self {
        Self { default_writer: Writer::Plain, provider: None }
    }
}

/// Reads variables and keeps what is wrong with them.
struct Reader<'a> {
    environment: &'a Environment,
    faults: Vec<Fault>,
}

impl Reader<'_> {
    fn optional<T>(&mut self, variable: Variable, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let text = self.environment.get(variable.name)?;
        let value = parse(text);
        if value.is_none() {
            self.wrong(variable);
        }
        value
    }

    fn required<T>(&mut self, variable: Variable, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        if self.environment.get(variable.name).is_none() {
            self.faults.push(Fault { variable, missing: true });
        }
        self.optional(variable, parse)
    }

    fn text(&mut self, variable: Variable) -> String {
        self.required(variable, |text| Some(text.to_owned())).unwrap_or_default()
    }

    /// An address that is sent back as it came, because SQS compares it as text.
    fn address_text(&mut self, variable: Variable) -> String {
        self.required(variable, |text| web_address(text).map(|_| text.to_owned())).unwrap_or_default()
    }

    fn flag(&mut self, variable: Variable) -> bool {
        self.optional(variable, |text| text.parse().ok()).unwrap_or_default()
    }

    fn wrong(&mut self, variable: Variable) {
        self.faults.push(Fault { variable, missing: false });
    }

    fn retention(&mut self) -> Retention {
        let default = Retention::default();
        Retention {
            texts: self.optional(variable::REPORT_TEXT_RETENTION_DAYS, Kept::texts).unwrap_or(default.texts),
            attempts: self.optional(variable::ATTEMPT_RETENTION_DAYS, Kept::attempts).unwrap_or(default.attempts),
        }
    }

    fn named(&self, variable: Variable) -> bool {
        self.environment.get(variable.name).is_some()
    }

    fn vault(&mut self) -> Option<VaultKey> {
        match (self.named(variable::SECRETS_KEY), self.named(variable::KMS_KEY_ID)) {
            (true, true) => {
                self.wrong(variable::KMS_KEY_ID);
                None
            }
            (false, true) => self.optional(variable::KMS_KEY_ID, kms_key).map(VaultKey::Kms),
            (_, false) => self.required(variable::SECRETS_KEY, SecretsKey::parse).map(VaultKey::Own),
        }
    }

    fn models(&mut self, allow_loopback: bool) -> Models {
        let key = self.optional(variable::OPENAI_API_KEY, model_key);
        let base_url = self.optional(variable::OPENAI_BASE_URL, |text| model_address(text, allow_loopback));
        let provider = match (key, base_url) {
            (None, None) => None,
            (key, Some(base_url)) => Some(ModelProvider { base_url, key }),
            (key, None) => Url::parse(OPENAI_URL).ok().map(|base_url| ModelProvider { base_url, key }),
        };
        let provider_named = self.named(variable::OPENAI_API_KEY) || self.named(variable::OPENAI_BASE_URL);
        let default_writer = self
            .optional(variable::DEFAULT_MODEL, |text| writer(text, provider_named))
            .unwrap_or_else(|| match provider {
                Some(_) => Writer::Model(domain::money::DEFAULT_MODEL.to_owned()),
                None => Writer::Plain,
            });
        Models { default_writer, provider }
    }

    fn aws(&mut self) -> Aws {
        let present = |text: &str| Some(text.to_owned());
        self.required(variable::AWS_ACCESS_KEY_ID, present);
        self.required(variable::AWS_SECRET_ACCESS_KEY, present);
        Aws {
            region: self.required(variable::AWS_REGION, region).unwrap_or_default(),
            endpoint_url: self.optional(variable::AWS_ENDPOINT_URL, web_address),
            dynamodb_endpoint_url: self.optional(variable::AWS_ENDPOINT_URL_DYNAMODB, web_address),
            sqs_endpoint_url: self.optional(variable::AWS_ENDPOINT_URL_SQS, web_address),
            eventbridge_endpoint_url: self.optional(variable::AWS_ENDPOINT_URL_EVENTBRIDGE, web_address),
            kms_endpoint_url: self.optional(variable::AWS_ENDPOINT_URL_KMS, web_address),
        }
    }

    fn finish(mut self, settings: Settings) -> Result<Settings, SettingsError> {
        if self.faults.is_empty() {
            return Ok(settings);
        }
        let place = |fault: &Fault| super::VARIABLES.iter().position(|known| *known == fault.variable);
        self.faults.sort_by_key(place);
        Err(SettingsError { faults: self.faults })
    }
}

fn web_address(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// An https address, or plain http on loopback where that is allowed. A key is never sent in the clear elsewhere.
fn model_address(text: &str, allow_loopback: bool) -> Option<Url> {
    web_address(text).filter(|url| url.scheme() == "https" || (allow_loopback && on_loopback(url)))
}

/// Visible ASCII, as an `Authorization` header takes it.
fn model_key(text: &str) -> Option<ModelKey> {
    text.bytes().all(|byte| byte.is_ascii_graphic()).then(|| ModelKey::new(text.to_owned()))
}

/// An id, an ARN or an alias, of the length and the characters that KMS takes
/// (<https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKey.html>).
fn kms_key(text: &str) -> Option<String> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b":/_-".contains(&byte);
    (text.len() <= KMS_KEY_BYTES_MAX && text.bytes().all(fits)).then(|| text.to_owned())
}

fn on_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// `plain` or, where there is a provider to ask, a model's name.
fn writer(text: &str, provider_named: bool) -> Option<Writer> {
    let writer = Writer::parse(text);
    match &writer {
        Writer::Plain => Some(writer),
        Writer::Model(name) => (provider_named && name.chars().count() <= MODEL_CHARS_MAX).then_some(writer),
    }
}

fn region(text: &str) -> Option<String> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    text.bytes().all(fits).then(|| text.to_owned())
}

pub(super) fn log_level(text: &str) -> Option<Level> {
    // The parser also takes numbers, whose order nobody knows by heart.
    text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

fn function_timeout(text: &str) -> Option<Duration> {
    let seconds = text.parse().ok()?;
    (1..=FUNCTION_TIMEOUT_SECONDS_MAX).contains(&seconds).then(|| Duration::from_secs(seconds))
}
