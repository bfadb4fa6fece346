//! Runs of one user and month: they wait for each other, and are written together.

use super::MigrateError;
use super::holdings::{again, closed, within_budget};
use super::lane::Shared;
use super::row::{Place, Reason};
use super::tally::{Fate, Table};
use app::limits::IMPORTED_AT_ONCE;
use app::ports::{FoundRun, ImportedRun, Part, StoreError, TransactionError};
use domain::id::UserId;
use domain::month::Month;
use domain::run::Run;
use std::collections::{BTreeMap, HashMap};

/// The most runs that wait in a lane, each of which can have a report of 100 KB.
const WAITING_MAX: usize = 250;

/// A run that waits.
pub(super) struct Waiting {
    pub(super) place: Place,
    pub(super) imported: ImportedRun,
}

/// The runs that wait in a lane.
#[derive(Default)]
pub(super) struct WaitingRuns {
    groups: BTreeMap<(UserId, Month), Vec<Waiting>>,
    count: usize,
}

impl WaitingRuns {
    /// Adds a run. Returns the groups that are to be written now: a full one, one that contains a run of the same id,
    /// and the largest one if too many wait.
    pub(super) fn add(&mut self, run: Waiting) -> Vec<Vec<Waiting>> {
        let key = (run.imported.run.user, run.imported.run.month());
        let is_same = |other: &Waiting| {
            let (one, other) = (&run.imported, &other.imported);
            one.run.id == other.run.id || (one.earlier_id.is_some() && one.earlier_id == other.earlier_id)
        };
        let mut due = Vec::new();
        if self.groups.get(&key).is_some_and(|group| group.iter().any(is_same)) {
            due.extend(self.take(key));
        }
        let group = self.groups.entry(key).or_default();
        group.push(run);
        self.count += 1;
        if group.len() >= IMPORTED_AT_ONCE {
            due.extend(self.take(key));
        } else if self.count >= WAITING_MAX {
            due.extend(self.take_largest());
        }
        due
    }

    /// The group of the most runs.
    pub(super) fn take_largest(&mut self) -> Option<Vec<Waiting>> {
        let (key, _) = self.groups.iter().max_by_key(|(_, group)| group.len())?;
        self.take(*key)
    }

    fn take(&mut self, key: (UserId, Month)) -> Option<Vec<Waiting>> {
        let group = self.groups.remove(&key)?;
        self.count -= group.len();
        Some(group)
    }
}

/// Imports the runs, and records what came of each.
pub(super) async fn import(shared: &Shared, group: Vec<Waiting>) -> Result<(), MigrateError> {
    let (places, runs): (Vec<_>, Vec<_>) = group.into_iter().map(|waiting| (waiting.place, waiting.imported)).unzip();
    let fates = fates(shared, &runs).await?;
    for ((place, imported), fate) in places.iter().zip(&runs).zip(fates) {
        if !matches!(fate, Fate::Refused(_)) {
            shared.tally().months.insert((imported.run.user, imported.run.month()));
        }
        shared.add(Table::Runs, place, fate)?;
    }
    Ok(())
}

async fn fates(shared: &Shared, runs: &[ImportedRun]) -> Result<Vec<Fate>, MigrateError> {
    let mut tries = 0;
    // Whether an earlier try may have taken effect, although its answer was lost.
    let mut is_unsure = false;
    loop {
        tries += 1;
        let refused = match within_budget(shared.target.imports.import_runs(runs)).await {
            Ok(found) => return Ok(of_found(runs, found, is_unsure)),
            Err(TransactionError::Refused(parts)) if parts.contains(&Part::Account) => closed(),
            Err(TransactionError::Refused(parts)) if parts.contains(&Part::Counter) => {
                Reason::new("the usage of this month is that of a deleted account")
            }
            Err(TransactionError::Store(error)) if !error.is_transient() => Reason::new(error.to_string()),
            Err(error) => {
                is_unsure |= matches!(error, TransactionError::Store(StoreError::Unavailable { .. }));
                again(error, tries)?;
                continue;
            }
        };
        return Ok(runs.iter().map(|_| Fate::Refused(refused.clone())).collect());
    }
}

/// What came of each run, given those that were stored before.
fn of_found(runs: &[ImportedRun], found: Vec<FoundRun>, is_unsure: bool) -> Vec<Fate> {
    let found: HashMap<_, _> = found.into_iter().map(|found| (found.id, found.stored)).collect();
    let fate = |imported: &ImportedRun| match found.get(&imported.run.id) {
        None => Fate::Written,
        Some(None) => Fate::Refused(Reason::new("'id' is that of a run in the table that began at another instant")),
        Some(Some(stored)) if is_unsure && *stored == imported.run => Fate::Written,
        Some(Some(stored)) => match difference(stored, &imported.run) {
            None => Fate::There,
            Some(figure) => Fate::Refused(Reason::new(format!(
                "the run is in the table already, with another value of '{figure}', and was not changed"
            ))),
        },
    };
    runs.iter().map(fate).collect()
}

/// The first column in which a stored run differs from a row. Deliveries differ where the report was sent again.
fn difference(stored: &Run, imported: &Run) -> Option<&'static str> {
    let (one, other) = (stored, imported);
    let counted = |run: &Run| run.end().map(|end| (end.at, end.counted));
    [
        ("started_at", one.started_at == other.started_at),
        ("status", one.status() == other.status()),
        ("completed_at", counted(one) == counted(other)),
        ("tokens_used", one.figures.tokens == other.figures.tokens),
        ("cost_usd", one.figures.total_cost() == other.figures.total_cost()),
        ("model_used", one.figures.model == other.figures.model),
        ("repository_id", one.repository == other.repository),
        ("report_configuration_id", one.configuration == other.configuration),
    ]
    .into_iter()
    .find_map(|(column, is_equal)| (!is_equal).then_some(column))
}
