//! Faults between a client and DynamoDB, determined by a seed.
//!
//! The embedded engine never conflicts, never throttles and never loses an answer; the service does all three. These
//! faults are injected below the SDK, at its HTTP client, so that the store's own retries are tested too. An
//! [`Outage`] fails every time instead of now and then.

mod outage;

pub use outage::{Asked, Failing, Outage, Requests};

use crate::entropy::SeededEntropy;
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
use std::collections::HashSet;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How often each fault happens, in percent of the requests that it can affect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct FaultPlan {
    /// Of transactions: cancelled by a conflict, without effect.
    pub transaction_conflict_percent: u8,
    /// Of transactions: stored, but the answer is lost, and so is that of every repetition.
    pub lost_answer_percent: u8,
    /// Of puts and updates of one item: stored, but the answer is lost; a repetition succeeds.
    pub lost_write_answer_percent: u8,
    /// Of all requests: rejected, without effect.
    pub throttle_percent: u8,
}

/// How many faults have happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct FaultCounts {
    pub transaction_conflicts: u64,
    /// Transactions whose answer was lost. Retries of the same one are not counted again.
    pub lost_answers: u64,
    /// Writes of one item whose answer was lost.
    pub lost_write_answers: u64,
    pub throttles: u64,
}

/// Faults under a plan that can change at any time. Clones share plan and counts.
#[derive(Clone)]
pub struct Faults(Arc<State>);

struct State {
    plan: Mutex<FaultPlan>,
    random: SeededEntropy,
    lost: Mutex<HashSet<String>>,
    transaction_conflicts: AtomicU64,
    lost_answers: AtomicU64,
    lost_write_answers: AtomicU64,
    throttles: AtomicU64,
}

impl Faults {
    /// Faults by a plan; a seed determines their order.
    #[must_use]
    pub fn new(seed: u64, plan: FaultPlan) -> Self {
        Self(Arc::new(State {
            plan: Mutex::new(plan),
            random: SeededEntropy::new(seed),
            lost: Mutex::default(),
            transaction_conflicts: AtomicU64::new(0),
            lost_answers: AtomicU64::new(0),
            lost_write_answers: AtomicU64::new(0),
            throttles: AtomicU64::new(0),
        }))
    }

    /// Sets another plan. Transactions whose answers are lost stay lost.
    pub fn set_plan(&self, plan: FaultPlan) {
        *lock(&self.0.plan) = plan;
    }

    /// The faults so far.
    #[must_use]
    pub fn counts(&self) -> FaultCounts {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        FaultCounts {
            transaction_conflicts: read(&self.0.transaction_conflicts),
            lost_answers: read(&self.0.lost_answers),
            lost_write_answers: read(&self.0.lost_write_answers),
            throttles: read(&self.0.throttles),
        }
    }

    /// An HTTP client with these faults.
    #[must_use]
    pub fn around(&self, inner: SharedHttpClient) -> SharedHttpClient {
        SharedHttpClient::new(FaultyClient { inner, faults: self.clone() })
    }

    /// The fault of a request.
    fn fault_of(&self, operation: &str, body: &Value) -> Fault {
        let state = &self.0;
        let token = body.get("ClientRequestToken").and_then(Value::as_str);
        if token.is_some_and(|token| lock(&state.lost).contains(token)) {
            return Fault::StaysLost;
        }
        let plan = *lock(&state.plan);
        let transaction = operation == "TransactWriteItems";
        let write = matches!(operation, "PutItem" | "UpdateItem");
        if self.is_hit(plan.throttle_percent, &state.throttles) {
            Fault::Throttled
        } else if transaction && self.is_hit(plan.transaction_conflict_percent, &state.transaction_conflicts) {
            let parts = body.get("TransactItems").and_then(Value::as_array).map_or(1, Vec::len);
            Fault::Conflict { parts }
        } else if transaction && self.is_hit(plan.lost_answer_percent, &state.lost_answers) {
            lock(&state.lost).extend(token.map(str::to_owned));
            Fault::AnswerLost
        } else if write && self.is_hit(plan.lost_write_answer_percent, &state.lost_write_answers) {
            Fault::AnswerLost
        } else {
            Fault::None
        }
    }

    fn is_hit(&self, percent: u8, counter: &AtomicU64) -> bool {
        let is_hit = percent > 0 && self.0.random.below(100) < u64::from(percent);
        if is_hit {
            counter.fetch_add(1, Ordering::Relaxed);
        }
        is_hit
    }
}

impl fmt::Debug for Faults {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Faults({:?})", self.counts())
    }
}

enum Fault {
    None,
    Throttled,
    Conflict { parts: usize },
    AnswerLost,
    StaysLost,
}

#[derive(Debug)]
struct FaultyClient {
    inner: SharedHttpClient,
    faults: Faults,
}

impl HttpClient for FaultyClient {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(FaultyConnector {
            inner: self.inner.http_connector(settings, components),
            faults: self.faults.clone(),
        })
    }
}

#[derive(Debug)]
struct FaultyConnector {
    inner: SharedHttpConnector,
    faults: Faults,
}

impl HttpConnector for FaultyConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let operation =
            request.headers().get("x-amz-target").and_then(|target| target.rsplit('.').next()).unwrap_or_default();
        let body = request.body().bytes().and_then(|bytes| serde_json::from_slice(bytes).ok()).unwrap_or(Value::Null);
        match self.faults.fault_of(operation, &body) {
            Fault::None => self.inner.call(request),
            Fault::Throttled => HttpConnectorFuture::ready(refusal(&throttled())),
            Fault::Conflict { parts } => HttpConnectorFuture::ready(refusal(&conflict(parts))),
            Fault::StaysLost => HttpConnectorFuture::ready(Err(lost())),
            Fault::AnswerLost => {
                let answer = self.inner.call(request);
                HttpConnectorFuture::new(async move {
                    answer.await?;
                    Err(lost())
                })
            }
        }
    }
}

fn lost() -> ConnectorError {
    ConnectorError::io("the connection was closed before the answer arrived".into())
}

/// The service's answer to a transaction that met another at its first part.
fn conflict(parts: usize) -> Value {
    let mut reasons = vec![json!({"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"})];
    reasons.resize(parts.max(1), json!({"Code": "None"}));
    let codes: Vec<&str> = reasons.iter().filter_map(|reason| reason.get("Code")?.as_str()).collect();
    json!({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "Message": format!(
            "Transaction cancelled, please refer cancellation reasons for specific reasons [{}]",
            codes.join(", ")
        ),
        "CancellationReasons": reasons,
    })
}

fn throttled() -> Value {
    json!({
        "__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException",
        "message": "The rate of on-demand requests exceeds the allowed throughput",
    })
}

fn refusal(body: &Value) -> Result<HttpResponse, ConnectorError> {
    let status = StatusCode::try_from(400).map_err(|error| ConnectorError::other(error.into(), None))?;
    let mut response = HttpResponse::new(status, SdkBody::from(body.to_string()));
    response.headers_mut().insert("content-type", "application/x-amz-json-1.0");
    Ok(response)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
