//! `migrate`: imports repositories, report configurations and report runs that were exported from an earlier system.
//!
//! In reading order: `args`, the options; [`migrate`] and [`import`]; `source`, the files, and `row`, a row;
//! `repositories`, `configurations`, `runs` and `snapshot`, what the columns mean, and `whole`, the run that results;
//! `lane`, the rows of some users, `group`, runs that are written together, and `holdings`, the other records; `tally`,
//! what came of each row; `check`, the recount at the end; `target`, the table.
//!
//! There is no file that records how far an import came. Every write has the condition that its record is absent, and
//! the id of a run follows from its row, so a repetition finds what is done and continues with the rest.

mod args;
mod check;
mod configurations;
mod group;
mod holdings;
mod lane;
mod repositories;
mod row;
mod runs;
mod snapshot;
mod source;
mod tally;
mod target;
mod whole;

pub use args::{MIGRATE_EXAMPLES, MigrateArgs};
pub use check::Checked;
pub use row::{Place, Reason};
pub use source::SourceError;
pub use tally::{Rows, Table, Tally};
pub use target::Target;

use crate::output::{OutputError, require_open, say};
use crate::progress::Progress;
use crate::stack::StackError;
use adapters::boot::{Environment, SettingsError};
use app::ports::{StoreError, TransactionError, VaultError};
use lane::{Lane, Shared};
use row::Row;
use source::{Columns, Found};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use tally::Fate;
use target::Opened;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// Rows of different users that are imported at the same time.
const LANES: usize = 8;
/// Rows that wait for a lane.
const QUEUED_MAX: usize = 64;

/// Why an import ends early, or not with success.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    #[error("name at least one file with --repositories, --configurations or --runs")]
    NoFiles,
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error("the table '{table}' can't be read ({error}): check its name, AWS_REGION and the credentials")]
    NoTable { table: String, error: StoreError },
    #[error("'{}' has no `env` file that names the running system: stop the system, or restart it", .0.display())]
    NoEnvFile(PathBuf),
    #[error(transparent)]
    Stack(#[from] StackError),
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error("a secret can't be encrypted: {0}")]
    Vault(#[from] VaultError),
    /// The store failed at a read.
    #[error("the import stopped, and continues when it is repeated: {0}")]
    Store(#[from] StoreError),
    /// The store failed at a write.
    #[error("the import stopped, and continues when it is repeated: {0}")]
    Stopped(TransactionError),
    #[error(transparent)]
    Output(#[from] OutputError),
    #[error("a part of the import ended unexpectedly: repeat it")]
    Ended,
    #[error("rows that were not imported: {0}. Correct them, and repeat the import")]
    Refused(u64),
}

/// What is imported, and how.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub repositories: Vec<PathBuf>,
    pub configurations: Vec<PathBuf>,
    pub runs: Vec<PathBuf>,
    /// Whether schedules that are enabled in the export are started.
    pub enable: bool,
    /// Whether runs that have not ended are imported as failed.
    pub fail_running: bool,
    /// Whether rows are checked only.
    pub dry_run: bool,
}

impl From<&MigrateArgs> for Options {
    fn from(args: &MigrateArgs) -> Self {
        Self {
            repositories: args.repositories.clone(),
            configurations: args.configurations.clone(),
            runs: args.runs.clone(),
            enable: args.enable,
            fail_running: args.fail_running,
            dry_run: args.dry_run,
        }
    }
}

/// Imports the files into the table that the arguments name, and prints what came of them.
pub async fn migrate(args: &MigrateArgs, process: &Environment, progress: &Progress) -> Result<(), MigrateError> {
    require_open()?;
    let opened = Opened::new(args, process).await?;
    let (tally, checked) = import(&opened.target, &args.into(), progress).await?;
    say(&tally.summary(args.dry_run))?;
    if let Some(checked) = checked {
        say(&checked.summary())?;
    }
    match tally.refused_rows() {
        0 => Ok(()),
        refused => Err(MigrateError::Refused(refused)),
    }
}

/// Imports the files: first all repositories, then all configurations, then all runs. At the end every month of an
/// imported run is recounted, unless nothing was written.
pub async fn import(
    target: &Target,
    options: &Options,
    progress: &Progress,
) -> Result<(Tally, Option<Checked>), MigrateError> {
    let files = [
        (Table::Repositories, &options.repositories, repositories::COLUMNS),
        (Table::Configurations, &options.configurations, configurations::COLUMNS),
        (Table::Runs, &options.runs, runs::COLUMNS),
    ];
    if files.iter().all(|(_, paths, _)| paths.is_empty()) {
        return Err(MigrateError::NoFiles);
    }
    for (_, paths, columns) in &files {
        for path in *paths {
            source::check(path, *columns)?;
        }
    }
    let now = target.deployment.clock.now();
    let tally = Mutex::new(Tally::default());
    let shared = Arc::new(Shared { target: target.clone(), options: options.clone(), now, tally });
    for (table, paths, columns) in files {
        for path in paths {
            let began = tokio::time::Instant::now();
            let waiting = progress.waiting(&format!("Importing {table} from {}", path.display()));
            import_file(&shared, table, path, columns).await?;
            drop(waiting);
            progress.line(&format!("Imported {} in {} s", path.display(), began.elapsed().as_secs()));
        }
    }
    let tally = shared.tally().clone();
    if options.dry_run || tally.months.is_empty() {
        return Ok((tally, None));
    }
    let _waiting = progress.waiting("Recounting the months of the runs");
    let checked = check::check(target, &tally.months).await?;
    Ok((tally, Some(checked)))
}

async fn import_file(shared: &Arc<Shared>, table: Table, path: &Path, columns: Columns) -> Result<(), MigrateError> {
    let mut lanes: JoinSet<Result<(), MigrateError>> = JoinSet::new();
    let mut senders = Vec::new();
    for _ in 0..LANES {
        let (sender, rows) = mpsc::channel(QUEUED_MAX);
        senders.push(sender);
        lanes.spawn(drive(Lane::new(Arc::clone(shared)), table, rows));
    }
    let (path, own) = (path.to_owned(), Arc::clone(shared));
    let reader = tokio::task::spawn_blocking(move || -> Result<(), MigrateError> {
        let mut refused = Ok(());
        let ignored = source::read(&path, columns, |found: Found| match found {
            // A lane whose receiver is closed has failed; its error is returned below.
            Ok(row) => lane_of(&senders, &row).is_some_and(|lane| lane.blocking_send(row).is_ok()),
            Err((place, reason)) => {
                refused = own.add(table, &place, Fate::Refused(reason));
                refused.is_ok()
            }
        })?;
        own.tally().ignored.extend(ignored.into_iter().map(|column| (table, column)));
        refused
    });
    let read = reader.await.map_err(|_| MigrateError::Ended);
    while let Some(ended) = lanes.join_next().await {
        ended.map_err(|_| MigrateError::Ended)??;
    }
    read?
}

async fn drive(mut lane: Lane, table: Table, mut rows: mpsc::Receiver<Row>) -> Result<(), MigrateError> {
    while let Some(row) = rows.recv().await {
        lane.take(table, &row).await?;
    }
    lane.finish().await
}

/// The lane of the row's user: always the same, so that rows of one user keep their order.
fn lane_of<'a>(lanes: &'a [mpsc::Sender<Row>], row: &Row) -> Option<&'a mpsc::Sender<Row>> {
    let user = row.text("user_id").unwrap_or_default();
    let sum =
        user.bytes().fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.to_ascii_lowercase().into()));
    lanes.get(sum % lanes.len().max(1))
}
