//! The embedded engine without a network: the SDK's requests reach the engine as function calls.
//!
//! Everything above the HTTP client is real, the SDK's retries included. At every request its caller can be
//! interrupted twice: before it took effect, and after it did but before the answer arrives. Made for simulations,
//! which make thousands of requests a second and must repeat exactly.

use super::meter::Meter;
use super::{EngineError, TABLE};
use crate::entropy::SeededEntropy;
use crate::faults::Faults;
use adapters::dynamodb::{DynamoStore, expiry_definition, table_definition};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::{RetryConfig, RetryPartition, TokenBucket};
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Region, SharedHttpClient, StalledStreamProtectionConfig};
use aws_smithy_async::rt::sleep::{AsyncSleep, Sleep};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use domain::id::UserId;
use domain::instant::Instant;
use dynoxide::{Database, DynoxideError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

/// An embedded DynamoDB with the table, which is called instead of connected to.
#[derive(Clone)]
pub struct DirectEngine {
    database: Database,
    writes: Arc<AtomicU64>,
    touched: Arc<Mutex<BTreeSet<UserId>>>,
}

impl fmt::Debug for DirectEngine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "DirectEngine({} writes)", self.writes())
    }
}

impl DirectEngine {
    /// An engine in memory.
    pub async fn memory() -> Result<Self, EngineError> {
        let database = Database::memory().map_err(EngineError::new)?;
        let engine = Self { database, writes: Arc::default(), touched: Arc::default() };
        let client = engine.client(false, None);
        let table = table_definition(TABLE).map_err(EngineError::new)?;
        table.send_with(&client).await.map_err(EngineError::new)?;
        let expiry = expiry_definition(TABLE).map_err(EngineError::new)?;
        expiry.send_with(&client).await.map_err(EngineError::new)?;
        Ok(engine)
    }

    /// The number of requests so far that changed something.
    #[must_use]
    pub fn writes(&self) -> u64 {
        self.writes.load(Ordering::Relaxed)
    }

    /// The users whose records have changed since the last call.
    pub fn take_touched(&self) -> BTreeSet<UserId> {
        std::mem::take(&mut *self.touched.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A store for checks: its requests never wait and never fail.
    #[must_use]
    pub fn store(&self) -> DynamoStore {
        DynamoStore::new(self.client(false, None), TABLE.to_owned(), Arc::new(SeededEntropy::new(1)))
    }

    /// A store whose requests can be interrupted and meet faults; `seed` determines its retries.
    #[must_use]
    pub fn store_with(&self, faults: &Faults, seed: u64) -> DynamoStore {
        DynamoStore::new(self.client(true, Some(faults)), TABLE.to_owned(), Arc::new(SeededEntropy::new(seed)))
    }

    /// A store for checks whose reads are counted.
    #[must_use]
    pub fn store_metered(&self, meter: &Meter) -> DynamoStore {
        let client = client_over(meter.around(self.http(false)));
        DynamoStore::new(client, TABLE.to_owned(), Arc::new(SeededEntropy::new(1)))
    }

    /// Inserts copies of an item under other sort keys in one step: for partitions that would take too long to fill.
    /// All other attributes are the same in every copy.
    pub fn copy_item(
        &self,
        user: UserId,
        sk: &str,
        copies: impl IntoIterator<Item = String>,
    ) -> Result<usize, EngineError> {
        let key = serde_json::json!({
            "TableName": TABLE,
            "Key": {"pk": {"S": format!("USER#{user}")}, "sk": {"S": sk}},
        });
        let request = serde_json::from_value(key).map_err(EngineError::new)?;
        let found = self.database.get_item(request).map_err(EngineError::new)?.item;
        let item = found.ok_or_else(|| EngineError::new(format!("there is no item '{sk}' to copy")))?;
        let copies = copies.into_iter().map(|sk| {
            let mut copy = item.clone();
            copy.insert("sk".to_owned(), dynoxide::AttributeValue::S(sk));
            copy
        });
        let imported = self.database.import_items(TABLE, copies.collect(), dynoxide::ImportOptions::default());
        Ok(imported.map_err(EngineError::new)?.items_imported)
    }

    /// Puts a copy of every item into another database, which has the table, in one transaction for each page.
    pub fn copy_into(&self, other: &Database) -> Result<usize, EngineError> {
        let request = || serde_json::from_value(serde_json::json!({"TableName": TABLE}));
        let mut scan: dynoxide::actions::scan::ScanRequest = request().map_err(EngineError::new)?;
        let mut copied = 0;
        loop {
            let page = self.database.scan(scan).map_err(EngineError::new)?;
            let items = page.items.unwrap_or_default();
            let imported = other.import_items(TABLE, items, dynoxide::ImportOptions::default());
            copied += imported.map_err(EngineError::new)?.items_imported;
            if page.last_evaluated_key.is_none() {
                return Ok(copied);
            }
            scan = request().map_err(EngineError::new)?;
            scan.exclusive_start_key = page.last_evaluated_key;
        }
    }

    /// The sort keys of a user's records, without those that have expired by an instant: this engine does not remove
    /// expired records, and the service does.
    pub fn sort_keys(&self, user: UserId, now: Instant) -> Result<Vec<String>, EngineError> {
        let mut keys = Vec::new();
        let mut from = None;
        loop {
            let query = serde_json::json!({
                "TableName": TABLE,
                "KeyConditionExpression": "pk = :pk",
                "ExpressionAttributeValues": {":pk": {"S": format!("USER#{user}")}},
                "ExclusiveStartKey": from,
            });
            let request = serde_json::from_value(query).map_err(EngineError::new)?;
            let page = self.database.query(request).map_err(EngineError::new)?;
            for item in page.items.unwrap_or_default() {
                if item.get("expires_at").is_some_and(|at| has_passed(at, now)) {
                    continue;
                }
                if let Some(dynoxide::AttributeValue::S(key)) = item.get("sk") {
                    keys.push(key.clone());
                }
            }
            if page.last_evaluated_key.is_none() {
                return Ok(keys);
            }
            from = page.last_evaluated_key;
        }
    }

    fn http(&self, interruptible: bool) -> SharedHttpClient {
        SharedHttpClient::new(DirectClient { engine: self.clone(), interruptible })
    }

    fn client(&self, interruptible: bool, faults: Option<&Faults>) -> Client {
        let http = self.http(interruptible);
        client_over(faults.map_or(http.clone(), |faults| faults.around(http)))
    }

    fn answer(&self, request: &HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let operation =
            request.headers().get("x-amz-target").and_then(|target| target.rsplit('.').next()).unwrap_or_default();
        let body = request.body().bytes().unwrap_or_default();
        let database = &self.database;
        let answer = match operation {
            "GetItem" => call(body, |request| database.get_item(request)),
            "Query" => call(body, |request| database.query(request)),
            "PutItem" => call(body, |request| database.put_item(request)),
            "UpdateItem" => call(body, |request| database.update_item(request)),
            "DeleteItem" => call(body, |request| database.delete_item(request)),
            "TransactWriteItems" => call(body, |request| database.transact_write_items(request)),
            "CreateTable" => call(body, |request| database.create_table(request)),
            "UpdateTimeToLive" => call(body, |request| database.update_time_to_live(request)),
            other => Err(DynoxideError::SerializationException(format!("the direct engine has no {other}"))),
        };
        if !matches!(operation, "GetItem" | "Query") && answer.is_ok() {
            self.writes.fetch_add(1, Ordering::Relaxed);
            self.touched.lock().unwrap_or_else(PoisonError::into_inner).extend(user_of(body));
        }
        match answer {
            Ok(body) => response(200, body),
            Err(error) => response(error.status_code(), error.to_json()),
        }
    }
}

fn has_passed(expires_at: &dynoxide::AttributeValue, now: Instant) -> bool {
    match expires_at {
        dynoxide::AttributeValue::N(seconds) => seconds.parse::<i64>().is_ok_and(|seconds| seconds <= now.timestamp()),
        _ => false,
    }
}

fn client_over(http: SharedHttpClient) -> Client {
    // Without a bucket of retry tokens that all clients of a process would share: a seed gives the same result
    // whatever ran before.
    let partition = RetryPartition::custom("direct").token_bucket(TokenBucket::unlimited()).build();
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .allow_no_auth()
        .endpoint_url("http://engine.invalid")
        .http_client(http)
        .sleep_impl(NoSleep)
        .retry_config(RetryConfig::standard().with_max_attempts(3))
        .retry_partition(partition)
        .timeout_config(TimeoutConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .build();
    Client::from_conf(config)
}

/// The user in the keys of a request. No request names two users' keys.
fn user_of(body: &[u8]) -> Option<UserId> {
    let text = std::str::from_utf8(body).ok()?;
    let (_, rest) = text.split_once("USER#")?;
    UserId::from_record(rest.get(..36)?).ok()
}

fn call<Q: DeserializeOwned, A: Serialize>(
    body: &[u8],
    operation: impl FnOnce(Q) -> Result<A, DynoxideError>,
) -> Result<String, DynoxideError> {
    let wrong = |error: serde_json::Error| DynoxideError::SerializationException(error.to_string());
    let answer = operation(serde_json::from_slice(body).map_err(wrong)?)?;
    serde_json::to_string(&answer).map_err(wrong)
}

fn response(status: u16, body: String) -> Result<HttpResponse, ConnectorError> {
    let status = StatusCode::try_from(status).map_err(|error| ConnectorError::other(error.into(), None))?;
    let mut response = HttpResponse::new(status, SdkBody::from(body));
    response.headers_mut().insert("content-type", "application/x-amz-json-1.0");
    Ok(response)
}

#[derive(Clone, Debug)]
struct DirectClient {
    engine: DirectEngine,
    interruptible: bool,
}

impl HttpClient for DirectClient {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for DirectClient {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let Self { engine, interruptible } = self.clone();
        HttpConnectorFuture::new(async move {
            if !interruptible {
                return engine.answer(&request);
            }
            pause().await;
            let answer = engine.answer(&request);
            pause().await;
            answer
        })
    }
}

/// Waits until its caller is polled once more: a place at which a simulation may drop or suspend the caller.
pub fn pause() -> impl Future<Output = ()> + Send {
    Pause(false)
}

struct Pause(bool);

impl Future for Pause {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.0 {
            return Poll::Ready(());
        }
        self.0 = true;
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

/// Removes the SDK's waits between its tries.
#[derive(Clone, Copy, Debug)]
struct NoSleep;

impl AsyncSleep for NoSleep {
    fn sleep(&self, _: Duration) -> Sleep {
        Sleep::new(std::future::ready(()))
    }
}
