//! Limits on the number of requests, as the hosts tell them.

use crate::guard;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use std::time::Duration;

/// How long to wait where a host says that we ask too much and not for how long. GitHub's documentation asks for a minute
/// at least; GitLab counts by the minute.
const UNSTATED_WAIT: Duration = Duration::from_mins(1);

/// How many requests are left, at GitHub and at GitLab.
const REMAINING: [&str; 2] = ["x-ratelimit-remaining", "ratelimit-remaining"];
/// When there are new ones, in seconds since 1970.
const RESET: [&str; 2] = ["x-ratelimit-reset", "ratelimit-reset"];

/// How long to wait, if the answer is that too much was asked: any 429, and a 403 that says so. A 403 that does not is a
/// right that is lacking.
pub(super) fn wait(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Option<Duration> {
    let spent = REMAINING.iter().any(|name| headers.get(*name).is_some_and(|value| value.as_bytes() == b"0"));
    let stated = guard::retry_after(headers, None).or_else(|| spent.then(|| until_reset(headers)).flatten());
    let limited = stated.is_some()
        || spent
        || status == StatusCode::TOO_MANY_REQUESTS
        || String::from_utf8_lossy(body).to_lowercase().contains("rate limit");
    limited.then(|| stated.unwrap_or(UNSTATED_WAIT))
}

/// From the server's own time to the reset.
fn until_reset(headers: &HeaderMap) -> Option<Duration> {
    let reset: i64 = RESET.iter().find_map(|name| headers.get(*name))?.to_str().ok()?.parse().ok()?;
    let seconds = reset.saturating_sub(guard::date(headers)?.timestamp());
    u64::try_from(seconds).ok().map(Duration::from_secs)
}
