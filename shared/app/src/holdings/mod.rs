//! The repositories and configurations of a user.
//!
//! In reading order: [`KeepRepositories`] and [`KeepConfigurations`] create, edit and delete them;
//! [`PreviewConfiguration`] shows what settings would lead to before they are saved; [`ChooseModel`] checks the models
//! that configurations and profiles name; [`ListBranches`] lists what a configuration can choose from; `access` reads
//! what is not deleted, and decrypts a repository's token; `signing` makes signing secrets, `rotation` replaces them,
//! and `headers` are the headers of webhooks. The errors that they share are here.
//!
//! Each check of a limit is one transaction with the write that it allows. An edit that another one preceded is made
//! again on the current record, unless its caller named the version to change.

pub(crate) mod access;
mod branches;
mod configurations;
pub(crate) mod headers;
mod models;
mod preview;
mod repositories;
pub(crate) mod rotation;
pub(crate) mod signing;

pub use branches::{BranchesError, ListBranches};
pub use configurations::{ConfigurationDraft, Created, KeepConfigurations};
pub use models::{ChooseModel, ModelRefusal};
pub use preview::{Preview, PreviewConfiguration, PreviewDraft};
pub use repositories::{KeepRepositories, RepositoryDraft, TokenChange};

use crate::ports::{Accounts, IdempotencyKey, IdempotencyRecords, Inside, StoreError, VaultError};
use domain::account::Account;
use domain::delivery::{HeaderName, SecretsInUse};
use domain::id::{RepositoryId, UserId};
use domain::instant::Instant;
use uuid::Uuid;

/// The versions that the caller of a change expects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Expected {
    #[default]
    Any,
    Version(Vec<u64>),
}

impl Expected {
    /// Rejects an unexpected version.
    pub fn check(&self, version: u64) -> Result<(), KeepError> {
        match self {
            Self::Version(versions) if !versions.contains(&version) => Err(KeepError::Changed { version }),
            _ => Ok(()),
        }
    }
}

/// A record was not created, edited or deleted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeepError {
    #[error("the record is unknown")]
    NotFound,
    #[error("the record has changed and now has version {version}: read it again")]
    Changed { version: u64 },
    #[error("the plan allows {limit} repositories: delete one first, or use a larger plan")]
    RepositoriesReached { limit: u64 },
    /// The account already has a repository with the address.
    #[error("you have this repository already, with the id {id}: use that one")]
    RepositoryExists { id: RepositoryId },
    #[error("the plan allows {limit} report configurations: delete one first, or use a larger plan")]
    ConfigurationsReached { limit: u64 },
    #[error("the plan allows a report at most once every {minutes} minutes, and this schedule fires more often")]
    TooOften { minutes: u64 },
    #[error("the repository is unknown: use the id of one of your repositories")]
    NoRepository,
    #[error("the repository {id} is unknown: use the ids of your repositories")]
    NoListedRepository { id: RepositoryId },
    /// The address has another host, and the request does not say what happens to the token.
    #[error("the address has another host: send its access token, or null for a public repository")]
    TokenOfAnotherHost,
    #[error("the account is closed: nothing can be created or changed in it")]
    AccountClosed,
    #[error(transparent)]
    Inside(#[from] Inside),
    #[error("the plan doesn't include your own model: omit 'model', or use a larger plan")]
    NoOwnModel,
    #[error("this deployment sends no e-mail: omit 'notification_email', and set a webhook")]
    NoMail,
    /// The model's address has another host, and the request does not say what happens to the key.
    #[error("the address has another host: send its API key, or null for a server without one")]
    KeyOfAnotherHost,
    #[error("{0}")]
    ModelInside(Inside),
    #[error("{0}")]
    Model(ModelRefusal),
    #[error("{0}")]
    OwnModel(ModelRefusal),
    #[error("the Idempotency-Key was used for another request: use a new one")]
    KeyReused,
    #[error("the result of this Idempotency-Key was deleted: use a new key to make another")]
    MadeAndDeleted,
    /// The webhook's address has another host, and the request keeps values of headers.
    #[error("the address has another host: send the values of 'webhook_headers' again, or remove the headers")]
    HeadersOfAnotherHost,
    /// A header is to keep a value that it does not have.
    #[error("the header '{0}' has no value yet: send its value")]
    HeaderWithoutValue(HeaderName),
    #[error("headers need a webhook to be sent to: set 'webhook_url', or remove the headers")]
    HeadersWithoutWebhook,
    #[error("the account has no address for notices, and so no secret for it: set 'notification_webhook_url' first")]
    NoNotificationWebhook,
    #[error(transparent)]
    SecretsInUse(#[from] SecretsInUse),
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl KeepError {
    /// The same error for a record that a key created before: if it is absent, it was deleted.
    fn of_made(self) -> Self {
        match self {
            Self::NotFound => Self::MadeAndDeleted,
            other => other,
        }
    }
}

/// The id of the record that the same key created before.
pub(crate) async fn made_before(
    records: &dyn IdempotencyRecords,
    user: UserId,
    key: Option<&IdempotencyKey>,
    now: Instant,
) -> Result<Option<Uuid>, KeepError> {
    let Some(key) = key else { return Ok(None) };
    match records.idempotency_record(user, key, now).await? {
        None => Ok(None),
        Some(record) if record.request_hash != key.request_hash => Err(KeepError::KeyReused),
        Some(record) => Ok(Some(record.made)),
    }
}

/// The account, if it is open. The transactions check that too.
pub(crate) async fn open_account(accounts: &dyn Accounts, user: UserId) -> Result<Account, KeepError> {
    let account = accounts.account(user).await?;
    if account.standing.is_open() { Ok(account) } else { Err(KeepError::AccountClosed) }
}
