//! A context's deadline is used only where it is plausible.

use adapters::boot::deadline;
use domain::instant::{Duration, Instant, parse};

const TIMEOUT: std::time::Duration = std::time::Duration::from_mins(3);

fn now() -> Instant {
    parse("2026-03-01T12:00:00.000Z").expect("an instant")
}

fn millis(instant: Instant) -> u64 {
    instant.timestamp_millis().try_into().expect("after 1970")
}

#[test]
fn future_instant_is_the_deadline() {
    let soon = now() + Duration::seconds(29);
    assert_eq!(deadline(millis(soon), now(), TIMEOUT), soon);
}

#[test]
fn duration_zero_and_past_mean_the_functions_own_timeout() {
    let own = now() + Duration::seconds(180);
    for context in [600_000, 0, millis(now()), millis(now()) - 1, u64::MAX] {
        assert_eq!(deadline(context, now(), TIMEOUT), own, "{context}");
    }
}
