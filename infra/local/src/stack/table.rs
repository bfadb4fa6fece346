//! DynamoDB on loopback: the embedded engine behind a socket, and the table.

use adapters::dynamodb::{expiry_definition, missing_index, table_definition};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::TableDescription;
use dynoxide::{Database, DynoxideError};
use serde_json::json;
use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use testkit::engine::EngineError;
use testkit::engine::direct::DirectEngine;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The table's name.
pub const TABLE: &str = "git-report";

/// The storage of the table.
#[derive(Clone, Debug)]
pub enum Storage {
    /// Lost when the process ends.
    Memory,
    /// An `SQLite` file.
    File(PathBuf),
}

/// Why the table can't be used.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The engine can't open or read its file.
    #[error(
        "the table's file '{}' can't be read ({error}). If it is damaged, restore it from a copy, or move it away, \
         with the files whose names begin with its name, to start with an empty table",
        .path.display()
    )]
    File { path: PathBuf, error: String },
    #[error("the embedded DynamoDB can't start: {0}")]
    Engine(String),
    #[error("the embedded DynamoDB could not create the table: {0}")]
    Refused(String),
}

/// The engine and its server.
pub struct Table {
    engine: Engine,
    /// Ends after `stop`.
    pub server: JoinHandle<()>,
}

/// A handle of the embedded engine.
#[derive(Clone)]
pub struct Engine(Database);

impl Table {
    /// Opens the engine and serves it until `stop` ends.
    pub fn serve(
        listener: TcpListener,
        storage: &Storage,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> Result<Self, TableError> {
        let database = match storage {
            Storage::Memory => Database::memory().map_err(|error| TableError::Engine(error.to_string()))?,
            Storage::File(path) => open(path)?,
        };
        let own = database.clone();
        let server = tokio::spawn(async move {
            if let Err(error) = dynoxide::server::serve_with_shutdown(listener, own, stop).await {
                tracing::error!(error, "the embedded DynamoDB stopped");
            }
        });
        Ok(Self { engine: Engine(database), server })
    }

    /// Whether this file contains no record.
    pub fn is_empty(path: &Path) -> Result<bool, TableError> {
        has_record(&open(path)?, path).map(|has_record| !has_record)
    }

    /// Creates the table if it does not exist, and the indexes that one of an earlier version does not have.
    pub async fn create(client: &Client) -> Result<(), TableError> {
        let refused = |detail: String| TableError::Refused(detail);
        let found = client.list_tables().send().await;
        let found = found.map_err(|error| refused(error.into_service_error().to_string()))?;
        if found.table_names().iter().any(|name| name == TABLE) {
            return Self::add_indexes(client).await;
        }
        let definition = table_definition(TABLE).map_err(|error| refused(error.to_string()))?;
        definition.send_with(client).await.map_err(|error| refused(error.into_service_error().to_string()))?;
        let expiry = expiry_definition(TABLE).map_err(|error| refused(error.to_string()))?;
        expiry.send_with(client).await.map_err(|error| refused(error.into_service_error().to_string()))?;
        Ok(())
    }

    async fn add_indexes(client: &Client) -> Result<(), TableError> {
        let refused = |detail: String| TableError::Refused(detail);
        loop {
            let found = client.describe_table().table_name(TABLE).send().await;
            let found = found.map_err(|error| refused(error.into_service_error().to_string()))?.table;
            let found = found.as_ref().map_or(&[][..], TableDescription::global_secondary_indexes);
            let missing = missing_index(TABLE, found).map_err(|error| refused(error.to_string()))?;
            let Some(update) = missing else { return Ok(()) };
            update.send_with(client).await.map_err(|error| refused(error.into_service_error().to_string()))?;
        }
    }

    /// A handle of the engine.
    #[must_use]
    pub fn handle(&self) -> Engine {
        self.engine.clone()
    }
}

/// The engine's message, without its prefix `Internal error`, because the file is at fault.
fn file_error(path: &Path, error: &str) -> TableError {
    let error = error.strip_prefix("Internal error: ").unwrap_or(error).to_owned();
    TableError::File { path: path.to_owned(), error }
}

/// Opens the engine on a file that only its owner can read, and reads from it, so that a damaged file is refused here.
fn open(path: &Path) -> Result<Database, TableError> {
    let failed = |error: String| file_error(path, &error);
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| failed(error.to_string()))?;
    let database = Database::new(&path.to_string_lossy()).map_err(|error| failed(error.to_string()))?;
    has_record(&database, path)?;
    Ok(database)
}

fn has_record(database: &Database, path: &Path) -> Result<bool, TableError> {
    let failed = |error: String| file_error(path, &error);
    let request = serde_json::from_value(json!({"TableName": TABLE, "Limit": 1}));
    match database.scan(request.map_err(|error| failed(error.to_string()))?) {
        Ok(page) => Ok(page.count > 0),
        // The file is new.
        Err(DynoxideError::ResourceNotFoundException(_)) => Ok(false),
        Err(error) => Err(failed(error.to_string())),
    }
}

impl Engine {
    /// Puts a copy of every item of an engine in memory into the table.
    pub fn take_items(&self, from: &DirectEngine) -> Result<usize, EngineError> {
        from.copy_into(&self.0)
    }

    /// Removes expired items, which DynamoDB does by itself.
    pub fn remove_expired(&self) {
        if let Err(error) = self.0.sweep_ttl() {
            tracing::warn!(%error, "expired items were not removed");
        }
    }
}
