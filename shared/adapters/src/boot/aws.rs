//! The AWS SDK's configuration, built from the settings: the default chain of `aws-config` would look for profiles,
//! metadata services and web identities that a Lambda does not have, at every cold start.

use super::settings::{Aws, Settings};
use super::variable;
use crate::tenants::TenantCredentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_dynamodb::config::IdentityCache;
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_http_client::{Builder, tls};
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};
use std::time::Duration;
use url::Url;

/// Tries of one call, the first included, of every service but the table. The verbs handle a call that fails in all.
const ATTEMPTS_MAX: u32 = 3;
/// A connection inside a region takes a few milliseconds; a second and a half is a lost packet and its repetition.
const CONNECT_TIMEOUT_MS: u64 = 1_500;
/// The time for one try. A call to any of these services takes milliseconds.
const ATTEMPT_TIMEOUT_SECONDS: u64 = 4;
/// The time for one call with its tries: two failing calls fit into the API's 29 s.
const OPERATION_TIMEOUT_SECONDS: u64 = 12;
/// The time for one try of a call of the table, which answers in milliseconds. Six tries that hang, the most that one
/// request of the API makes, end before API Gateway gives up.
const TABLE_ATTEMPT_TIMEOUT_SECONDS: u64 = 2;

/// The configuration that all AWS clients are made from: they share one HTTP client and so one pool of connections.
/// The client speaks TLS, and plain HTTP to an endpoint that begins with `http://`.
pub fn aws_config(settings: &Settings) -> SdkConfig {
    let http_client =
        Builder::new().tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::AwsLc)).build_https();
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_millis(CONNECT_TIMEOUT_MS))
        .operation_attempt_timeout(Duration::from_secs(ATTEMPT_TIMEOUT_SECONDS))
        .operation_timeout(Duration::from_secs(OPERATION_TIMEOUT_SECONDS))
        .build();
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(settings.aws.region.clone()))
        .credentials_provider(SharedCredentialsProvider::new(settings.aws.credentials.clone()))
        .http_client(http_client)
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS_MAX))
        .timeout_config(timeouts)
        .service_config(Endpoints::of(&settings.aws));
    config.set_endpoint_url(settings.aws.endpoint_url.as_ref().map(endpoint_text));
    config.build()
}

/// The table's client. It retries nothing: the store does, within its [`crate::dynamodb::Budget`].
pub fn table_client(config: &SdkConfig) -> aws_sdk_dynamodb::Client {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_millis(CONNECT_TIMEOUT_MS))
        .operation_attempt_timeout(Duration::from_secs(TABLE_ATTEMPT_TIMEOUT_SECONDS))
        .build();
    let config = aws_sdk_dynamodb::config::Builder::from(config)
        .retry_config(RetryConfig::disabled())
        .timeout_config(timeouts)
        .build();
    aws_sdk_dynamodb::Client::from_conf(config)
}

/// The table's client that accesses the items of each user with credentials of their own.
pub fn isolating_table_client(config: &SdkConfig, credentials: TenantCredentials) -> aws_sdk_dynamodb::Client {
    let config = table_client(config).config().to_builder();
    // The credentials depend on the request, so none may be kept for the next.
    let config = config.credentials_provider(credentials).identity_cache(IdentityCache::no_cache());
    aws_sdk_dynamodb::Client::from_conf(config.build())
}

/// Where single services are, in the form of the SDK's own variables.
#[derive(Debug)]
struct Endpoints(Vec<(&'static str, String)>);

impl Endpoints {
    fn of(aws: &Aws) -> Self {
        let services = [
            ("DynamoDB", &aws.dynamodb_endpoint_url),
            ("SQS", &aws.sqs_endpoint_url),
            ("EventBridge", &aws.eventbridge_endpoint_url),
            ("KMS", &aws.kms_endpoint_url),
        ];
        Self(services.into_iter().filter_map(|(service, url)| Some((service, endpoint_text(url.as_ref()?)))).collect())
    }
}

impl LoadServiceConfig for Endpoints {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        let (_, url) = self.0.iter().find(|(service, _)| *service == key.service_id())?;
        (key.env() == variable::AWS_ENDPOINT_URL.name).then(|| url.clone())
    }
}

/// The SDK appends its paths, so the address ends without a slash.
fn endpoint_text(url: &Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
}
