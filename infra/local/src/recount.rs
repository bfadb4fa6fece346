//! Recounts a month of the local stack: compares the counter with the sum of its runs, and repairs it.
//!
//! If the system runs, this uses its table over the network, because a recount is safe while requests are served;
//! otherwise it opens the table's file.

use crate::cli::RecountArgs;
use crate::demo::Ids;
use crate::output::{OutputError, require_open, say};
use crate::stack::folder::FolderError;
use crate::stack::stop::stopping;
use crate::stack::table::Storage;
use crate::stack::{Folder, Foundation, Ports, StackError, ports};
use adapters::boot::{Environment, Role, Settings, SettingsError};
use adapters::entropy::SystemEntropy;
use adapters::wiring::{LivePorts, Verbs};
use app::ports::StoreError;
use app::usage::Recounted;
use domain::month::Month;
use domain::run::Drift;
use std::path::{Path, PathBuf};

/// The month can't be recounted, or its counter differs from its runs.
#[derive(Debug, thiserror::Error)]
pub enum RecountError {
    /// The table does not exist.
    #[error("there is no table in '{}': start the system once, or name its folder with --data-dir", .0.display())]
    NoTable(PathBuf),
    /// The system runs, but its `env` file is missing.
    #[error("'{}' has no `env` file that names the running system: stop the system, or restart it", .0.display())]
    NoEnvFile(PathBuf),
    #[error(transparent)]
    Stack(#[from] StackError),
    /// The variables in the running system's `env` file are invalid.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// An id of the demo can't be parsed.
    #[error(transparent)]
    Id(#[from] domain::id::IdError),
    #[error(transparent)]
    Output(#[from] OutputError),
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The counter differs from its runs, and was not repaired.
    #[error("the counter differs from its runs: --repair corrects it")]
    Drifted,
}

/// Recounts a month and prints the differences; with `--repair` it corrects the counter.
pub async fn recount(args: &RecountArgs, environment: &Environment) -> Result<(), RecountError> {
    require_open()?;
    if !args.data_dir.join(Folder::TABLE_FILE).exists() {
        return Err(RecountError::NoTable(args.data_dir.clone()));
    }
    match Folder::open(&args.data_dir) {
        Ok(folder) => {
            let secrets = folder.secrets(&SystemEntropy).map_err(StackError::from)?;
            let listeners = ports::bind(&Ports::ANY).await.map_err(StackError::from)?;
            let (stopper, stop) = stopping();
            let storage = Storage::File(folder.table_file());
            let (foundation, _, _) = Foundation::start(environment, listeners, &storage, &secrets, &stop).await?;
            let counted = count(args, &foundation.deployment).await;
            stopper.stop();
            counted
        }
        Err(FolderError::InUse { .. }) => count(args, &running(&args.data_dir)?).await,
        Err(error) => Err(StackError::from(error).into()),
    }
}

/// The ports of the system that works in this folder.
fn running(folder: &Path) -> Result<LivePorts, RecountError> {
    let file = folder.join("env");
    let text = std::fs::read_to_string(&file).map_err(|_| RecountError::NoEnvFile(file))?;
    let variables = text.lines().filter_map(|line| line.split_once('='));
    let environment = Environment::from_pairs(variables.map(|(name, value)| (name, value.trim_matches('\''))));
    Ok(LivePorts::new(&Settings::read(&environment, Role::Api)?))
}

async fn count(args: &RecountArgs, ports: &impl Verbs) -> Result<(), RecountError> {
    let user = args.account.map_or_else(|| Ids::fixed().map(|ids| ids.user), Ok)?;
    let month = args.month.unwrap_or_else(|| Month::of(ports.clock().now()));
    let verb = ports.recount();
    let found = if args.repair { verb.correct(user, month).await? } else { verb.compare(user, month).await? };
    say(&summary(&found))?;
    if found.drift.is_empty() || found.corrected { Ok(()) } else { Err(RecountError::Drifted) }
}

/// The month in one line, and the differences as a table.
fn summary(found: &Recounted) -> String {
    let (user, month, runs) = (found.counter.user, found.counter.month, found.runs.total_runs);
    let unreadable = match found.unreadable_runs {
        0 => String::new(),
        1 => "\n\n1 run record can't be read and is not among them.".to_owned(),
        records => format!("\n\n{records} run records can't be read and are not among them."),
    };
    if found.drift.is_empty() {
        return format!("{month} of {user}: the counter agrees with its runs ({runs}).{unreadable}");
    }
    let repaired = if found.corrected { "\n\nThe counter was repaired." } else { "" };
    let table = table(&found.drift);
    format!("{month} of {user}: the counter differs from its runs ({runs}).\n\n{table}{unreadable}{repaired}")
}

/// The differences as aligned columns.
fn table(drift: &[Drift]) -> String {
    let head = ["field".to_owned(), "counter".to_owned(), "runs".to_owned()];
    let stored = |drift: &Drift| drift.counted.map_or_else(|| "unreadable".to_owned(), |figure| figure.to_string());
    let line = |drift: &Drift| [drift.figure.to_owned(), stored(drift), drift.runs.to_string()];
    let lines: Vec<[String; 3]> = std::iter::once(head).chain(drift.iter().map(line)).collect();
    let width = |of: fn(&[String; 3]) -> &String| lines.iter().map(|line| of(line).len()).max().unwrap_or_default();
    let (field, counter, runs) =
        (width(|[field, _, _]| field), width(|[_, counter, _]| counter), width(|[.., runs]| runs));
    let shown =
        lines.iter().map(|[name, counted, come_to]| format!("{name:field$}  {counted:>counter$}  {come_to:>runs$}"));
    shown.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::table;
    use domain::run::Drift;

    #[test]
    fn columns_are_aligned() {
        let drift = [
            Drift { figure: "slots_used", counted: Some(3), runs: 1 },
            Drift { figure: "cost_micros", counted: Some(0), runs: 123_456_789 },
        ];
        let expected = "\
            field        counter       runs\n\
            slots_used         3          1\n\
            cost_micros        0  123456789";
        assert_eq!(table(&drift), expected);
    }
}
