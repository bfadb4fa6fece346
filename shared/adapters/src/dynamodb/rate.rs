//! Rates: one item for each, with the instant of its next place. It counts as absent once that instant has passed, and
//! the table removes it then.

use super::Change;
use super::item::{Record, number};
use super::key::Key;
use super::write::failure::{WriteError, busy};
use super::{DynamoStore, attribute};
use app::ports::{Rate, Rates, Reserved, StoreError};
use async_trait::async_trait;
use domain::id::UserId;
use domain::instant::Instant;

/// The next free place, in milliseconds since 1970.
const NEXT_AT: &str = "next_at";

/// Writes for one reservation, each after another caller's. At most one more than a token bucket has tokens is needed;
/// among callers that wait for an endpoint, one of them succeeds with each round.
const TRIES_MAX: usize = 32;

#[async_trait]
impl Rates for DynamoStore {
    async fn reserve_place(&self, user: UserId, rate: &Rate, now: Instant) -> Result<Reserved, StoreError> {
        let key = || Key::rate(user, rate.of);
        let free = next(now, rate).if_absent_or_at_most(NEXT_AT, now.timestamp_millis());
        let mut refused = self.update(&free, key()).await;
        for _ in 0..TRIES_MAX {
            let stored = match refused {
                Ok(()) => return Ok(Reserved::At(now)),
                Err(WriteError::Store(error)) => return Err(error),
                Err(WriteError::Refused(stored)) => stored.unwrap_or_default(),
            };
            let place = Record(&stored).instant_or_none(NEXT_AT)?.unwrap_or(now).max(now);
            if place - now > rate.ahead_max {
                return Ok(Reserved::Full { again_at: place - rate.ahead_max });
            }
            let seen = stored.get(NEXT_AT).cloned();
            refused = self.update(&next(place, rate).if_equal(NEXT_AT, seen), key()).await;
            if refused.is_ok() {
                return Ok(Reserved::At(place));
            }
        }
        Err(busy(format!("no place in the rate {:?} was reserved in {TRIES_MAX} tries", rate.of)))
    }
}

/// The change that takes the place at an instant.
fn next(place: Instant, rate: &Rate) -> Change {
    let next = place + rate.interval;
    Change::default()
        .set(NEXT_AT, number(next.timestamp_millis()))
        .set(attribute::EXPIRES_AT, number(next.timestamp().saturating_add(1)))
}
