//! The demo: an account, a repository and a configuration to look at, and a first report on them.
//!
//! In reading order: [`seed`] puts the records, [`client`] calls the API as anybody would, [`show`] has a report written
//! and shows what came of it.

pub mod client;
pub mod seed;
pub mod show;

use domain::id::{ConfigurationId, IdError, RepositoryId, UserId};

/// The demo user's id, the subject of the token that is printed.
const USER: &str = "d0000000-0000-4000-8000-000000000001";
const REPOSITORY: &str = "d0000000-0000-4000-8000-000000000002";
const CONFIGURATION: &str = "d0000000-0000-4000-8000-000000000003";

/// Whose and which.
#[derive(Clone, Copy, Debug)]
pub struct Ids {
    /// The user.
    pub user: UserId,
    /// The repository.
    pub repository: RepositoryId,
    /// The configuration.
    pub configuration: ConfigurationId,
}

impl Ids {
    /// The demo's: always the same, so that a restart finds what is there.
    pub fn fixed() -> Result<Self, IdError> {
        Ok(Self {
            user: UserId::from_record(USER)?,
            repository: RepositoryId::parse(REPOSITORY)?,
            configuration: ConfigurationId::parse(CONFIGURATION)?,
        })
    }
}
