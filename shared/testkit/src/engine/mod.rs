//! DynamoDB, embedded: a real HTTP endpoint on loopback that starts in milliseconds. Every test makes its own.
//! [`direct`] is the same engine without a network, and [`meter`] counts what reads cost.

pub mod direct;
pub mod meter;

use crate::entropy::SeededEntropy;
use crate::faults::{Faults, Outage};
use adapters::dynamodb::{DynamoStore, expiry_definition, table_definition};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region, SharedHttpClient};
use aws_sdk_dynamodb::error::{DisplayErrorContext, ProvideErrorMetadata};
use dynoxide::Database;
use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::oneshot;

/// The table's name in every engine.
pub const TABLE: &str = "git-report";

/// How long a stopping engine waits for requests that are under way.
const STOP_WAIT: Duration = Duration::from_secs(1);

/// The error of an engine that does not start.
#[derive(Debug, thiserror::Error)]
#[error("the embedded DynamoDB can't start: {0}")]
pub struct EngineError(String);

impl EngineError {
    pub(crate) fn new(error: impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}

/// An embedded DynamoDB with the table. It stops when it is dropped.
#[derive(Debug)]
pub struct Engine {
    address: SocketAddr,
    client: OnceLock<Client>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Engine {
    /// An engine in memory.
    pub async fn memory() -> Result<Self, EngineError> {
        Self::start(Database::memory().map_err(failed)?).await
    }

    /// An engine that keeps its data in this file.
    pub async fn on_disk(path: impl AsRef<Path> + Send) -> Result<Self, EngineError> {
        let path = path.as_ref().to_string_lossy().into_owned();
        Self::start(Database::new(&path).map_err(failed)?).await
    }

    async fn start(database: Database) -> Result<Self, EngineError> {
        let listener = TcpListener::bind("127.0.0.1:0").map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let (stop, stopped) = oneshot::channel();
        // A thread of its own, so that a test on a single thread does not wait for itself.
        let thread = std::thread::Builder::new()
            .name("dynamodb".to_owned())
            .spawn(move || serve(listener, database, stopped))
            .map_err(failed)?;
        let engine = Self { address, client: OnceLock::new(), stop: Some(stop), thread: Some(thread) };
        engine.make_table().await?;
        Ok(engine)
    }

    async fn make_table(&self) -> Result<(), EngineError> {
        let client = self.client();
        let table = table_definition(TABLE).map_err(failed)?;
        match table.send_with(&client).await {
            Ok(_) => {}
            Err(error) if error.code() == Some("ResourceInUseException") => return Ok(()),
            Err(error) => return Err(failed(DisplayErrorContext(error))),
        }
        let expiry = expiry_definition(TABLE).map_err(failed)?;
        match expiry.send_with(&client).await {
            Ok(_) => Ok(()),
            Err(error) => Err(failed(DisplayErrorContext(error))),
        }
    }

    /// The engine's address, such as `http://127.0.0.1:4711`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A client with short retries and timeouts. All of them share their connections.
    #[must_use]
    pub fn client(&self) -> Client {
        self.client.get_or_init(|| self.client_over(plain_http())).clone()
    }

    /// A client between which and the engine faults happen.
    #[must_use]
    pub fn client_with(&self, faults: &Faults) -> Client {
        self.client_over(faults.around(plain_http()))
    }

    /// Everything in the table, in one order: to compare it before and after.
    pub async fn items(&self) -> Result<Vec<String>, EngineError> {
        let mut items = Vec::new();
        let mut pages = self.client().scan().table_name(TABLE).consistent_read(true).into_paginator().items().send();
        while let Some(item) = pages.next().await {
            let item = item.map_err(|error| failed(DisplayErrorContext(error)))?;
            let attributes: BTreeMap<_, _> = item.into_iter().collect();
            items.push(format!("{attributes:?}"));
        }
        items.sort();
        Ok(items)
    }

    /// A store over [`Self::client`].
    #[must_use]
    pub fn store(&self) -> DynamoStore {
        DynamoStore::new(self.client(), TABLE.to_owned(), Arc::new(SeededEntropy::new(1)))
    }

    /// A store over [`Self::client_with`].
    #[must_use]
    pub fn store_with(&self, faults: &Faults) -> DynamoStore {
        DynamoStore::new(self.client_with(faults), TABLE.to_owned(), Arc::new(SeededEntropy::new(2)))
    }

    /// A store whose requests an outage can stop.
    #[must_use]
    pub fn store_behind(&self, outage: &Outage) -> DynamoStore {
        let client = self.client_over(outage.around(plain_http()));
        DynamoStore::new(client, TABLE.to_owned(), Arc::new(SeededEntropy::new(3)))
    }

    fn client_over(&self, http: SharedHttpClient) -> Client {
        let retries = RetryConfig::standard()
            .with_max_attempts(3)
            .with_initial_backoff(Duration::from_millis(5))
            .with_max_backoff(Duration::from_millis(50));
        let time_outs = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(5))
            .operation_attempt_timeout(Duration::from_secs(20))
            .operation_timeout(Duration::from_mins(1))
            .build();
        let config = aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-west-1"))
            .credentials_provider(Credentials::new("local", "local", None, None, "testkit"))
            .endpoint_url(self.endpoint())
            .http_client(http)
            .retry_config(retries)
            .timeout_config(time_outs)
            .build();
        Client::from_conf(config)
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // The engine would wait for its connections.
        self.client.take();
        if let Some(stop) = self.stop.take() {
            // A thread that has ended already has nothing to stop.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Serves until it is stopped, then a moment longer for requests under way. The database closes with the runtime, so
/// its file is free once this thread has been joined.
fn serve(listener: TcpListener, database: Database, stopped: oneshot::Receiver<()>) {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
        return;
    };
    runtime.block_on(async move {
        let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
            return;
        };
        let (close, closing) = oneshot::channel::<()>();
        let server = dynoxide::server::serve_with_shutdown(listener, database, async {
            let _ = closing.await;
        });
        let stop = async {
            let _ = stopped.await;
            let _ = close.send(());
            tokio::time::sleep(STOP_WAIT).await;
        };
        tokio::select! {
            _ = server => {}
            () = stop => {}
        }
    });
}

fn plain_http() -> SharedHttpClient {
    aws_smithy_http_client::Builder::new().build_http()
}

fn failed(error: impl std::fmt::Display) -> EngineError {
    EngineError(error.to_string())
}
