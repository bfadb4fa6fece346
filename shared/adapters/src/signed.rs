//! Single signed requests of AWS services that are called without their SDK.
//!
//! Each of these services is used by one operation: a body with a signature, which the SDKs of the other services
//! contain anyway. A whole SDK costs a cold start more than the few lines here.

use crate::boot::Aws;
use crate::guard::tls;
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use domain::instant::Instant;
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use std::error::Error;
use std::time::{Duration, SystemTime};
use url::Url;

/// Why no answer arrived.
#[derive(Debug)]
pub(crate) enum CallError {
    /// The request could not be made.
    NotMade(Box<dyn Error + Send + Sync>),
    /// It may have been received.
    NoAnswer(reqwest::Error),
}

/// A service in one region.
pub(crate) struct SignedService {
    /// The service's name in signatures.
    name: &'static str,
    region: String,
    credentials: Credentials,
    base: String,
    client: Option<Client>,
}

impl SignedService {
    /// The service at `endpoint`, or else at its own address in the region, which begins with `host`.
    pub(crate) fn new(
        aws: &Aws,
        (name, host): (&'static str, &str),
        region: &str,
        endpoint: Option<&Url>,
        timeout: Duration,
    ) -> Self {
        let base = match endpoint.or(aws.endpoint_url.as_ref()) {
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            None => {
                format!("https://{host}.{region}.amazonaws.com{}", if region.starts_with("cn-") { ".cn" } else { "" })
            }
        };
        let client = client(timeout)
            .inspect_err(|error| tracing::error!(error, service = name, "no HTTP client could be created"))
            .ok();
        Self { name, region: region.to_owned(), credentials: aws.credentials.clone(), base, client }
    }

    /// Where its requests are sent.
    pub(crate) fn address(&self) -> &str {
        &self.base
    }

    /// Sends a body to a path. All headers are signed.
    pub(crate) async fn post(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
        at: Instant,
    ) -> Result<Response, CallError> {
        let client = self.client.as_ref().ok_or_else(|| CallError::NotMade("there is no HTTP client".into()))?;
        let url = format!("{}{path}", self.base);
        let signature = self.signature(&url, headers, &body, at).map_err(CallError::NotMade)?;
        let signature = signature.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let headers = headers.iter().copied().chain(signature);
        let request = headers.fold(client.post(url), |request, (name, value)| request.header(name, value));
        request.body(body).send().await.map_err(CallError::NoAnswer)
    }

    fn signature(
        &self,
        url: &str,
        headers: &[(&str, &str)],
        body: &[u8],
        at: Instant,
    ) -> Result<Vec<(String, String)>, Box<dyn Error + Send + Sync>> {
        let identity = self.credentials.clone().into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(self.name)
            .time(SystemTime::from(at))
            .settings(SigningSettings::default())
            .build()?
            .into();
        let request = SignableRequest::new("POST", url, headers.iter().copied(), SignableBody::Bytes(body))?;
        let (instructions, _) = sign(request, &parameters)?.into_parts();
        Ok(instructions.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }
}

fn client(timeout: Duration) -> Result<Client, String> {
    let settings = tls::public().map_err(|error| error.to_string())?;
    Client::builder()
        .redirect(Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
        .timeout(timeout)
        .tls_backend_preconfigured(settings)
        .build()
        .map_err(|error| error.to_string())
}
