//! The cost of reads, counted and not timed: the engine's own `ConsumedCapacity`, and the number of evaluated items.
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

/// Sums up the reads of a client. Clones share the sum.
#[derive(Clone, Debug, Default)]
pub struct Meter(Arc<Mutex<Reads>>);

impl Meter {
    /// The reads since the last call.
    #[must_use]
    pub fn take(&self) -> Reads {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// An HTTP client whose reads are counted. It changes requests after they were signed: for an engine that does not
    /// check signatures.
    #[must_use]
    pub fn around(&self, inner: SharedHttpClient) -> SharedHttpClient {
        SharedHttpClient::new(Metered { inner, meter: self.clone() })
    }

    fn add(&self, answer: &Value) {
        let number = |value: &Value| value.to_string().parse::<u64>().unwrap_or(0);
        let looked_at = answer.get("ScannedCount").map(number);
        let got = || u64::from(answer.get("Item").is_some());
        let mut reads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        reads.requests += 1;
        reads.items += looked_at.unwrap_or_else(got);
        reads.milli_units += answer.pointer("/ConsumedCapacity/CapacityUnits").map_or(0, milli);
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
        if !target.ends_with(".GetItem") && !target.ends_with(".Query") {
            return self.inner.call(request);
        }
        if let Some(mut body) = request.body().bytes().and_then(|bytes| serde_json::from_slice::<Value>(bytes).ok()) {
            if let Some(members) = body.as_object_mut() {
                members.insert("ReturnConsumedCapacity".to_owned(), json!("TOTAL"));
            }
            *request.body_mut() = SdkBody::from(body.to_string());
        }
        let (answer, meter) = (self.inner.call(request), self.meter.clone());
        HttpConnectorFuture::new(async move {
            let answer: HttpResponse = answer.await?;
            let read = answer.body().bytes().and_then(|bytes| serde_json::from_slice(bytes).ok());
            if let Some(read) = read {
                meter.add(&read);
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
