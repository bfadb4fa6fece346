//! What the git hosts have in common: one bounded and authorised request ([`Api`]) in the [`Dialect`] of its host, the
//! limits on requests that a host tells ([`limit`]), where it points next ([`link`]), its lists ([`commits`] and
//! [`branches`], page after page), and who is one person ([`mailmap`]).
//!
//! A token goes to the server that its repository is at and to no other: each address is compared with the API's own
//! before it is asked, and a link to a next page is followed on that server whatever other one it names.

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

/// The wait before the first retry; the second is twice as long, and each is lengthened by chance.
const FIRST_WAIT: Duration = Duration::from_millis(200);

/// How the API of a git host is reached.
#[derive(Clone, Debug)]
pub struct Reach {
    guard: Arc<Guard>,
    base: Option<Url>,
    first_wait: Duration,
}

impl Reach {
    /// Through the guard, where each repository's address says that its API is.
    #[must_use]
    pub fn through(guard: Arc<Guard>) -> Self {
        Self { guard, base: None, first_wait: FIRST_WAIT }
    }

    /// The same with another address of the API for every repository, such as one of a proxy or a test's server.
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

/// What one host's API wants to be asked like.
pub(super) struct Dialect {
    /// The host's name as people write it.
    pub(super) brand: &'static str,
    /// The hosts that go by the brand's name alone; any other is somebody's own server.
    pub(super) own_hosts: &'static [&'static str],
    /// Where the API of the own hosts is, if it is not at [`Self::api_path`] of the host itself.
    pub(super) own_api: Option<&'static str>,
    /// Where the API is on a server.
    pub(super) api_path: &'static str,
    /// What stands before a repository in the path of its resources.
    pub(super) collection: &'static str,
    /// Whether the whole path of a repository is one segment of the API's path.
    pub(super) joined: bool,
    /// The `Accept` header.
    pub(super) accept: &'static str,
    /// Further headers.
    pub(super) headers: &'static [(&'static str, &'static str)],
    /// What stands before the token in the `Authorization` header.
    pub(super) scheme: &'static str,
}
