//! Records of an earlier system: each is stored once, together with what it changes.
//!
//! In reading order: this file, the transactions; `stored`, what is read before one.

mod stored;

use super::item::{bytes, instant_of, item, number, shown};
use super::{
    Attributes, Change, DynamoStore, Item, Key, Record, Write, account, attribute, configuration, content, delivery,
    holdings, repository, rollup, run, usage_counter,
};
use app::ports::{FoundRun, ImportedRun, Imports, Part, StoreError, TransactionError};
use async_trait::async_trait;
use domain::configuration::{Configuration, LastRunStatus};
use domain::id::{RunId, UserId};
use domain::repository::Repository;
use domain::run::{RollupMove, Run, progress_after};
use std::collections::{BTreeMap, BTreeSet};
use stored::Stored;
use uuid::Uuid;

/// The id of the run that had another one in an earlier system.
const RUN: &str = "run";

#[async_trait]
impl Imports for DynamoStore {
    async fn import_repository(&self, repository: &Repository) -> Result<(), TransactionError> {
        let put = Change::if_absent().into_put(Part::Repository, &self.table, repository::to_item(repository))?;
        self.transact(vec![put, one_more(&self.table, account::REPOSITORIES, repository.user)?]).await
    }

    async fn import_configuration(&self, made: &Configuration) -> Result<(), TransactionError> {
        let table = self.table.as_str();
        let put = Change::if_absent().into_put(Part::Configuration, table, configuration::to_item(made))?;
        let mut writes = vec![put, one_more(table, account::CONFIGURATIONS, made.user)?];
        writes.extend(holdings::repository_checks(table, made)?);
        self.transact(writes).await
    }

    async fn import_runs(&self, runs: &[ImportedRun]) -> Result<Vec<FoundRun>, TransactionError> {
        let Some(user) = runs.first().map(|imported| imported.run.user) else { return Ok(Vec::new()) };
        let stored = self.stored(user, runs).await?;
        if stored.account_is_closed(user) {
            return Err(TransactionError::Refused(BTreeSet::from([Part::Account])));
        }
        let mut found = Vec::new();
        let mut new = Vec::new();
        for imported in runs {
            match stored.found(imported)? {
                Some(stored) => found.push(stored),
                None => new.push(imported),
            }
        }
        if !new.is_empty() {
            let mut writes = writes(&self.table, &new, &stored)?;
            writes.extend(self.beside(&new)?);
            self.transact(writes).await?;
        }
        Ok(found)
    }
}

impl DynamoStore {
    /// The run that had this id in an earlier system.
    pub(crate) async fn run_of_earlier_id(&self, user: UserId, id: Uuid) -> Result<Option<Item>, StoreError> {
        match self.get(Key::earlier(user, id)).await? {
            Some(earlier) => self.get(Key::run(user, run_of(&earlier)?)).await,
            None => Ok(None),
        }
    }

    /// The texts and attempts of new runs.
    fn beside(&self, runs: &[&ImportedRun]) -> Result<Vec<Write>, StoreError> {
        let mut items = Vec::new();
        for imported in runs {
            if let Some(text) = &imported.text {
                items.push(content::to_item(text, self.retention.texts)?);
            }
            items.extend(imported.attempt.as_ref().map(|it| delivery::attempt_item(it, self.retention.attempts)));
        }
        items.into_iter().map(|item| Change::default().into_put(Part::Run, &self.table, item)).collect()
    }
}

/// The run of an earlier id.
fn run_of(earlier: &Item) -> Result<RunId, StoreError> {
    Record(earlier).uuid(RUN).map(RunId::from_uuid)
}

/// Counts one more, on the condition that the account is open. An account without an item is created, on the plan Free.
fn one_more(table: &str, figure: &str, user: UserId) -> Result<Write, StoreError> {
    let change = Change::default().unless_there(attribute::CLOSED_AT).add_number(figure, 1);
    change.into_update(Part::Account, table, Key::account(user))
}

/// The transaction that stores new runs of one user and month.
fn writes(table: &str, new: &[&ImportedRun], stored: &Stored) -> Result<Vec<Write>, StoreError> {
    let runs: Vec<&Run> = new.iter().map(|imported| &imported.run).collect();
    let Some(first) = runs.first() else { return Ok(Vec::new()) };
    let (user, month) = (first.user, first.month());
    let open = Change::default().unless_there(attribute::CLOSED_AT);
    let counter = usage_counter::import(&runs, stored.last_run_at(user, month)?);
    let mut writes = vec![
        open.into_check(Part::Account, table, Key::account(user))?,
        counter.into_update(Part::Counter, table, Key::usage(user, month))?,
    ];
    for imported in new {
        writes.push(Change::if_absent().into_put(Part::Run, table, run::to_item(&imported.run))?);
        if let Some(id) = imported.earlier_id {
            let earlier = item(Key::earlier(user, id), vec![(RUN, bytes(*imported.run.id.uuid().as_bytes()))]);
            writes.push(Change::if_absent().into_put(Part::Run, table, earlier)?);
        }
    }
    writes.extend(rollups(table, &runs, stored)?);
    writes.extend(configurations(table, &runs, stored)?);
    Ok(writes)
}

/// One addition for each piece of a rollup.
fn rollups(table: &str, runs: &[&Run], stored: &Stored) -> Result<Vec<Write>, StoreError> {
    let mut pieces: BTreeMap<String, Vec<RollupMove>> = BTreeMap::new();
    for step in runs.iter().map(|run| RollupMove::of_ended(run)) {
        pieces.entry(rollup::piece_key(&step).sk().to_owned()).or_default().push(step);
    }
    let writes = pieces.iter().map(|(sk, steps)| rollup::import(table, steps, stored.item(sk)));
    writes.filter_map(Result::transpose).collect()
}

/// One change for each configuration that exists.
fn configurations(table: &str, runs: &[&Run], stored: &Stored) -> Result<Vec<Write>, StoreError> {
    let mut of_configurations: BTreeMap<_, Vec<&Run>> = BTreeMap::new();
    for run in runs {
        of_configurations.entry(run.configuration).or_default().push(run);
    }
    let mut writes = Vec::new();
    for (id, runs) in of_configurations {
        let Some(found) = runs.first().and_then(|run| stored.configuration(run.user, id)) else { continue };
        let change = progressed(&found, &runs);
        writes.push(change.into_update(Part::Configuration, table, Key::configuration(found.user, id))?);
    }
    Ok(writes)
}

/// The number of runs is added, because runs that are no part of this import may add to it meanwhile.
fn progressed(found: &Configuration, runs: &[&Run]) -> Change {
    let (before, after) = (&found.progress, progress_after(found, runs));
    let change = Change::of_existing()
        .unless_there(attribute::DELETED_AT)
        .if_equal(attribute::GENERATION, number(before.coverage.generation))
        .if_equal(attribute::COVERED_UNTIL, instant_of(before.coverage.covered_until))
        .if_equal(attribute::LAST_RUN_AT, instant_of(before.last_run_at))
        .add_number(attribute::TOTAL_RUNS, after.total_runs.saturating_sub(before.total_runs));
    let set: Attributes = vec![
        (attribute::COVERED_UNTIL, instant_of(after.coverage.covered_until)),
        (attribute::LAST_HEAD, shown(after.coverage.last_head.as_ref())),
        (attribute::LAST_RUN_AT, instant_of(after.last_run_at)),
        (attribute::LAST_RUN_STATUS, shown(after.last_run_status.map(LastRunStatus::as_str))),
    ];
    // An absent value stays absent: only a value can take its place.
    change.set_all(set.into_iter().filter(|(_, value)| value.is_some()).collect())
}
