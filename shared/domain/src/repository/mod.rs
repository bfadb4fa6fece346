//! Git repositories: what one is, and where: [`Location::host`] reads an address as people paste it.

mod address;
mod hosts;
mod location;
mod pages;
mod provider;
mod sealed;

pub use address::URL_BYTES_MAX;
pub use location::{Location, LocationError};
pub use provider::Provider;
pub use sealed::{AccessToken, Sealed};

use crate::id::{RepositoryId, UserId};
use crate::instant::Instant;

/// A repository that reports are written about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository {
    /// Its id.
    pub id: RepositoryId,
    /// Whose.
    pub user: UserId,
    /// What its user calls it.
    pub name: String,
    /// Where it is.
    pub location: Location,
    /// The access token, sealed; none for a public repository.
    pub token: Option<Sealed>,
    /// Moved by what the user sets.
    pub version: u64,
    /// When it was made.
    pub created_at: Instant,
    /// When it was deleted; a deleted one stays as a tombstone.
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
