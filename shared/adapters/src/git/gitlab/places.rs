//! How many parts of its path belong to the server of a repository, remembered for as long as the process lives.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use url::Url;

/// How many repositories are remembered. One more clears the memory.
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
