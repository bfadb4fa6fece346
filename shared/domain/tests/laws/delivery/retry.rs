//! The waits of the retry policy, and the verdicts on answers.

use std::time::Duration;

use domain::delivery::{ATTEMPTS_MAX, DELAY_MAX, Jitter, RetryPolicy, RetryPolicyError, Verdict, queue_delay_seconds};
use proptest::prelude::*;

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Every wait of a policy, the first attempt's included.
fn waits(policy: &RetryPolicy, jitter: Jitter) -> Vec<Duration> {
    (0..).map_while(|made| policy.next_delay(made, None, jitter)).collect()
}

#[test]
fn default_policy_makes_eleven_attempts_in_a_day() {
    let policy = RetryPolicy::default();
    assert_eq!(policy.attempts_max(), 11);
    let [soonest, latest] = [Jitter::new(u8::MIN), Jitter::new(u8::MAX)].map(|jitter| waits(&policy, jitter));
    let named = [0, 5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 21_600, 36_000].map(seconds);
    assert_eq!(soonest, named.map(|wait| wait * 9 / 10));
    assert_eq!(latest, named.map(|wait| wait * 11 / 10));
    let total: Duration = named.iter().sum();
    assert!(total > seconds(23 * 3_600) && total < seconds(25 * 3_600));
    assert!(named.is_sorted());
}

#[test]
fn default_policy_is_within_the_limits() {
    let named = [5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 21_600, 36_000].map(seconds).to_vec();
    assert_eq!(RetryPolicy::new(named), Ok(RetryPolicy::default()));
}

#[test]
fn policy_without_waits_is_a_single_attempt() {
    let policy = RetryPolicy::new(vec![]).unwrap();
    assert_eq!(policy.attempts_max(), 1);
    assert_eq!(waits(&policy, Jitter::new(u8::MAX)), [Duration::ZERO]);
}

#[test]
fn policy_beyond_the_limits_is_refused() {
    let waits = |count| vec![seconds(1); count];
    let longest = RetryPolicy::new(waits(ATTEMPTS_MAX - 1)).unwrap();
    assert_eq!(longest.attempts_max(), 12);
    assert_eq!(RetryPolicy::new(waits(ATTEMPTS_MAX)), Err(RetryPolicyError::TooMany { attempts: 13 }));
    let long = DELAY_MAX + Duration::from_nanos(1);
    assert_eq!(RetryPolicy::new(vec![long]), Err(RetryPolicyError::TooLong { delay: long }));
    let policy = RetryPolicy::new(vec![DELAY_MAX]).unwrap();
    assert_eq!(policy.next_delay(1, None, Jitter::new(u8::MAX)), Some(DELAY_MAX));
}

#[test]
fn retry_after_lengthens_a_wait_up_to_a_day() {
    let policy = RetryPolicy::default();
    let next = |made, wish| policy.next_delay(made, Some(wish), Jitter::new(u8::MIN));
    assert_eq!(next(1, seconds(0)), Some(Duration::from_millis(4_500)));
    assert_eq!(next(1, seconds(60)), Some(seconds(60)));
    assert_eq!(next(10, seconds(60)), Some(seconds(32_400)));
    assert_eq!(next(1, Duration::MAX), Some(seconds(86_400)));
    assert_eq!(next(0, seconds(60)), Some(Duration::ZERO));
    assert_eq!(next(11, seconds(60)), None);
    assert_eq!(next(u32::MAX, seconds(60)), None);
}

#[test]
fn queue_delay_is_rounded_up_to_at_most_fifteen_minutes() {
    let cases = [
        (Duration::ZERO, 0),
        (Duration::from_nanos(1), 1),
        (Duration::from_millis(4_500), 5),
        (seconds(899), 899),
        (Duration::from_millis(899_001), 900),
        (seconds(901), 900),
        (Duration::MAX, 900),
    ];
    for (delay, kept) in cases {
        assert_eq!(queue_delay_seconds(delay), kept, "{delay:?}");
    }
}

#[test]
fn every_status_has_a_verdict() {
    let retried = [408, 409, 425, 429];
    for status in 0..=u16::MAX {
        let verdict = match status {
            200..=299 => Verdict::Delivered,
            _ if retried.contains(&status) => Verdict::Retry,
            300..=499 => Verdict::Refused,
            _ => Verdict::Retry,
        };
        assert_eq!(Verdict::of_status(status), verdict, "{status}");
    }
}

#[test]
fn known_statuses_have_the_documented_verdicts() {
    let cases: [(Verdict, &[u16]); 3] = [
        (Verdict::Delivered, &[200, 201, 202, 204, 299]),
        (Verdict::Refused, &[300, 301, 302, 304, 307, 308, 400, 401, 403, 404, 405, 410, 413, 415, 422, 451, 499]),
        (Verdict::Retry, &[408, 409, 425, 429, 500, 501, 502, 503, 504, 529, 599, 0, 100, 199, 600, 999]),
    ];
    for (verdict, statuses) in cases {
        for status in statuses {
            assert_eq!(Verdict::of_status(*status), verdict, "{status}");
        }
    }
}

proptest! {
    #[test]
    fn jitter_stays_within_a_tenth_and_grows_with_its_byte(byte: u8, wait_ms in 0..=78_000_000_u64) {
        let wait = Duration::from_millis(wait_ms);
        let policy = RetryPolicy::new(vec![wait]).unwrap();
        let at = |byte| policy.next_delay(1, None, Jitter::new(byte)).unwrap();
        prop_assert!(wait * 9 / 10 <= at(byte) && at(byte) <= wait * 11 / 10);
        prop_assert!(at(byte) <= at(byte.saturating_add(1)));
    }

    #[test]
    fn retry_after_is_respected_up_to_a_day(made in 1..=10_u32, wish in 0..200_000_u64, byte: u8) {
        let (policy, jitter) = (RetryPolicy::default(), Jitter::new(byte));
        let without = policy.next_delay(made, None, jitter).unwrap();
        let with = policy.next_delay(made, Some(seconds(wish)), jitter).unwrap();
        prop_assert_eq!(with, without.max(seconds(wish)).min(DELAY_MAX));
    }
}
