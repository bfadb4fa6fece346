//! What the git hosts have in common: one bounded and authorised request ([`Api`]) in the [`Dialect`] of its host, the
//! host's limits on requests ([`limit`]), the address of a next page ([`link`]), its lists ([`commits`] and
//! [`branches`], page by page), and which identities are one person ([`mailmap`]).
//!
//! A token is sent to its repository's server and to no other: each address is compared with the API's own before it
//! is requested, and a link to a next page is followed on that server whatever other one it names.

mod api;
pub(super) mod branches;
pub(super) mod commits;
mod limit;
mod link;
pub(super) mod mailmap;
pub(super) mod wire;

pub(super) use api::{Answer, Api, path_parts};

use crate::guard::Guard;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// The wait before the first retry; the second is twice as long, and each has jitter.
const FIRST_WAIT: Duration = Duration::from_millis(200);

/// How the API of a git host is reached.
#[derive(Clone, Debug)]
pub struct Reach {
    guard: Arc<Guard>,
    base: Option<Url>,
    first_wait: Duration,
}

impl Reach {
    /// Requests go through the guard, to the API of each repository's address.
    #[must_use]
    pub fn through(guard: Arc<Guard>) -> Self {
        Self { guard, base: None, first_wait: FIRST_WAIT }
    }

    /// The same with another address of the API for every repository, such as a proxy's or a test server's.
    #[must_use]
    pub fn with_base(self, base: Url) -> Self {
        Self { base: Some(base), ..self }
    }

    /// The same with another wait before the first retry.
    #[must_use]
    pub fn with_first_wait(self, first_wait: Duration) -> Self {
        Self { first_wait, ..self }
    }
}

/// How one host's API differs from the others.
pub(super) struct Dialect {
    /// The host's name in messages.
    pub(super) brand: &'static str,
    /// The brand's public hosts; any other host is a self-managed server.
    pub(super) own_hosts: &'static [&'static str],
    /// The API's address of the public hosts, if it is not at [`Self::api_path`] of the host itself.
    pub(super) own_api: Option<&'static str>,
    /// The API's path on a server.
    pub(super) api_path: &'static str,
    /// The path segment before a repository in the path of its resources.
    pub(super) collection: &'static str,
    /// Whether the whole path of a repository is one segment of the API's path.
    pub(super) joined: bool,
    pub(super) accept: &'static str,
    /// Further headers.
    pub(super) headers: &'static [(&'static str, &'static str)],
    /// The scheme of the `Authorization` header.
    pub(super) scheme: &'static str,
}
