//! The demo: an account, a repository, a configuration, and a first report.
//!
//! In reading order: [`seed`] puts the records, [`client`] calls the API as any caller does, [`show`] starts a report
//! and prints the results, [`year`] fills the account with a year.

pub mod client;
pub mod seed;
pub mod show;
pub mod year;

use domain::id::{ConfigurationId, IdError, RepositoryId, UserId};

/// The demo user's id, the subject of the token that is printed.
const USER: &str = "d0000000-0000-4000-8000-000000000001";
const REPOSITORY: &str = "d0000000-0000-4000-8000-000000000002";
const CONFIGURATION: &str = "d0000000-0000-4000-8000-000000000003";

/// The ids of the demo's records.
#[derive(Clone, Copy, Debug)]
pub struct Ids {
    pub user: UserId,
    pub repository: RepositoryId,
    pub configuration: ConfigurationId,
}

impl Ids {
    /// The ids are constants, so that a restart finds the existing records.
    pub fn fixed() -> Result<Self, IdError> {
        Ok(Self {
            user: UserId::from_record(USER)?,
            repository: RepositoryId::parse(REPOSITORY)?,
            configuration: ConfigurationId::parse(CONFIGURATION)?,
        })
    }
}
