//! How many parts of its path belong to the server of a repository. Where only the server knows, the answer is
//! remembered for as long as the process lives.

use super::api::path_parts;
use super::{Api, Dialect, Reach};
use app::ports::{GitError, GitFailure};
use domain::repository::{AccessToken, Owners};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use url::Url;

/// How many repositories are remembered. One more clears the memory.
const PLACES_MAX: usize = 10_000;

/// For repositories, how many parts of their paths belong to their servers.
#[derive(Debug, Default)]
pub(in crate::git) struct Places(Mutex<BTreeMap<Url, usize>>);

impl Places {
    /// The API of the server of a repository.
    pub(in crate::git) async fn api<'a>(
        &self,
        reach: &'a Reach,
        dialect: &'static Dialect,
        url: &Url,
        token: Option<&'a AccessToken>,
    ) -> Result<Api<'a>, GitError> {
        let of = |below| Api::of(reach, dialect, url, token, below);
        let kind = dialect.provider.kind();
        // Owner and name are the last two parts of a path.
        let deepest = path_parts(url).len().saturating_sub(2);
        match kind.owners {
            Owners::One => return of(0),
            Owners::BelowServer => return of(deepest),
            Owners::Nested if deepest == 0 || kind.main_host == url.host_str() => return of(0),
            Owners::Nested => {}
        }
        // The first parts can be further groups or the path of the server.
        if let Some(below) = self.of(url) {
            return of(below);
        }
        let mut unanswered = None;
        for below in 0..=deepest {
            let api = of(below)?;
            match api.is_here().await {
                Ok(true) => {
                    self.remember(url, below);
                    return Ok(api);
                }
                Ok(false) => {}
                Err(error) if matches!(error.failure, GitFailure::RateLimited { .. }) => return Err(error),
                Err(error) => unanswered = Some(error),
            }
        }
        // A path that failed temporarily may be the right one: the repository is not known to be missing.
        unanswered.map_or_else(|| of(0), Err)
    }

    fn of(&self, url: &Url) -> Option<usize> {
        self.lock().get(url).copied()
    }

    fn remember(&self, url: &Url, below: usize) {
        let mut places = self.lock();
        if places.len() >= PLACES_MAX {
            places.clear();
        }
        places.insert(url.clone(), below);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Url, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
