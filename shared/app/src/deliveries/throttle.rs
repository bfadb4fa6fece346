//! How much one account or one host gets of a worker process.

use crate::limits::{ACCOUNT_ATTEMPTS_MAX, HOST_ATTEMPTS_MAX, TURN_PATIENCE_MILLISECONDS};
use domain::delivery::{Lane, Shape};
use domain::id::UserId;
use domain::instant::Duration;
use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// Hosts and accounts that are kept at most before those without an attempt are dropped.
const PLACES_MAX: usize = 1_000;

/// The attempts in progress in this process, by host and by account, and the rate of endpoints that state none. A
/// process of Lambda handles one event at a time, so that the limits of a deployment are these times its workers.
#[derive(Debug, Default)]
pub struct Throttle {
    messages_per_second: Option<NonZeroU32>,
    places: Mutex<HashMap<(Lane, Of), Arc<Semaphore>>>,
}

/// Whose attempts are counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Of {
    /// A host with its port.
    Host(String),
    Account(UserId),
}

/// The right to make an attempt. Others wait until it is dropped.
#[derive(Debug)]
pub(super) struct Permit {
    _host: OwnedSemaphorePermit,
    _account: OwnedSemaphorePermit,
}

impl Throttle {
    /// With this rate for an endpoint that is no chat service; `None` for no limit.
    #[must_use]
    pub fn new(messages_per_second: Option<NonZeroU32>) -> Self {
        Self { messages_per_second, places: Mutex::default() }
    }

    /// The shortest time between two messages to one endpoint; `None` if it has no limit.
    pub(super) fn interval(&self, shape: Shape) -> Option<Duration> {
        let own = || self.messages_per_second.map(|rate| Duration::milliseconds(1_000 / i64::from(rate.get())));
        shape.interval().and_then(|interval| Duration::from_std(interval).ok()).or_else(own)
    }

    /// Waits a moment until the host and the account have fewer than the most attempts in progress; `None` if they
    /// don't. Who waits for a host takes no place of the account, and each lane has places of its own.
    pub(super) async fn enter(&self, lane: Lane, user: UserId, host: String) -> Option<Permit> {
        let both = async {
            let host = self.place(lane, Of::Host(host), HOST_ATTEMPTS_MAX).acquire_owned().await.ok()?;
            let account = self.place(lane, Of::Account(user), ACCOUNT_ATTEMPTS_MAX).acquire_owned().await.ok()?;
            Some(Permit { _host: host, _account: account })
        };
        timeout(std::time::Duration::from_millis(TURN_PATIENCE_MILLISECONDS), both).await.ok().flatten()
    }

    fn place(&self, lane: Lane, of: Of, attempts_max: usize) -> Arc<Semaphore> {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        if places.len() >= PLACES_MAX {
            // Permits and those that wait hold their semaphore.
            places.retain(|_, place| Arc::strong_count(place) > 1);
        }
        Arc::clone(places.entry((lane, of)).or_insert_with(|| Arc::new(Semaphore::new(attempts_max))))
    }
}
