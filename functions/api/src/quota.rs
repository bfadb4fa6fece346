//! `RateLimit-*` headers: how many runs of the month are left, on every answer of a route that starts one.

use app::usage::UsageStatement;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use domain::instant::Instant;

/// Runs allowed per month.
pub(crate) const RATELIMIT_LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
/// Runs that may still start.
pub(crate) const RATELIMIT_REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
/// Seconds until the month ends.
pub(crate) const RATELIMIT_RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// The values of the headers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quota {
    pub(crate) limit: u64,
    pub(crate) remaining: u64,
    pub(crate) resets_at: Instant,
}

impl From<&UsageStatement> for Quota {
    fn from(usage: &UsageStatement) -> Self {
        Self { limit: usage.limits.monthly_runs, remaining: usage.startable, resets_at: usage.resets_at }
    }
}

impl Quota {
    /// Adds the headers, as defined in draft-ietf-httpapi-ratelimit-headers-03.
    pub(crate) fn write(self, headers: &mut HeaderMap, now: Instant) {
        let reset = (self.resets_at - now).num_seconds().max(0);
        headers.insert(RATELIMIT_LIMIT, HeaderValue::from(self.limit));
        headers.insert(RATELIMIT_REMAINING, HeaderValue::from(self.remaining));
        headers.insert(RATELIMIT_RESET, HeaderValue::from(reset));
    }
}
