//! The hosts' limits on the number of requests, from their headers and bodies.

use crate::guard;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use std::time::Duration;

/// The wait for a limit without a time. GitHub's documentation asks for at least a minute; GitLab counts by the minute.
const UNSTATED_WAIT: Duration = Duration::from_mins(1);

/// How many requests are left, at GitHub and at GitLab.
const REMAINING: [&str; 2] = ["x-ratelimit-remaining", "ratelimit-remaining"];
/// When the limit is renewed: in seconds since 1970, or, as in the IETF's draft of these headers and as proxies send
/// it, in seconds from now.
const RESET: [&str; 2] = ["x-ratelimit-reset", "ratelimit-reset"];

/// Smaller numbers of seconds are a span and not an instant: a year.
const INSTANT_MIN: i64 = 31_536_000;

/// The part of the remaining requests that may be used for what a report can do without: the lists of later reports
/// need the others.
const SPARE_SHARE: u64 = 10;

/// What hosts call a limit in the body of a 403. GitHub has called its secondary limit "abuse detection".
const LIMITS: [&str; 3] = ["rate limit", "abuse detection", "too many requests"];

/// The wait that the host asks for with `Retry-After`; [`UNSTATED_WAIT`] where that can't be parsed.
pub(super) fn stated(headers: &HeaderMap) -> Option<Duration> {
    headers.contains_key(RETRY_AFTER).then(|| guard::retry_after(headers, None).unwrap_or(UNSTATED_WAIT))
}

/// The wait, if the answer is a limit: any 429, and a 403 that names a limit. Another 403 is a missing right.
pub(super) fn wait(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Option<Duration> {
    let spent = REMAINING.iter().any(|name| headers.get(*name).is_some_and(|value| value.as_bytes() == b"0"));
    let stated = stated(headers).or_else(|| spent.then(|| until_reset(headers)).flatten());
    let limited = stated.is_some() || spent || status == StatusCode::TOO_MANY_REQUESTS || mentions_limit(body);
    limited.then(|| stated.unwrap_or(UNSTATED_WAIT))
}

/// How many requests are left before the limit, if the answer has the number.
pub(super) fn remaining(headers: &HeaderMap) -> Option<u64> {
    REMAINING.iter().find_map(|name| headers.get(*name)?.to_str().ok()?.trim().parse().ok())
}

/// How many requests for what a report can do without are made at the same time. GitHub asks for few at once
/// (<https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api>).
pub(in crate::git) const REQUESTS_AT_ONCE: usize = 4;

/// How many further requests may be made for what a report can do without, by the number that the host still allows.
pub(in crate::git) fn spare_requests(remaining: Option<u64>) -> usize {
    remaining.map_or(usize::MAX, |left| usize::try_from(left / SPARE_SHARE).unwrap_or(usize::MAX))
}

fn mentions_limit(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body).to_lowercase();
    LIMITS.iter().any(|words| text.contains(words))
}

/// From the server's own time to the reset.
fn until_reset(headers: &HeaderMap) -> Option<Duration> {
    let reset: i64 = RESET.iter().find_map(|name| headers.get(*name))?.to_str().ok()?.trim().parse().ok()?;
    if reset < INSTANT_MIN {
        return u64::try_from(reset).ok().map(Duration::from_secs);
    }
    let seconds = reset.saturating_sub(guard::date(headers, None)?.timestamp());
    u64::try_from(seconds).ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::wait;
    use reqwest::StatusCode;
    use reqwest::header::{HeaderMap, HeaderValue, RETRY_AFTER};
    use std::time::Duration;

    #[test]
    fn retry_date_without_a_server_date_is_a_wait_of_a_minute() {
        let date = HeaderValue::from_static("Tue, 03 Mar 2026 12:05:00 GMT");
        let headers = HeaderMap::from_iter([(RETRY_AFTER, date)]);
        for status in [StatusCode::FORBIDDEN, StatusCode::TOO_MANY_REQUESTS] {
            assert_eq!(wait(status, &headers, b""), Some(Duration::from_mins(1)));
        }
    }
}
