//! Rates: how often something may happen to an account or one of its endpoints.

use super::{StoreError, proxy::port};
use domain::id::UserId;
use domain::instant::{Duration, Instant};

/// What a rate limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RateOf {
    /// Deliveries and tests that the account's user asks for.
    Requests,
    /// Messages to the endpoint whose address has this SHA-256.
    Endpoint([u8; 32]),
}

/// Places in time, one each `interval`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub of: RateOf,
    pub interval: Duration,
    /// How far ahead of the present a place may be. If a place that lies ahead is used at once, this is a token bucket
    /// of `1 + ahead_max / interval` tokens.
    pub ahead_max: Duration,
}

/// A place, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reserved {
    /// The place at this instant, which is not before the present.
    At(Instant),
    /// No place is free; the next one is at this instant.
    Full { again_at: Instant },
}

port! {
    /// The rates of accounts. They are hints: a place whose holder dies is lost, and they change no other record.
    pub trait Rates;

    /// Reserves the next place of a rate. Concurrent callers get different places.
    async fn reserve_place(&self, user: UserId, rate: &Rate, now: Instant) -> Result<Reserved, StoreError>;
}
