//! Below how many parts of its path the server of a repository was found, for as long as this process lives.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use url::Url;

/// How many repositories are remembered. The next one begins anew.
const PLACES_MAX: usize = 10_000;

#[derive(Debug, Default)]
pub(super) struct Places(Mutex<BTreeMap<Url, usize>>);

impl Places {
    pub(super) fn of(&self, url: &Url) -> Option<usize> {
        self.lock().get(url).copied()
    }

    pub(super) fn remember(&self, url: &Url, below: usize) {
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
