//! What the tests' servers have in common.

use adapters::guard::{AddressPolicy, Guard};
use std::sync::Arc;
use std::time::Duration;
use url::Url;
use wiremock::{MockServer, Request};

/// A wait that costs a test no time.
pub(crate) const NO_WAIT: Duration = Duration::from_millis(1);

/// A guard that lets the tests reach their servers.
pub(crate) fn loopback() -> Arc<Guard> {
    Arc::new(Guard::new(AddressPolicy::LoopbackToo))
}

pub(crate) fn at(server: &MockServer, path: &str) -> Url {
    Url::parse(&server.uri()).unwrap().join(path).unwrap()
}

/// The requests that a server has received.
pub(crate) async fn requests(server: &MockServer) -> Vec<Request> {
    server.received_requests().await.unwrap()
}

/// A parameter of a request's query.
pub(crate) fn parameter(request: &Request, name: &str) -> Option<String> {
    request.url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}
