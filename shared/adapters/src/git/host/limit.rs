//! Limits on the number of requests, as the hosts tell them.

use crate::guard;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use std::time::Duration;

/// How long to wait where a host says that we ask too much and not for how long. GitHub's documentation asks for a minute
/// at least; GitLab counts by the minute.
const UNSTATED_WAIT: Duration = Duration::from_mins(1);

/// How many requests are left, at GitHub and at GitLab.
const REMAINING: [&str; 2] = ["x-ratelimit-remaining", "ratelimit-remaining"];
/// When there are new ones: in seconds since 1970, or, as the IETF's draft of these headers has it and proxies send it, in
/// seconds from now.
const RESET: [&str; 2] = ["x-ratelimit-reset", "ratelimit-reset"];

/// The least number of seconds that is an instant and not a span: a year.
const INSTANT_MIN: i64 = 31_536_000;

/// What hosts call a limit in the body of a 403. GitHub has called its secondary limit "abuse detection".
const LIMITS: [&str; 3] = ["rate limit", "abuse detection", "too many requests"];

/// How long the host asks to wait with `Retry-After`; [`UNSTATED_WAIT`] where that can't be read.
pub(super) fn stated(headers: &HeaderMap) -> Option<Duration> {
    headers.contains_key(RETRY_AFTER).then(|| guard::retry_after(headers, None).unwrap_or(UNSTATED_WAIT))
}

/// How long to wait, if the answer is that too much was asked: any 429, and a 403 that says so. A 403 that does not is a
/// right that is lacking.
pub(super) fn wait(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Option<Duration> {
    let spent = REMAINING.iter().any(|name| headers.get(*name).is_some_and(|value| value.as_bytes() == b"0"));
    let stated = stated(headers).or_else(|| spent.then(|| until_reset(headers)).flatten());
    let limited = stated.is_some() || spent || status == StatusCode::TOO_MANY_REQUESTS || mentions_limit(body);
    limited.then(|| stated.unwrap_or(UNSTATED_WAIT))
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
    let seconds = reset.saturating_sub(guard::date(headers)?.timestamp());
    u64::try_from(seconds).ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::wait;
    use reqwest::StatusCode;
    use reqwest::header::{HeaderMap, HeaderValue, RETRY_AFTER};
    use std::time::Duration;

    #[test]
    fn a_date_without_a_clock_of_the_server_to_count_from_is_a_limit_of_a_minute() {
        let date = HeaderValue::from_static("Tue, 03 Mar 2026 12:05:00 GMT");
        let headers = HeaderMap::from_iter([(RETRY_AFTER, date)]);
        for status in [StatusCode::FORBIDDEN, StatusCode::TOO_MANY_REQUESTS] {
            assert_eq!(wait(status, &headers, b""), Some(Duration::from_mins(1)));
        }
    }
}
