//! A run waits for its git host at most three times and a day, and a wait is not a lost attempt.

use crate::sample::{instant, owner, run};
use domain::delivery::Delivery;
use domain::instant::Duration;
use domain::run::{
    ATTEMPTS_MAX, ClaimError, CountReason, Outcome, Trigger, WAITED_HOURS_MAX, WAITS_MAX, WaitError, Waits, Window,
};
use proptest::prelude::*;

fn scheduled() -> Trigger {
    Trigger::Schedule { fire: instant("2026-03-31T23:59:00Z") }
}

#[test]
fn waiting_run_has_no_owner_and_keeps_its_attempt() {
    let held = run(scheduled(), true);
    let now = held.started_at + Duration::minutes(1);
    assert_eq!(held.waiting_until(), None);
    let waiting = held.clone().wait(owner(1), Some(Duration::minutes(60)), now).unwrap();
    let until = now + Duration::hours(1);
    assert_eq!((waiting.waiting_until(), waiting.attempt), (Some(until), 1));
    assert_eq!((waiting.waits, waiting.updated_at), (Waits { count: 1, since: Some(now) }, now));
    assert_eq!(waiting.count_reason(), CountReason::Running);
    assert!(!waiting.is_held_by(owner(1), 1) && !waiting.is_abandoned(until + Duration::days(9)));
    let early = waiting.clone().claim(owner(2), until - Duration::milliseconds(1), Duration::minutes(4));
    assert_eq!(early, Err(ClaimError::LeaseLive));
    let claimed = waiting.clone().claim(owner(2), until, Duration::minutes(4)).unwrap();
    assert_eq!((claimed.attempt, claimed.waiting_until(), claimed.waits), (2, None, waiting.waits));
    assert!(waiting.waits_as(&waiting) && !claimed.waits_as(&waiting) && !held.waits_as(&waiting));
}

#[test]
fn only_the_holder_can_let_a_run_wait_and_never_a_test() {
    let now = instant("2026-04-01T00:01:00Z");
    assert_eq!(run(scheduled(), true).wait(owner(2), None, now), Err(WaitError::NotHeld));
    let window = Window::of_any_length(now - Duration::days(1), now);
    assert_eq!(run(Trigger::Test(window), false).wait(owner(1), None, now), Err(WaitError::Test));
    let waiting = run(Trigger::Manual(window), true).wait(owner(1), None, now).unwrap();
    assert_eq!(waiting.clone().wait(owner(1), None, now), Err(WaitError::NotHeld));
    let (ended, _) = waiting.finish(Outcome::Cancelled, &[], Delivery::none(), now).unwrap();
    assert_eq!(ended.waiting_until(), None);
    assert_eq!(ended.wait(owner(1), None, now), Err(WaitError::Ended));
}

/// Waits and is claimed at the end of the wait, so often; answers how long each wait was, in seconds.
fn waits(asked: &[Option<Duration>]) -> Vec<Result<i64, WaitError>> {
    let mut held = run(scheduled(), true);
    let mut now = held.started_at;
    let mut waited = Vec::new();
    for (asked, number) in asked.iter().zip(1_u128..) {
        match held.clone().wait(owner(number), *asked, now) {
            Ok(waiting) => {
                let until = waiting.waiting_until().unwrap();
                waited.push(Ok((until - now).num_seconds()));
                now = until;
                held = waiting.claim(owner(number + 1), now, Duration::minutes(4)).unwrap();
            }
            Err(error) => waited.push(Err(error)),
        }
    }
    waited
}

#[test]
fn wait_is_as_long_as_requested_or_grows_each_time() {
    let hour = Duration::hours(1);
    assert_eq!(waits(&[Some(hour), Some(hour), Some(hour)]), [Ok(3_600), Ok(3_600), Ok(3_600)]);
    assert_eq!(waits(&[None, None, None]), [Ok(120), Ok(900), Ok(7_200)]);
    assert_eq!(waits(&[Some(Duration::milliseconds(61_500))]), [Ok(61)]);
}

#[test]
fn short_requested_wait_is_respected_once() {
    let short = Some(Duration::seconds(5));
    assert_eq!(waits(&[short, short, short]), [Ok(60), Ok(900), Ok(7_200)]);
    assert_eq!(waits(&[Some(Duration::zero()), Some(Duration::minutes(2))]), [Ok(60), Ok(120)]);
}

#[test]
fn waits_end_after_three_or_after_a_day() {
    let used_up = Err(WaitError::UsedUp);
    assert_eq!(waits(&[None, None, None, None])[3], used_up);
    assert_eq!(
        waits(&[Some(Duration::hours(20)), Some(Duration::hours(20)), None]),
        [Ok(20 * 3_600), Ok(4 * 3_600), used_up]
    );
    assert_eq!(waits(&[Some(Duration::MAX), None]), [Ok(24 * 3_600), used_up]);
}

#[test]
fn wait_does_not_use_up_an_attempt() {
    let mut held = run(scheduled(), true);
    let mut now = held.started_at;
    for number in 1..=u128::from(WAITS_MAX) {
        held = held.wait(owner(number), Some(Duration::minutes(5)), now).unwrap();
        now = held.waiting_until().unwrap();
        held = held.claim(owner(number + 1), now, Duration::minutes(4)).unwrap();
    }
    // From here on each attempt is lost.
    for lost in 1..ATTEMPTS_MAX {
        now = held.lease().unwrap().until;
        assert!(!held.is_abandoned(now), "{lost} attempts are lost");
        held = held.claim(owner(100 + u128::from(lost)), now, Duration::minutes(4)).unwrap();
    }
    now = held.lease().unwrap().until;
    assert!(held.is_abandoned(now));
    assert_eq!(held.attempt, WAITS_MAX + ATTEMPTS_MAX);
    assert_eq!(held.claim(owner(9), now, Duration::minutes(4)), Err(ClaimError::AttemptsUsedUp));
}

proptest! {
    #[test]
    fn run_waits_at_most_a_day(
        asked in prop::collection::vec((prop::option::of(0_i64..200_000), 0_i64..50_000), 1..9),
    ) {
        let mut held = run(scheduled(), true);
        let mut now = held.started_at;
        let mut first = None;
        for ((asked, late), number) in asked.into_iter().zip(1_u128..) {
            let Ok(waiting) = held.clone().wait(owner(number), asked.map(Duration::seconds), now) else { continue };
            let until = waiting.waiting_until().unwrap();
            let first = *first.get_or_insert(now);
            prop_assert!(until > now && until <= first + Duration::hours(WAITED_HOURS_MAX));
            prop_assert!((1..=WAITS_MAX).contains(&waiting.waits.count));
            now = until + Duration::seconds(late);
            held = waiting.claim(owner(number + 1), now, Duration::minutes(4)).unwrap();
        }
    }
}
