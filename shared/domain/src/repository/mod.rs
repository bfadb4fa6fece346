//! Git repositories: where they are ([`Location::host`] parses an address as people paste it), their access tokens, and
//! the paths in them that a report is about ([`PathFilter`]).

mod address;
mod hosts;
mod location;
mod pasted;
mod paths;
mod provider;
mod sealed;

pub use address::URL_BYTES_MAX;
pub use location::{Location, LocationError};
pub use paths::{PATH_BYTES_MAX, PATHS_MAX, PathError, PathFilter, PathFilterError, RepositoryPath};
pub use provider::{HostKind, Owners, Provider};
pub use sealed::{AccessToken, Sealed};

use crate::id::{RepositoryId, UserId};
use crate::instant::Instant;

/// A repository that reports are written about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository {
    pub id: RepositoryId,
    pub user: UserId,
    pub name: String,
    pub location: Location,
    /// The access token; `None` for a public repository.
    pub token: Option<Sealed>,
    /// Incremented by every edit.
    pub version: u64,
    pub created_at: Instant,
    /// A deleted repository stays as a tombstone.
    pub deleted_at: Option<Instant>,
}

impl Repository {
    /// Its tombstone, without its token.
    #[must_use]
    pub fn deleted(&self, now: Instant) -> Self {
        let version = self.version.saturating_add(1);
        Self { token: None, version, deleted_at: Some(now), ..self.clone() }
    }
}
