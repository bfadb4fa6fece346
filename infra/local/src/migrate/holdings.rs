//! The import of repositories and configurations, each in a transaction of its own.

use super::MigrateError;
use super::configurations::ConfigurationRow;
use super::lane::Shared;
use super::repositories::RepositoryRow;
use super::row::{Place, Reason};
use super::tally::Fate;
use super::target::Target;
use adapters::dynamodb::{Allowance, Budget};
use adapters::wiring::{Ports, Verbs};
use app::holdings::{ConfigurationDraft, Expected, KeepError};
use app::ports::{Part, SecretContext, StoreError, TransactionError};
use domain::configuration::{Configuration, Settings};
use domain::delivery::SigningSecret;
use domain::repository::Repository;

/// How often a transaction is tried that another writer's, or trouble of the table, has prevented.
const TRIES_MAX: u32 = 6;
/// The random bytes of a signing secret that the export does not contain.
const SECRET_BYTES: usize = 32;

/// The reason of every row of a closed account.
pub(super) fn closed() -> Reason {
    Reason::new("the account is closed: nothing can be imported into it")
}

/// Runs calls of the store with the failures of one message allowed.
pub(super) async fn within_budget<T>(work: impl Future<Output = T>) -> T {
    Budget::new(Allowance::MESSAGE, None).within(work).await
}

/// Allows another try after a refused condition or a failure that can pass; the error after the last try.
pub(super) fn again(error: TransactionError, tries: u32) -> Result<(), MigrateError> {
    let can_pass = match &error {
        TransactionError::Refused(_) => true,
        TransactionError::Store(error) => error.is_transient(),
    };
    if can_pass && tries < TRIES_MAX { Ok(()) } else { Err(MigrateError::Stopped(error)) }
}

pub(super) async fn import_repository(target: &Target, row: RepositoryRow) -> Result<Fate, MigrateError> {
    let RepositoryRow { repository, token } = row;
    let (user, id) = (repository.user, repository.id);
    let mut tries = 0;
    loop {
        if let Some(found) = target.deployment.store.repository(user, id).await? {
            let columns = [("url", found.location == repository.location), ("name", found.name == repository.name)];
            return Ok(there(found.version > 1, &columns));
        }
        let context = SecretContext::of_repository(user, id);
        let token = match &token {
            Some(token) => Some(target.deployment.vault.seal(context, token.expose().as_bytes()).await?),
            None => None,
        };
        let sealed = Repository { token, ..repository.clone() };
        tries += 1;
        match within_budget(target.imports.import_repository(&sealed)).await {
            Ok(()) => return Ok(Fate::Written),
            Err(error) if error.refused_by(Part::Account) => return Ok(Fate::Refused(closed())),
            Err(error) => again(error, tries)?,
        }
    }
}

/// A record that is stored already. One that its user has edited here stays as it is; otherwise a row with another
/// value is refused, because it is another record, or was changed in the earlier system after it was imported.
fn there(is_edited: bool, columns: &[(&str, bool)]) -> Fate {
    let differing: Vec<&str> = columns.iter().filter(|(_, is_same)| !is_same).map(|(column, _)| *column).collect();
    if is_edited || differing.is_empty() {
        return Fate::There;
    }
    let columns = differing.join("', '");
    Fate::Refused(Reason::new(format!("the table has another value of '{columns}' under this id, and was not changed")))
}

pub(super) async fn import_configuration(
    shared: &Shared,
    place: &Place,
    row: &ConfigurationRow,
) -> Result<Fate, MigrateError> {
    let (store, mut tries) = (&shared.target.deployment.store, 0);
    let fate = loop {
        if let Some(found) = store.configuration(row.user, row.id).await? {
            break there(found.version > 1, &compared(&found.settings, &row.settings));
        }
        let made = configuration(shared, row).await?;
        tries += 1;
        match within_budget(shared.target.imports.import_configuration(&made)).await {
            Ok(()) => break Fate::Written,
            Err(error) if error.refused_by(Part::Account) => return Ok(Fate::Refused(closed())),
            Err(error) if error.refused_by(Part::Repository) => {
                let id = row.settings.repository;
                let text = format!("'repository_id' is '{id}': the user has no such repository; import that first");
                return Ok(Fate::Refused(Reason::new(text)));
            }
            Err(error) => again(error, tries)?,
        }
    };
    if shared.options.enable && row.enabled && !matches!(fate, Fate::Refused(_)) {
        enable(shared, place, row).await?;
    }
    Ok(fate)
}

/// The columns of the settings that can be changed, with whether they are the same.
fn compared(found: &Settings, row: &Settings) -> [(&'static str, bool); 6] {
    let others = |settings: &Settings| Settings {
        repository: row.repository,
        name: row.name.clone(),
        branch: row.branch.clone(),
        schedule: row.schedule.clone(),
        webhook: row.webhook.clone(),
        enabled: row.enabled,
        ..settings.clone()
    };
    [
        ("repository_id", found.repository == row.repository),
        ("name", found.name == row.name),
        ("branch", found.branch == row.branch),
        ("schedule", found.schedule == row.schedule),
        ("webhook_url", found.webhook == row.webhook),
        ("columns of writing", others(found) == *row),
    ]
}

async fn configuration(shared: &Shared, row: &ConfigurationRow) -> Result<Configuration, MigrateError> {
    let deployment = &shared.target.deployment;
    let secret = row.secret.clone().map_or_else(|| new_secret(deployment), Ok)?;
    let context = SecretContext::of_configuration(row.user, row.id);
    let sealed = deployment.vault.seal(context, secret.expose().as_bytes()).await?;
    let made = Configuration::made(row.id, row.user, row.settings.clone(), sealed, shared.now);
    Ok(Configuration { created_at: row.created_at.unwrap_or(shared.now), ..made })
}

fn new_secret(ports: &impl Ports) -> Result<SigningSecret, MigrateError> {
    let mut bytes = vec![0; SECRET_BYTES];
    ports.entropy().fill(&mut bytes);
    SigningSecret::from_bytes(bytes).map_err(|error| MigrateError::Stopped(broken(&error).into()))
}

fn broken(error: &impl ToString) -> StoreError {
    StoreError::Broken { detail: error.to_string() }
}

/// Starts the schedule, unless the configuration was edited since it was imported.
async fn enable(shared: &Shared, place: &Place, row: &ConfigurationRow) -> Result<(), MigrateError> {
    let deployment = &shared.target.deployment;
    let Some(found) = deployment.store.configuration(row.user, row.id).await? else { return Ok(()) };
    if found.settings.enabled || found.version != 1 || found.deleted_at.is_some() {
        return Ok(());
    }
    let draft = ConfigurationDraft::from(Settings { enabled: true, ..found.settings });
    let expected = Expected::Version(vec![found.version]);
    match deployment.keep_configurations().edit(row.user, row.id, &expected, draft).await {
        Ok(_) => shared.tally().enabled += 1,
        Err(KeepError::Store(error)) => return Err(error.into()),
        Err(error) => shared.tally().paused.push((place.clone(), error.to_string())),
    }
    Ok(())
}
