//! DynamoDB on loopback: the embedded engine behind a socket, and the one table.

use adapters::dynamodb::{expiry_definition, table_definition};
use aws_sdk_dynamodb::Client;
use dynoxide::Database;
use std::path::PathBuf;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The table's name.
pub const TABLE: &str = "git-report";

/// Where the table is kept.
#[derive(Clone, Debug)]
pub enum Medium {
    /// In memory, until the process ends.
    Memory,
    /// In this file.
    File(PathBuf),
}

/// There is no table.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The engine did not open its file.
    #[error("the table's file does not open: {0}")]
    Engine(String),
    /// The engine did not make the table.
    #[error("the embedded DynamoDB did not make the table: {0}")]
    Refused(String),
}

/// The engine, serving.
pub struct Table {
    engine: Engine,
    /// The server; it ends once `stop` does.
    pub server: JoinHandle<()>,
}

/// The engine itself.
#[derive(Clone)]
pub struct Engine(Database);

impl Table {
    /// Opens the engine and serves it until `stop` ends.
    pub fn serve(
        listener: TcpListener,
        medium: &Medium,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> Result<Self, TableError> {
        let database = match medium {
            Medium::Memory => Database::memory(),
            Medium::File(path) => Database::new(&path.to_string_lossy()),
        };
        let database = database.map_err(|error| TableError::Engine(error.to_string()))?;
        let own = database.clone();
        let server = tokio::spawn(async move {
            if let Err(error) = dynoxide::server::serve_with_shutdown(listener, own, stop).await {
                tracing::error!(error, "the embedded DynamoDB stopped");
            }
        });
        Ok(Self { engine: Engine(database), server })
    }

    /// Makes the table, unless the file holds it already.
    pub async fn make(client: &Client) -> Result<(), TableError> {
        let refused = |detail: String| TableError::Refused(detail);
        let found = client.list_tables().send().await;
        let found = found.map_err(|error| refused(error.into_service_error().to_string()))?;
        if found.table_names().iter().any(|name| name == TABLE) {
            return Ok(());
        }
        let definition = table_definition(TABLE).map_err(|error| refused(error.to_string()))?;
        definition.send_with(client).await.map_err(|error| refused(error.into_service_error().to_string()))?;
        let expiry = expiry_definition(TABLE).map_err(|error| refused(error.to_string()))?;
        expiry.send_with(client).await.map_err(|error| refused(error.into_service_error().to_string()))?;
        Ok(())
    }

    /// The engine itself.
    #[must_use]
    pub fn handle(&self) -> Engine {
        self.engine.clone()
    }
}

impl Engine {
    /// Removes what has expired, which DynamoDB does by itself.
    pub fn remove_expired(&self) {
        if let Err(error) = self.0.sweep_ttl() {
            tracing::warn!(%error, "expired items stay");
        }
    }
}
