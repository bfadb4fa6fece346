//! The cost of reads and writes, counted and not timed: the engine's own `ConsumedCapacity`, and the number of
//! evaluated items.
//!
//! The store does not ask for these figures. They are requested below the SDK, at its HTTP client, so that the store
//! is measured unchanged.

use aws_sdk_dynamodb::config::SharedHttpClient;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What requests have read.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Reads {
    /// `GetItem` and `Query` requests.
    pub requests: u64,
    /// Items that they evaluated, including those that a filter removed.
    pub items: u64,
    /// Read units, in thousandths: the service charges half a unit for 4 KB of an eventually consistent read, and one
    /// for 4 KB of a consistent read.
    pub milli_units: u64,
}

/// What requests have written, in thousandths of write units: the service charges one for a kilobyte, and twice as
/// much in a transaction.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Writes {
    pub requests: u64,
    /// In the table and its indexes together.
    pub milli_units: u64,
    /// Those of an index, by its name.
    pub of_index: BTreeMap<String, u64>,
}

/// Sums up the reads and writes of a client. Clones share the sums.
#[derive(Clone, Debug, Default)]
pub struct Meter(Arc<Mutex<(Reads, Writes)>>);

impl Meter {
    /// The reads since the last call.
    #[must_use]
    pub fn take(&self) -> Reads {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner).0)
    }

    /// The writes since the last call.
    #[must_use]
    pub fn take_writes(&self) -> Writes {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner).1)
    }

    /// An HTTP client whose reads and writes are counted. It changes requests after they were signed: for an engine
    /// that does not check signatures.
    #[must_use]
    pub fn around(&self, inner: SharedHttpClient) -> SharedHttpClient {
        SharedHttpClient::new(Metered { inner, meter: self.clone() })
    }

    fn add(&self, answer: &Value) {
        let number = |value: &Value| value.to_string().parse::<u64>().unwrap_or(0);
        let looked_at = answer.get("ScannedCount").map(number);
        let got = || u64::from(answer.get("Item").is_some());
        let mut sums = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let reads = &mut sums.0;
        reads.requests += 1;
        reads.items += looked_at.unwrap_or_else(got);
        reads.milli_units += answer.pointer("/ConsumedCapacity/CapacityUnits").map_or(0, milli);
    }

    /// A transaction answers the capacity of each table, any other write that of its table.
    fn add_write(&self, answer: &Value) {
        let consumed = answer.get("ConsumedCapacity");
        let consumed = consumed
            .and_then(Value::as_array)
            .map_or_else(|| consumed.into_iter().collect(), |all| all.iter().collect::<Vec<_>>());
        let mut sums = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let writes = &mut sums.1;
        writes.requests += 1;
        for table in consumed {
            writes.milli_units += table.get("CapacityUnits").map_or(0, milli);
            let indexes = table.get("GlobalSecondaryIndexes").and_then(Value::as_object);
            for (name, index) in indexes.into_iter().flatten() {
                let units = index.get("CapacityUnits").map_or(0, milli);
                *writes.of_index.entry(name.clone()).or_default() += units;
            }
        }
    }
}

/// A decimal number times a thousand.
fn milli(units: &Value) -> u64 {
    let text = units.to_string();
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    format!("{whole}{rest:0<3.3}").parse().unwrap_or(0)
}

#[derive(Debug)]
struct Metered {
    inner: SharedHttpClient,
    meter: Meter,
}

impl HttpClient for Metered {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(MeteredConnector { inner, meter: self.meter.clone() })
    }
}

#[derive(Debug)]
struct MeteredConnector {
    inner: SharedHttpConnector,
    meter: Meter,
}

impl HttpConnector for MeteredConnector {
    fn call(&self, mut request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let is_one_of = |names: &[&str]| names.iter().any(|name| target.ends_with(name));
        let reads = is_one_of(&[".GetItem", ".Query"]);
        if !reads && !is_one_of(&[".PutItem", ".UpdateItem", ".DeleteItem", ".TransactWriteItems"]) {
            return self.inner.call(request);
        }
        if let Some(mut body) = request.body().bytes().and_then(|bytes| serde_json::from_slice::<Value>(bytes).ok()) {
            if let Some(members) = body.as_object_mut() {
                members.insert("ReturnConsumedCapacity".to_owned(), json!("INDEXES"));
            }
            *request.body_mut() = SdkBody::from(body.to_string());
        }
        let (answer, meter) = (self.inner.call(request), self.meter.clone());
        HttpConnectorFuture::new(async move {
            let answer: HttpResponse = answer.await?;
            let found = answer.body().bytes().and_then(|bytes| serde_json::from_slice(bytes).ok());
            match found {
                Some(read) if reads => meter.add(&read),
                Some(written) => meter.add_write(&written),
                None => {}
            }
            Ok(answer)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::milli;

    #[test]
    fn units_are_read_as_thousandths() {
        for (text, thousandths) in [("0.5", 500), ("1.0", 1_000), ("12", 12_000), ("0.125", 125), ("3.25", 3_250)] {
            assert_eq!(milli(&serde_json::from_str(text).unwrap()), thousandths, "{text}");
        }
    }
}
