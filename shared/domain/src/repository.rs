//! Git repositories.

use crate::id::{RepositoryId, UserId};
use crate::instant::Instant;
use std::fmt;
use url::Url;

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

/// Where a repository is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// At a git host.
    Host {
        /// What the host speaks.
        provider: Provider,
        /// The https address.
        url: Url,
    },
    /// A folder of this machine. Only the local stack and tests can read it.
    Path(String),
}

/// What a git host speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Provider {
    /// GitHub's REST API.
    GitHub,
    /// GitLab's API v4.
    GitLab,
    /// Gitea's and Forgejo's API v1.
    Gitea,
}

/// The address is none of a repository.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LocationError {
    /// Not an address at all.
    #[error("'{0}' is not an address: write it as https://github.com/owner/name")]
    NotAnAddress(String),
    /// Not https.
    #[error("'{0}' is not an https address: git-report reads repositories over https only")]
    NotHttps(String),
    /// A user or password in the address.
    #[error("the address carries a user name or password: give the access token in its own field")]
    Credentials,
    /// No owner and name in the path.
    #[error("'{0}' does not name a repository: owner and name are missing, as in https://github.com/owner/name")]
    NoRepository(String),
    /// No known host, and no provider named.
    #[error("'{0}' is not a known git host: name its provider, 'github', 'gitlab' or 'gitea'")]
    UnknownHost(String),
}

/// The longest address that is accepted, in bytes.
pub const URL_BYTES_MAX: usize = 500;

impl Location {
    /// Reads the https address of a repository at a git host. The provider follows from the host where that is known.
    pub fn host(text: &str, provider: Option<Provider>) -> Result<Self, LocationError> {
        let shown = || text.chars().take(120).collect::<String>();
        if text.len() > URL_BYTES_MAX {
            return Err(LocationError::NotAnAddress(shown()));
        }
        let mut url = Url::parse(text.trim()).map_err(|_| LocationError::NotAnAddress(shown()))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(LocationError::Credentials);
        }
        if url.scheme() != "https" {
            return Err(LocationError::NotHttps(shown()));
        }
        url.set_query(None);
        url.set_fragment(None);
        let path = url.path().trim_matches('/').trim_end_matches(".git").to_owned();
        let parts = path.split('/').filter(|part| !part.is_empty()).count();
        let provider = match (provider, url.host_str().unwrap_or_default()) {
            (Some(provider), _) => provider,
            (None, "github.com" | "www.github.com") => Provider::GitHub,
            (None, "gitlab.com") => Provider::GitLab,
            (None, "codeberg.org" | "gitea.com") => Provider::Gitea,
            (None, host) => return Err(LocationError::UnknownHost(host.to_owned())),
        };
        if parts < 2 || (provider != Provider::GitLab && parts != 2) {
            return Err(LocationError::NoRepository(shown()));
        }
        url.set_path(&path);
        Ok(Self::Host { provider, url })
    }

    /// As people write it: the address or the path.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Host { url, .. } => url.as_str(),
            Self::Path(path) => path,
        }
    }

    /// Owner and name at a host, the folder's name of a path: what a repository is called without a name of its own.
    #[must_use]
    pub fn default_name(&self) -> String {
        match self {
            Self::Host { url, .. } => url.path().trim_matches('/').to_owned(),
            Self::Path(path) => path.trim_end_matches('/').rsplit('/').next().unwrap_or(path).to_owned(),
        }
    }
}

impl Provider {
    /// Every provider.
    pub const ALL: [Self; 3] = [Self::GitHub, Self::GitLab, Self::Gitea];

    /// Its name in records and answers.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::GitHub => "github",
            Self::GitLab => "gitlab",
            Self::Gitea => "gitea",
        }
    }

    /// Reads a provider's name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|provider| provider.name() == name)
    }
}

/// A secret as the store keeps it: encrypted, readable only through the vault.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(Vec<u8>);

impl Sealed {
    /// What the vault made.
    #[must_use]
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// For the vault and the store.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Sealed({} bytes)", self.0.len())
    }
}

/// An access token in the clear. It has no text form: what must send it asks for it by name.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessToken(String);

impl AccessToken {
    /// A token as its user gave it.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The token itself, for the header of one request.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("AccessToken(…)")
    }
}
