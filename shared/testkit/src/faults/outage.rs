//! An outage of the table or of its writes, and the number of requests that it receives meanwhile.

use super::{lock, refusal};
use aws_sdk_dynamodb::config::SharedHttpClient;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// How the table fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failing {
    /// Status 500.
    ServerError,
    /// `ThrottlingException`.
    Throttled,
    /// No answer, ever.
    Hanging,
    /// `TransactionInProgressException`.
    InProgress,
    /// Each transaction meets another one.
    Conflict,
    /// The request takes effect, and its answer is lost.
    AnswerLost,
}

/// The requests that fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requests {
    All,
    /// Writes and transactions.
    Writes,
    /// Puts of one item, such as a report's text.
    Puts,
}

/// How many requests a table received.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Asked {
    /// `GetItem` and `Query`.
    pub reads: u64,
    /// Writes and transactions.
    pub writes: u64,
}

/// An outage that can begin and end at any time. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Outage(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    failing: Option<(Failing, Requests)>,
    asked: Asked,
}

impl Outage {
    /// From now on these requests fail in this way.
    pub fn begin(&self, failing: Failing, requests: Requests) {
        lock(&self.0).failing = Some((failing, requests));
    }

    /// From now on all requests succeed.
    pub fn end(&self) {
        lock(&self.0).failing = None;
    }

    /// The number of requests since the last call.
    #[must_use]
    pub fn take_asked(&self) -> Asked {
        std::mem::take(&mut lock(&self.0).asked)
    }

    /// An HTTP client whose requests meet the outage.
    #[must_use]
    pub fn around(&self, inner: SharedHttpClient) -> SharedHttpClient {
        SharedHttpClient::new(Client { inner, outage: self.clone() })
    }

    fn failure_of(&self, operation: &str) -> Option<Failing> {
        let mut state = lock(&self.0);
        let read = matches!(operation, "GetItem" | "Query");
        let asked = if read { &mut state.asked.reads } else { &mut state.asked.writes };
        *asked += 1;
        let fails = |requests| match requests {
            Requests::All => true,
            Requests::Writes => !read,
            Requests::Puts => operation == "PutItem",
        };
        state.failing.filter(|(_, requests)| fails(*requests)).map(|(failing, _)| failing)
    }
}

#[derive(Debug)]
struct Client {
    inner: SharedHttpClient,
    outage: Outage,
}

impl HttpClient for Client {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(Connector { inner, outage: self.outage.clone() })
    }
}

#[derive(Debug)]
struct Connector {
    inner: SharedHttpConnector,
    outage: Outage,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let operation =
            request.headers().get("x-amz-target").and_then(|target| target.rsplit('.').next()).unwrap_or_default();
        let parts = |request: &HttpRequest| {
            let body = request.body().bytes().and_then(|bytes| serde_json::from_slice::<Value>(bytes).ok());
            body.and_then(|body| body.get("TransactItems")?.as_array().map(Vec::len)).unwrap_or(1)
        };
        match self.outage.failure_of(operation) {
            None => self.inner.call(request),
            Some(Failing::ServerError) => HttpConnectorFuture::ready(server_error()),
            Some(Failing::Throttled) => HttpConnectorFuture::ready(refusal(&super::throttled())),
            Some(Failing::Hanging) => HttpConnectorFuture::new(std::future::pending()),
            Some(Failing::InProgress) => HttpConnectorFuture::ready(refusal(&in_progress())),
            Some(Failing::Conflict) => HttpConnectorFuture::ready(refusal(&super::conflict(parts(&request)))),
            Some(Failing::AnswerLost) => {
                let answer = self.inner.call(request);
                HttpConnectorFuture::new(async move {
                    answer.await?;
                    Err(super::lost())
                })
            }
        }
    }
}

fn in_progress() -> Value {
    json!({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionInProgressException",
        "Message": "The transaction with the given request token is already in progress.",
    })
}

fn server_error() -> Result<HttpResponse, ConnectorError> {
    let status = StatusCode::try_from(500).map_err(|error| ConnectorError::other(error.into(), None))?;
    let body = json!({
        "__type": "com.amazonaws.dynamodb.v20120810#InternalServerError",
        "message": "The request could not be processed because of an internal failure.",
    });
    let mut response = HttpResponse::new(status, SdkBody::from(body.to_string()));
    response.headers_mut().insert("content-type", "application/x-amz-json-1.0");
    Ok(response)
}
