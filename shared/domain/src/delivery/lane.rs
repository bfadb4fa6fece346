//! The lanes of deliveries: an endpoint that answers late, or not at all, has a queue and workers of its own, so that
//! it holds no worker that others wait for.

use super::{Answer, NoAnswer};
use crate::words::words;
use std::time::Duration;

/// An attempt that takes this long marks its endpoint as slow: a third of the time that a receiver has. Most receivers
/// answer within a second.
pub const SLOW_AFTER: Duration = Duration::from_secs(5);

words! {
    /// The queue that carries a delivery.
    pub enum Lane {
        /// For endpoints that answer in time, and those that are not known yet.
        Standard = "standard",
        /// For endpoints whose last attempt took long, or got no answer in time.
        Slow = "slow",
    }
}

impl Lane {
    /// The lane of deliveries to an endpoint.
    #[must_use]
    pub const fn of(endpoint_is_slow: bool) -> Self {
        if endpoint_is_slow { Self::Slow } else { Self::Standard }
    }
}

/// Whether an attempt shows that its endpoint is slow; `None` if the endpoint was not asked.
#[must_use]
pub fn is_slow(answer: &Answer, took: Duration) -> Option<bool> {
    match answer {
        Answer::Forbidden(_) | Answer::NoAnswer(NoAnswer::SecretUnavailable) => None,
        Answer::NoAnswer(NoAnswer::Timeout | NoAnswer::ConnectTimeout) => Some(true),
        Answer::Status { .. } | Answer::NotTaken { .. } | Answer::NoAnswer(_) => Some(took >= SLOW_AFTER),
    }
}
