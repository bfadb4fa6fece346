//! When an attempt to deliver is made again, and when never.

use std::time::Duration;

/// The most attempts of a policy. Each costs money; after twelve, it is better to send a report again on request.
pub const ATTEMPTS_MAX: usize = 12;
/// The longest wait before an attempt, even if a receiver asks for more.
pub const DELAY_MAX: Duration = Duration::from_hours(24);
/// The longest delay of a queue message, in seconds (SQS `DelaySeconds`). After it, the sweep sends the message.
pub const QUEUE_DELAY_SECONDS_MAX: u32 = 900;

/// The waits after the first attempt, in seconds. The first three cover a dropped connection, a restart and a
/// deployment; the rest grow to ten hours, to cover an outage of a working day or a night: 11 attempts over 23 h 43
/// min.
const DELAYS_SECONDS: [u64; 10] =
    [5, 30, 2 * 60, 10 * 60, 30 * 60, 60 * 60, 2 * 60 * 60, 4 * 60 * 60, 6 * 60 * 60, 10 * 60 * 60];

/// How often a delivery is tried, and how long it waits in between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    delays: Vec<Duration>,
}

impl Default for RetryPolicy {
    /// At once, then after 5 s, 30 s, 2 min, 10 min, 30 min, 1 h, 2 h, 4 h, 6 h and 10 h.
    fn default() -> Self {
        Self { delays: DELAYS_SECONDS.map(Duration::from_secs).to_vec() }
    }
}

impl RetryPolicy {
    /// A policy of these waits, one fewer than there are attempts; at most [`ATTEMPTS_MAX`] and [`DELAY_MAX`].
    pub fn new(delays: Vec<Duration>) -> Result<Self, RetryPolicyError> {
        if delays.len() >= ATTEMPTS_MAX {
            return Err(RetryPolicyError::TooMany { attempts: delays.len().saturating_add(1) });
        }
        match delays.iter().find(|delay| **delay > DELAY_MAX) {
            Some(delay) => Err(RetryPolicyError::TooLong { delay: *delay }),
            None => Ok(Self { delays }),
        }
    }

    /// A single attempt.
    pub fn once() -> Self {
        Self { delays: Vec::new() }
    }

    /// How many attempts are made before a delivery is given up.
    pub fn attempts_max(&self) -> u32 {
        u32::try_from(self.delays.len()).unwrap_or(u32::MAX).saturating_add(1)
    }

    /// How long to wait before the next attempt when this many have been made, or nothing when they are used up. The
    /// first is made at once.
    ///
    /// The wait is spread by the jitter; a `Retry-After` lengthens it and never shortens it; at most [`DELAY_MAX`].
    pub fn next_delay(&self, attempts_made: u32, retry_after: Option<Duration>, jitter: Jitter) -> Option<Duration> {
        let Some(retries_made) = attempts_made.checked_sub(1) else {
            return Some(Duration::ZERO);
        };
        let delay = self.delays.get(usize::try_from(retries_made).ok()?)?;
        Some(jitter.spread(*delay).max(retry_after.unwrap_or_default()).min(DELAY_MAX))
    }
}

/// The position of a wait in its spread of ±10 %: a random byte, drawn by the caller, so that deliveries that failed
/// together are not tried again together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Jitter(u8);

impl Jitter {
    /// From a random byte: 0 is 10 % sooner and 255 is 10 % later.
    pub const fn new(byte: u8) -> Self {
        Self(byte)
    }

    /// 90 % of the delay and up to 20 % more of it, in 255 steps.
    fn spread(self, delay: Duration) -> Duration {
        let tenth = delay / 10;
        let fifth = delay / 5;
        delay.saturating_sub(tenth).saturating_add(fifth.saturating_mul(u32::from(self.0)) / u32::from(u8::MAX))
    }
}

/// The part of a wait that the queue keeps, in whole seconds: rounded up, so that no message comes before its attempt
/// is due, and at most [`QUEUE_DELAY_SECONDS_MAX`].
pub fn queue_delay_seconds(delay: Duration) -> u32 {
    let started = u64::from(delay.subsec_nanos() > 0);
    let seconds = delay.as_secs().saturating_add(started);
    u32::try_from(seconds).unwrap_or(u32::MAX).min(QUEUE_DELAY_SECONDS_MAX)
}

/// What an answer of the receiver means for the delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    Delivered,
    /// The receiver will never take the report.
    Refused,
    Retry,
}

impl Verdict {
    /// What an HTTP status says.
    ///
    /// 2xx is delivered. 408, 409, 425, 429 and 5xx are tried again, as is a status outside 200..=599, which no server
    /// means. Every other 4xx is permanent: the address no longer exists (410, 404), its credentials are invalid (401,
    /// 403; Discord blocks clients that continue), or the body is not accepted (400, 413, 415, 422), and the same bytes
    /// would get the same answer. So is 3xx, because a redirect is never followed: it could lead to an internal
    /// address.
    pub const fn of_status(status: u16) -> Self {
        match status {
            200..=299 => Self::Delivered,
            408 | 409 | 425 | 429 => Self::Retry,
            300..=499 => Self::Refused,
            _ => Self::Retry,
        }
    }
}

/// Why a list of waits is not a policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RetryPolicyError {
    #[error("a retry policy of {attempts} attempts is too long; at most {ATTEMPTS_MAX} are allowed")]
    TooMany { attempts: usize },
    #[error("a wait of {} s is too long; at most {} s are allowed", .delay.as_secs(), DELAY_MAX.as_secs())]
    TooLong { delay: Duration },
}
