//! Where a repository is, and why an address is refused.

use super::provider::{Owners, Provider};
use url::Url;

/// Where a repository is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    Host {
        provider: Provider,
        url: Url,
    },
    /// A folder of this machine. Only the local stack and tests can read it.
    Path(String),
}

impl Location {
    /// Whether both are the same repository. Hosts ignore the case of owners and names.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Host { url: one, .. }, Self::Host { url: other, .. }) => {
                one.as_str().eq_ignore_ascii_case(other.as_str())
            }
            _ => self == other,
        }
    }

    /// The kind of host; `None` for a folder.
    pub fn provider(&self) -> Option<Provider> {
        match self {
            Self::Host { provider, .. } => Some(*provider),
            Self::Path(_) => None,
        }
    }

    /// The address or the path, as people write it.
    pub fn text(&self) -> &str {
        match self {
            Self::Host { url, .. } => url.as_str(),
            Self::Path(path) => path,
        }
    }

    /// Owner and name at a host, the folder's name of a path: the name of a repository to which its user gives none.
    pub fn default_name(&self) -> String {
        match self {
            Self::Host { provider, url } if provider.kind().owners == Owners::BelowServer => {
                let mut parts: Vec<&str> = url.path().trim_matches('/').rsplit('/').take(2).collect();
                parts.reverse();
                parts.join("/")
            }
            Self::Host { url, .. } => url.path().trim_matches('/').to_owned(),
            Self::Path(path) => path.trim_end_matches('/').rsplit('/').next().unwrap_or(path).to_owned(),
        }
    }
}

/// The address can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LocationError {
    #[error("'{0}' is not the address of a repository: write it as https://github.com/owner/name")]
    NotAnAddress(String),
    #[error("'{0}' is not an https address: git-report reads repositories over https only")]
    NotHttps(String),
    #[error("'{0}' names a port of plain http: git-report reads over https only; give the https address of the server")]
    PlainHttpPort(String),
    #[error("the address contains a user name or a password: remove it, and give an access token in the field 'token'")]
    Credentials,
    #[error("'{0}' names no host: write the whole address, as in https://codeberg.org/owner/name")]
    NoHost(String),
    #[error("'{0}' does not name a repository: an owner and a name are expected, as in https://github.com/owner/name")]
    NoRepository(String),
    #[error("the path of '{0}' has an empty part ('//'): write one '/' between the owner and the name")]
    EmptyPart(String),
    /// Something that no owner and no repository is called, such as `%20`.
    #[error("'{0}' can't be the name of an owner or a repository: only letters, digits, '-', '_' and '.' are allowed")]
    NotAName(String),
    #[error("'{0}' is not a known git host: name its provider ({choices})", choices = Provider::choices())]
    UnknownHost(String),
    #[error("the provider of '{host}' is '{}': use it, or omit 'provider'", provider.as_str())]
    OtherProvider { host: String, provider: Provider },
    #[error("{0} is not supported: git-report reads repositories at {all}", all = Provider::software())]
    Unsupported(&'static str),
}
