//! AWS Secrets Manager: one signed request for each secret
//! (<https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html>).

use crate::boot::Aws;
use crate::guard::{failure_class, read_beginning};
use crate::signed::{CallError, SignedService};
use app::ports::Clock;
use backon::{ExponentialBuilder, Retryable};
use serde_json::{Value, json};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use zeroize::Zeroizing;

const SERVICE: (&str, &str) = ("secretsmanager", "secretsmanager");
const TARGET: &str = "secretsmanager.GetSecretValue";
const JSON: &str = "application/x-amz-json-1.1";
/// A call inside a region takes milliseconds. Three tries fit into the 10 s that Lambda gives a function to start.
const TIMEOUT: Duration = Duration::from_secs(2);
const RETRIES_MAX: usize = 2;
const FIRST_WAIT: Duration = Duration::from_millis(100);
/// The longest secret that the service stores, and the rest of its answer.
const ANSWER_BYTES_MAX: usize = 512 * 1024;
/// What an ARN calls the service.
const ARN_SERVICE: &str = "secretsmanager";

/// Reads secrets by their ARNs.
#[derive(Clone)]
pub struct SecretReader {
    aws: Aws,
    clock: Arc<dyn Clock>,
}

/// Why a secret can't be read. It never contains a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    #[error("not the ARN of a secret")]
    NoArn,
    /// The service's name for it, such as `AccessDeniedException`.
    #[error("Secrets Manager answers {status} {kind}")]
    Refused { status: u16, kind: String },
    #[error("Secrets Manager does not answer ({0})")]
    Unavailable(String),
    #[error("the secret has no text")]
    NoText,
}

impl SecretError {
    fn may_pass(&self) -> bool {
        match self {
            Self::Refused { status, kind } => *status >= 500 || kind == "ThrottlingException",
            Self::Unavailable(_) => true,
            Self::NoArn | Self::NoText => false,
        }
    }
}

impl fmt::Debug for SecretReader {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SecretReader")
    }
}

impl SecretReader {
    /// Reads with the function's own credentials.
    pub fn new(aws: &Aws, clock: Arc<dyn Clock>) -> Self {
        Self { aws: aws.clone(), clock }
    }

    /// The text of a secret's current version, in the region that its ARN names.
    pub async fn read(&self, arn: &str) -> Result<Zeroizing<String>, SecretError> {
        let region = region(arn).ok_or(SecretError::NoArn)?;
        let endpoint = self.aws.secrets_manager_endpoint_url.as_ref();
        let service = SignedService::new(&self.aws, SERVICE, region, endpoint, TIMEOUT);
        let waits = ExponentialBuilder::default().with_min_delay(FIRST_WAIT).with_max_times(RETRIES_MAX).with_jitter();
        (|| self.once(&service, arn)).retry(waits).when(SecretError::may_pass).await
    }

    async fn once(&self, service: &SignedService, arn: &str) -> Result<Zeroizing<String>, SecretError> {
        let headers = [("content-type", JSON), ("x-amz-target", TARGET)];
        let body = json!({"SecretId": arn}).to_string().into_bytes();
        let response = service.post("/", &headers, body, self.clock.now()).await.map_err(|error| match error {
            CallError::NotMade(error) => SecretError::Unavailable(error.to_string()),
            CallError::NoAnswer(error) => SecretError::Unavailable(failure_class(&error).as_str().to_owned()),
        })?;
        let status = response.status();
        let read = read_beginning(response, ANSWER_BYTES_MAX).await;
        let (body, _) = read.map_err(|error| SecretError::Unavailable(error.as_str().to_owned()))?;
        let answer: Value = serde_json::from_slice(&body).unwrap_or_default();
        if !status.is_success() {
            let kind = answer
                .get("__type")
                .and_then(Value::as_str)
                .and_then(|kind| kind.rsplit('#').next())
                .unwrap_or_default();
            return Err(SecretError::Refused { status: status.as_u16(), kind: kind.to_owned() });
        }
        answer
            .get("SecretString")
            .and_then(Value::as_str)
            .map(|text| Zeroizing::new(text.to_owned()))
            .ok_or(SecretError::NoText)
    }
}

/// The region in the ARN of a secret, `arn:PARTITION:secretsmanager:REGION:ACCOUNT:secret:NAME`.
fn region(arn: &str) -> Option<&str> {
    let mut parts = arn.splitn(7, ':');
    let (scheme, _partition, service, region) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let (_account, kind, _name) = (parts.next()?, parts.next()?, parts.next()?);
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (scheme == "arn" && service == ARN_SERVICE && kind == "secret" && !region.is_empty() && region.bytes().all(fits))
        .then_some(region)
}
