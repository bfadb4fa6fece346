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
    /// A host with its port, without the dot of the root after its name.
    Host(String),
    Account(UserId),
}

impl Of {
    fn host(host: &str) -> Self {
        match host.split_once(".:") {
            Some((name, port)) => Self::Host(format!("{name}:{port}")),
            None => Self::Host(host.strip_suffix('.').unwrap_or(host).to_owned()),
        }
    }
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
            let host = self.place(lane, Of::host(&host), HOST_ATTEMPTS_MAX).acquire_owned().await.ok()?;
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

#[cfg(test)]
mod tests {
    use super::{ACCOUNT_ATTEMPTS_MAX, HOST_ATTEMPTS_MAX, PLACES_MAX, Permit, Throttle};
    use domain::delivery::{Lane, Shape};
    use domain::instant::Duration;
    use std::num::NonZeroU32;
    use testkit::builders::user;

    async fn entered(throttle: &Throttle, lane: Lane, account: u64, host: &str, count: usize) -> Vec<Permit> {
        let mut permits = Vec::new();
        for _ in 0..count {
            permits.extend(throttle.enter(lane, user(account), host.to_owned()).await);
        }
        permits
    }

    // The clock of Tokio is paused and moves on when every task waits.
    #[tokio::test(start_paused = true)]
    async fn host_has_its_most_attempts_for_all_accounts_together() {
        let throttle = Throttle::default();
        let mine = entered(&throttle, Lane::Standard, 1, "a:443", HOST_ATTEMPTS_MAX + 1).await;
        assert_eq!(mine.len(), HOST_ATTEMPTS_MAX);
        assert!(entered(&throttle, Lane::Standard, 2, "a:443", 1).await.is_empty());
        assert!(entered(&throttle, Lane::Standard, 2, "a.:443", 1).await.is_empty(), "the same host");
        assert_eq!(entered(&throttle, Lane::Standard, 1, "b:443", 1).await.len(), 1, "another host");
        assert_eq!(entered(&throttle, Lane::Slow, 1, "a:443", 1).await.len(), 1, "another lane");
        drop(mine);
        assert_eq!(entered(&throttle, Lane::Standard, 2, "a:443", 1).await.len(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn account_has_its_most_attempts_and_one_host_leaves_half_of_them() {
        let throttle = Throttle::default();
        let hung = entered(&throttle, Lane::Standard, 1, "hangs:443", ACCOUNT_ATTEMPTS_MAX).await;
        assert_eq!(hung.len(), ACCOUNT_ATTEMPTS_MAX / 2, "who waits for a host takes no place of the account");
        let mut permits = entered(&throttle, Lane::Standard, 1, "b:443", HOST_ATTEMPTS_MAX).await;
        assert_eq!(permits.len(), ACCOUNT_ATTEMPTS_MAX / 2);
        assert!(entered(&throttle, Lane::Standard, 1, "c:443", 1).await.is_empty());
        permits.extend(entered(&throttle, Lane::Standard, 2, "c:443", 1).await);
        assert_eq!(permits.len(), ACCOUNT_ATTEMPTS_MAX / 2 + 1, "another account");
    }

    #[tokio::test(start_paused = true)]
    async fn attempt_waits_a_moment_for_one_that_ends() {
        let throttle = Throttle::default();
        let mut mine = entered(&throttle, Lane::Standard, 1, "a:443", HOST_ATTEMPTS_MAX).await;
        let waits = throttle.enter(Lane::Standard, user(1), "a:443".to_owned());
        let ends = async {
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
            drop(mine.pop());
        };
        assert!(tokio::join!(waits, ends).0.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn hosts_without_an_attempt_are_dropped_and_those_with_one_are_kept() {
        let throttle = Throttle::default();
        let kept = entered(&throttle, Lane::Standard, 1, "a:443", HOST_ATTEMPTS_MAX).await;
        for host in 0..PLACES_MAX + 5 {
            entered(&throttle, Lane::Standard, 2, &host.to_string(), 1).await;
        }
        assert!(throttle.places.lock().unwrap().len() <= PLACES_MAX);
        assert!(entered(&throttle, Lane::Standard, 2, "a:443", 1).await.is_empty(), "{kept:?}");
    }

    #[test]
    fn chat_services_have_their_own_rate_and_others_that_of_the_deployment() {
        let interval = |rate| Throttle::new(NonZeroU32::new(rate)).interval(Shape::Generic);
        assert_eq!((interval(0), interval(4)), (None, Some(Duration::milliseconds(250))));
        let of = |shape| Throttle::new(NonZeroU32::new(1)).interval(shape);
        assert_eq!(of(Shape::Slack), Some(Duration::seconds(1)));
        assert_eq!(of(Shape::Teams), Some(Duration::milliseconds(250)));
    }
}
