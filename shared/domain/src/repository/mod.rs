//! Git repositories: what one is, and where: [`Location::host`] reads an address as people paste it.

mod address;
mod hosts;
mod pages;

pub use address::URL_BYTES_MAX;

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

/// The address can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LocationError {
    /// Not an address at all.
    #[error("'{0}' is not the address of a repository: write it as https://github.com/owner/name")]
    NotAnAddress(String),
    /// A scheme that has no https beside it.
    #[error("'{0}' is not an https address: git-report reads repositories over https only")]
    NotHttps(String),
    /// Plain http at a port of its own.
    #[error("'{0}' names a port of plain http: git-report reads over https only; give the https address of the server")]
    PlainHttpPort(String),
    /// A user or password in the address.
    #[error("the address contains a user name or a password: remove it, and give an access token in the field 'token'")]
    Credentials,
    /// Owner and name alone, at a kind of host that has no main one.
    #[error("'{0}' names no host: write the whole address, as in https://codeberg.org/owner/name")]
    NoHost(String),
    /// Too few parts in the path, or too many.
    #[error("'{0}' does not name a repository: an owner and a name are expected, as in https://github.com/owner/name")]
    NoRepository(String),
    /// `//` in the path.
    #[error("the path of '{0}' has an empty part ('//'): write one '/' between the owner and the name")]
    EmptyPart(String),
    /// Something that no owner and no repository is called, such as `%20`.
    #[error("'{0}' can't be the name of an owner or a repository: only letters, digits, '-', '_' and '.' are allowed")]
    NotAName(String),
    /// No known host, and no provider named.
    #[error("'{0}' is not a known git host: name its provider ('github', 'gitlab' or 'gitea'; Forgejo is 'gitea')")]
    UnknownHost(String),
    /// A known host, named with another provider.
    #[error("the provider of '{host}' is '{}': use it, or omit 'provider'", provider.name())]
    OtherProvider {
        /// The host.
        host: String,
        /// What it speaks.
        provider: Provider,
    },
    /// A kind of host that is not supported.
    #[error("{0} is not supported: git-report reads repositories at GitHub, GitLab, Gitea and Forgejo")]
    Unsupported(&'static str),
}

impl Location {
    /// Reads the address of a repository at a git host, as people paste it, and converts it to the form that is stored:
    /// `https://host/path`.
    ///
    /// `git@host:owner/name.git`, `ssh://`, `git://`, `http://`, an address without a scheme, `owner/name` (at GitHub) and
    /// the address of a page of the repository are accepted. What is stored is read back as it is. The provider follows
    /// from the host where that is known.
    pub fn host(text: &str, provider: Option<Provider>) -> Result<Self, LocationError> {
        address::read(text, provider)
    }

    /// Whether both are the same repository. Hosts ignore the case of owners and names.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Host { url: one, .. }, Self::Host { url: other, .. }) => {
                one.as_str().eq_ignore_ascii_case(other.as_str())
            }
            _ => self == other,
        }
    }

    /// As people write it: the address or the path.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Host { url, .. } => url.as_str(),
            Self::Path(path) => path,
        }
    }

    /// Owner and name at a host, the folder's name of a path: the name of a repository to which its user gives none.
    #[must_use]
    pub fn default_name(&self) -> String {
        match self {
            Self::Host { provider: Provider::Gitea, url } => {
                let mut parts: Vec<&str> = url.path().trim_matches('/').rsplit('/').take(2).collect();
                parts.reverse();
                parts.join("/")
            }
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
