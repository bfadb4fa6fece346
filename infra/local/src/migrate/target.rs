//! Where records are imported to: the table of the local system, or that of a deployment.

use super::{MigrateArgs, MigrateError};
use crate::stack::folder::FolderError;
use crate::stack::stop::{Stopper, stopping};
use crate::stack::table::Storage;
use crate::stack::{Folder, Foundation, Ports, StackError, ports};
use adapters::boot::{Environment, Role, Settings, VARIABLES, aws_config, table_client};
use adapters::clock::SystemClock;
use adapters::dynamodb::{DynamoStore, Retention};
use adapters::entropy::SystemEntropy;
use adapters::wiring::{Deployment, LivePorts};
use app::ports::{Imports, StoreError};
use std::path::Path;
use std::sync::Arc;

/// Variables of the functions without a meaning for an import, which their settings require.
const UNUSED: [&str; 3] = ["RUN_QUEUE_URL", "DELIVERY_QUEUE_URL", "DELIVERY_SLOW_QUEUE_URL"];

/// A table, and the ports on it.
#[derive(Clone)]
pub struct Target {
    pub imports: Arc<dyn Imports>,
    pub deployment: Deployment,
    pub retention: Retention,
    /// Whether webhooks may be on this machine.
    pub loopback: bool,
}

/// A target that is open. It closes when this is dropped.
pub(super) struct Opened {
    pub(super) target: Target,
    /// The embedded services, while this process runs them.
    _services: Option<(Foundation, Stopper)>,
}

impl Opened {
    pub(super) async fn new(args: &MigrateArgs, process: &Environment) -> Result<Self, MigrateError> {
        if let Some(table) = &args.table {
            let variables = of_deployment(process, table).with_secrets(Role::Delivery, Arc::new(SystemClock)).await;
            let settings = Settings::read(&variables, Role::Delivery)?;
            let opened = Self { target: Target::of(&settings), _services: None };
            opened.check(table).await?;
            return Ok(opened);
        }
        match Folder::open(&args.data_dir) {
            Ok(folder) => {
                let secrets = folder.secrets(&SystemEntropy).map_err(StackError::from)?;
                let listeners = ports::bind(&Ports::ANY).await.map_err(StackError::from)?;
                let (stopper, stop) = stopping();
                let storage = Storage::File(folder.table_file());
                let (foundation, _, _) = Foundation::start(process, listeners, &storage, &secrets, &stop).await?;
                let target = Target::of(&foundation.surroundings.settings);
                Ok(Self { target, _services: Some((foundation, stopper)) })
            }
            Err(FolderError::InUse { .. }) => {
                let settings = Settings::read(&of_running(&args.data_dir)?, Role::Api)?;
                Ok(Self { target: Target::of(&settings), _services: None })
            }
            Err(error) => Err(StackError::from(error).into()),
        }
    }

    /// Reads once, so that a wrong name or a missing permission is found before a row is.
    async fn check(&self, table: &str) -> Result<(), MigrateError> {
        let answered = self.target.deployment.store.answer().await;
        answered.map_err(|error: StoreError| MigrateError::NoTable { table: table.to_owned(), error })
    }
}

impl Target {
    fn of(settings: &Settings) -> Self {
        let client = table_client(&aws_config(settings));
        let store = DynamoStore::new(client, settings.table.clone(), Arc::new(SystemEntropy));
        Self {
            imports: Arc::new(store.keeping(settings.retention, Arc::new(SystemClock))),
            deployment: Deployment::of(&LivePorts::new(settings)),
            retention: settings.retention,
            loopback: settings.allow_loopback,
        }
    }
}

/// The variables of the process that name a deployment.
fn of_deployment(process: &Environment, table: &str) -> Environment {
    let known = VARIABLES.iter().filter_map(|variable| Some((variable.name, process.get(variable.name)?)));
    let unused = UNUSED.map(|name| (name, "https://unused.invalid/"));
    Environment::from_pairs(known.chain(unused).chain([("TABLE_NAME", table)]))
}

/// The variables of the system that works in this folder.
fn of_running(folder: &Path) -> Result<Environment, MigrateError> {
    let file = folder.join("env");
    let text = std::fs::read_to_string(&file).map_err(|_| MigrateError::NoEnvFile(file))?;
    let variables = text.lines().filter_map(|line| line.split_once('='));
    Ok(Environment::from_pairs(variables.map(|(name, value)| (name, value.trim_matches('\'')))))
}
