//! What the git hosts have in common: one bounded and authorised request ([`Api`], `request`) in the [`Dialect`] of its
//! host, the errors for its user (`failure`), the host's limits on requests ([`limit`]), the address of a next page
//! ([`link`]), the path that a server is below (`places`), its lists ([`commits`] and [`branches`], page by page),
//! which identities are one person ([`mailmap`]), and who is new ([`newcomers`]).
//!
//! A token is sent to its repository's server and to no other: each address is compared with the API's own before it
//! is requested, and a link to a next page is followed on that server whatever other one it names.

mod api;
pub(super) mod branches;
pub(super) mod changes;
pub(super) mod commits;
mod failure;
mod limit;
mod link;
pub(super) mod mailmap;
pub(super) mod newcomers;
pub(super) mod paths;
mod places;
mod request;
pub(super) mod unified;
pub(super) mod wire;

pub(super) use api::Api;
pub(super) use limit::{REQUESTS_AT_ONCE, spare_requests};
pub(super) use places::Places;

use crate::guard::Guard;
use domain::repository::Provider;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// The wait before the first retry; the second is twice as long, and each has jitter.
const FIRST_WAIT: Duration = Duration::from_millis(200);

/// How the APIs of git hosts are reached.
#[derive(Clone, Debug)]
pub struct Reach {
    guard: Arc<Guard>,
    bases: HashMap<Provider, Url>,
    first_wait: Duration,
}

impl Reach {
    /// Requests go through the guard, to the API of each repository's address.
    pub fn through(guard: Arc<Guard>) -> Self {
        Self { guard, bases: HashMap::new(), first_wait: FIRST_WAIT }
    }

    /// The same with another API address for every repository of this provider, such as a proxy's or a test server's.
    #[must_use]
    pub fn with_base(mut self, provider: Provider, base: Url) -> Self {
        self.bases.insert(provider, base);
        self
    }

    /// The same with another wait before the first retry.
    #[must_use]
    pub fn with_first_wait(self, first_wait: Duration) -> Self {
        Self { first_wait, ..self }
    }
}

/// How one host's API differs from the others.
pub(super) struct Dialect {
    pub(super) provider: Provider,
    /// The API's address of the main public host, if it is not at [`Self::api_path`] of the host itself.
    pub(super) own_api: Option<&'static str>,
    /// The API's path on a server.
    pub(super) api_path: &'static str,
    /// The path segment before a repository in the path of its resources.
    pub(super) collection: &'static str,
    /// Whether the whole path of a repository is one segment of the API's path.
    pub(super) joined: bool,
    /// The path segments between a repository and its branches, commits and files.
    pub(super) below_repository: &'static [&'static str],
    /// The path segments between those and the path of a file.
    pub(super) files: &'static [&'static str],
    pub(super) accept: &'static str,
    pub(super) headers: &'static [(&'static str, &'static str)],
    /// The scheme of the `Authorization` header.
    pub(super) scheme: &'static str,
    /// The parameter for the number of elements on a page.
    pub(super) page_size: &'static str,
    /// The parameter for the commit from which a list of commits begins.
    pub(super) history: &'static str,
    /// Commits and branches on a page: the most that the host gives under its default settings.
    pub(super) page_items: usize,
    /// Whether an empty repository is marked as such. At others, a request for its commits is answered with 409.
    pub(super) marks_empty: bool,
    /// Whether the default branch is marked in a list of branches.
    pub(super) marks_default: bool,
    /// What has a special meaning in the host's search for branches, which ignores the case; `None` without a search.
    pub(super) search_except: Option<&'static [char]>,
}
