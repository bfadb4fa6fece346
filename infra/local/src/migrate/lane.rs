//! One lane of an import: all rows of some users, in the order of the files. So no two lanes change the same items.

use super::configurations::ConfigurationRow;
use super::group::{self, Waiting, WaitingRuns};
use super::repositories::RepositoryRow;
use super::row::{Place, Reason, Row};
use super::runs::{Reading, RunRow};
use super::tally::{Fate, Table, Tally};
use super::target::Target;
use super::whole::{Holders, Whole};
use super::{MigrateError, Options, holdings};
use app::ports::ImportedRun;
use domain::account::Account;
use domain::id::{ConfigurationId, RepositoryId, UserId};
use domain::instant::Instant;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Records that are remembered for the rows that follow.
const REMEMBERED_MAX: usize = 5_000;

/// What all lanes share.
pub(super) struct Shared {
    pub(super) target: Target,
    pub(super) options: Options,
    pub(super) now: Instant,
    pub(super) tally: Mutex<Tally>,
}

/// One lane.
pub(super) struct Lane {
    shared: Arc<Shared>,
    waiting: WaitingRuns,
    accounts: HashMap<UserId, Account>,
    holders: HashMap<(UserId, ConfigurationId, RepositoryId), Holders>,
}

impl Shared {
    pub(super) fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records what came of a row.
    pub(super) fn add(&self, table: Table, place: &Place, fate: Fate) -> Result<(), MigrateError> {
        Ok(self.tally().add(table, place, fate)?)
    }
}

impl Lane {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared, waiting: WaitingRuns::default(), accounts: HashMap::new(), holders: HashMap::new() }
    }

    /// Imports a row: at once, or together with runs that follow.
    pub(super) async fn take(&mut self, table: Table, row: &Row) -> Result<(), MigrateError> {
        let fate = match table {
            Table::Repositories => self.repository(row).await?,
            Table::Configurations => self.configuration(row).await?,
            Table::Runs => match self.run(row).await? {
                Ok(Some(imported)) => return self.wait(Waiting { place: row.place.clone(), imported }).await,
                Ok(None) => Fate::Written,
                Err(reason) => Fate::Refused(reason),
            },
        };
        self.shared.add(table, &row.place, fate)
    }

    /// Imports the runs that still wait.
    pub(super) async fn finish(mut self) -> Result<(), MigrateError> {
        while let Some(runs) = self.waiting.take_largest() {
            group::import(&self.shared, runs).await?;
        }
        Ok(())
    }

    async fn repository(&self, row: &Row) -> Result<Fate, MigrateError> {
        match RepositoryRow::read(row, self.shared.now) {
            Ok(_) if self.shared.options.dry_run => Ok(Fate::Written),
            Ok(read) => holdings::import_repository(&self.shared.target, read).await,
            Err(reason) => Ok(Fate::Refused(reason)),
        }
    }

    async fn configuration(&self, row: &Row) -> Result<Fate, MigrateError> {
        match ConfigurationRow::read(row, self.shared.target.loopback) {
            Ok(_) if self.shared.options.dry_run => Ok(Fate::Written),
            Ok(read) => holdings::import_configuration(&self.shared, &row.place, &read).await,
            Err(reason) => Ok(Fate::Refused(reason)),
        }
    }

    /// The run of a row; `None` if nothing is to be written.
    async fn run(&mut self, row: &Row) -> Result<Result<Option<ImportedRun>, Reason>, MigrateError> {
        let reading = Reading { now: self.shared.now, fail_running: self.shared.options.fail_running };
        let read = match RunRow::read(row, reading) {
            Ok(_) if self.shared.options.dry_run => return Ok(Ok(None)),
            Ok(read) => read,
            Err(reason) => return Ok(Err(reason)),
        };
        let account = self.account(read.user).await?;
        if !account.standing.is_open() {
            return Ok(Err(holdings::closed()));
        }
        let holders = self.holders(read.user, read.configuration, read.repository).await?;
        let whole = Whole::of(read, &account, &holders, self.shared.target.retention, self.shared.now);
        Ok(whole.map(|Whole { imported, has_expired_text }| {
            self.shared.tally().expired_texts += u64::from(has_expired_text);
            Some(imported)
        }))
    }

    async fn wait(&mut self, run: Waiting) -> Result<(), MigrateError> {
        for runs in self.waiting.add(run) {
            group::import(&self.shared, runs).await?;
        }
        Ok(())
    }

    async fn account(&mut self, user: UserId) -> Result<Account, MigrateError> {
        if let Some(account) = self.accounts.get(&user) {
            return Ok(account.clone());
        }
        let account = self.shared.target.deployment.store.account(user).await?;
        if self.accounts.len() >= REMEMBERED_MAX {
            self.accounts.clear();
        }
        self.accounts.insert(user, account.clone());
        Ok(account)
    }

    /// The configuration and the repository, if they are stored and can be read.
    async fn holders(
        &mut self,
        user: UserId,
        configuration: ConfigurationId,
        repository: RepositoryId,
    ) -> Result<Holders, MigrateError> {
        let key = (user, configuration, repository);
        if let Some(holders) = self.holders.get(&key) {
            return Ok(holders.clone());
        }
        let store = &self.shared.target.deployment.store;
        let holders = Holders {
            configuration: app::ports::readable(store.configuration(user, configuration).await)?,
            repository: app::ports::readable(store.repository(user, repository).await)?,
        };
        if self.holders.len() >= REMEMBERED_MAX {
            self.holders.clear();
        }
        self.holders.insert(key, holders.clone());
        Ok(holders)
    }
}
