//! The limit of deliveries and tests that an account's user asks for: each sends requests to an address that the user
//! has chosen.

use crate::limits::{REQUEST_INTERVAL_SECONDS, REQUESTS_BURST};
use crate::ports::{IdempotencyKey, IdempotencyRecords, Rate, RateOf, Rates, Reserved, StoreError};
use domain::id::UserId;
use domain::instant::{Duration, Instant};

/// The account has asked for as much as it may for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "An account can ask for {REQUESTS_BURST} redeliveries, recoveries and tests at once, and for one more every \
     {REQUEST_INTERVAL_SECONDS} s. Try again in {retry_after_seconds} s."
)]
pub struct TooManyRequests {
    pub retry_after_seconds: i64,
}

/// Takes a token of the account's bucket, unless the request was made before with its key. The inner error says when
/// the next one is free. If the answer of the store is lost, the request is admitted: what it does next fails too if
/// the store does.
pub async fn take_request(
    rates: &dyn Rates,
    records: &dyn IdempotencyRecords,
    user: UserId,
    key: Option<&IdempotencyKey>,
    now: Instant,
) -> Result<Result<(), TooManyRequests>, StoreError> {
    if let Some(key) = key
        && records.idempotency_record(user, key, now).await?.is_some()
    {
        return Ok(Ok(()));
    }
    let interval = Duration::seconds(REQUEST_INTERVAL_SECONDS);
    let ahead_max = Duration::seconds(REQUEST_INTERVAL_SECONDS.saturating_mul(i64::from(REQUESTS_BURST - 1)));
    let rate = Rate { of: RateOf::Requests, interval, ahead_max };
    Ok(match rates.reserve_place(user, &rate, now).await {
        Err(error) if !error.is_transient() => return Err(error),
        Ok(Reserved::At(_)) | Err(_) => Ok(()),
        Ok(Reserved::Full { again_at }) => {
            let milliseconds = (again_at - now).num_milliseconds();
            Err(TooManyRequests { retry_after_seconds: milliseconds.saturating_add(999).div_euclid(1_000).max(1) })
        }
    })
}
