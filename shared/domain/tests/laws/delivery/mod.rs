//! An attempt is claimed before it is made, and what is not known to be delivered ends as such.

mod retry;
mod shape;
mod signature;

use crate::sample::instant;
use domain::delivery::{
    AgainError, Answer, CYCLES_ATTEMPTS_MAX, Delivery, DeliveryError, DeliveryState, Jitter, RetryPolicy,
};
use domain::instant::{Duration, Instant};
use proptest::prelude::*;

const CLAIM: Duration = Duration::seconds(60);

fn start() -> Instant {
    instant("2026-03-10T09:00:00Z")
}

fn status(status: u16) -> Answer {
    Answer::Status { status, retry_after: None }
}

fn settle(delivery: &Delivery, number: u32, answer: &Answer, now: Instant) -> Option<(Delivery, bool)> {
    delivery
        .settle(number, answer, &RetryPolicy::default(), now, Jitter::SOONEST)
        .map(|settled| (settled.after, settled.gave_up))
}

#[test]
fn an_attempt_is_claimed_once() {
    let pending = Delivery::pending(start());
    let claimed = pending.claim(1, start(), CLAIM).unwrap().after;
    let expected = Delivery {
        state: DeliveryState::Pending,
        attempts: 1,
        earlier_attempts: 0,
        in_flight: true,
        due_at: Some(start() + CLAIM),
        last_attempt_at: Some(start()),
        response_status: None,
    };
    assert_eq!(claimed, expected);
    assert_eq!(claimed.claim(1, start() + CLAIM, CLAIM), Err(DeliveryError::OtherAttempt { asked: 1, made: 1 }));
    assert_eq!(claimed.claim(2, start(), CLAIM), Err(DeliveryError::NotDue));
    assert_eq!(pending.claim(2, start(), CLAIM), Err(DeliveryError::OtherAttempt { asked: 2, made: 0 }));
    assert_eq!(Delivery::none().claim(1, start(), CLAIM), Err(DeliveryError::NotPending));
}

#[test]
fn states_are_read_as_they_are_written() {
    for (state, word, failed) in [
        (DeliveryState::None, "none", false),
        (DeliveryState::Pending, "pending", false),
        (DeliveryState::Delivered, "delivered", false),
        (DeliveryState::Refused, "refused", true),
        (DeliveryState::Exhausted, "exhausted", true),
    ] {
        assert_eq!((state.as_str(), DeliveryState::parse(word), state.is_failed()), (word, Some(state), failed));
    }
    assert_eq!(DeliveryState::parse("Pending"), None);
}

#[test]
fn what_is_dropped_stays_dropped_whatever_is_learnt() {
    let claimed = Delivery::pending(start()).claim(1, start(), CLAIM).unwrap().after;
    let dropped = claimed.dropped();
    let expected = Delivery { state: DeliveryState::None, in_flight: false, due_at: None, ..claimed };
    assert_eq!(dropped, expected);
    for answer in [status(200), status(410), status(503)] {
        assert_eq!(settle(&dropped, 1, &answer, start() + CLAIM), None);
    }
    assert_eq!(dropped.give_up_claim(&RetryPolicy::default(), start() + CLAIM), None);
    assert_eq!(dropped.claim(2, start() + CLAIM, CLAIM), Err(DeliveryError::NotPending));
}

#[test]
fn how_answers_settle_an_attempt() {
    let claimed = Delivery::pending(start()).claim(1, start(), CLAIM).unwrap().after;
    let now = start() + Duration::seconds(1);
    let (delivered, gave_up) = settle(&claimed, 1, &status(204), now).unwrap();
    assert_eq!((delivered.state, delivered.due_at, gave_up), (DeliveryState::Delivered, None, false));
    let (refused, gave_up) = settle(&claimed, 1, &status(410), now).unwrap();
    assert_eq!((refused.state, refused.due_at, gave_up), (DeliveryState::Refused, None, true));
    let (again, gave_up) = settle(&claimed, 1, &status(503), now).unwrap();
    assert!(again.state == DeliveryState::Pending && !again.in_flight && !gave_up);
    assert!(again.due_at.is_some_and(|due| due > now && due < now + Duration::seconds(10)));
    assert_eq!(again.response_status, Some(503));
    let words = Answer::NotTaken { status: 200, retry_after: Some(std::time::Duration::from_mins(2)) };
    let (not_taken, gave_up) = settle(&claimed, 1, &words, now).unwrap();
    assert_eq!((not_taken.state, not_taken.response_status, gave_up), (DeliveryState::Pending, Some(200), false));
    assert_eq!(not_taken.due_at, Some(now + Duration::minutes(2)), "what the receiver asks for is kept to");
    let (forbidden, gave_up) = settle(&claimed, 1, &Answer::Forbidden { class: "forbidden_address" }, now).unwrap();
    assert_eq!((forbidden.state, gave_up), (DeliveryState::Refused, true));
}

#[test]
fn only_good_news_is_taken_late() {
    let first = Delivery::pending(start()).claim(1, start(), CLAIM).unwrap().after;
    let late = start() + CLAIM + Duration::seconds(5);
    let lost = first.give_up_claim(&RetryPolicy::default(), late).unwrap().after;
    assert_eq!(lost, Delivery { in_flight: false, due_at: Some(late), ..first }, "the next one is due at once");
    let lost = Delivery { due_at: Some(start() + CLAIM), ..lost };
    let second = lost.claim(2, start() + CLAIM, CLAIM).unwrap().after;
    assert_eq!(settle(&second, 1, &status(500), start() + CLAIM), None);
    assert_eq!(settle(&second, 1, &status(410), start() + CLAIM), None);
    let not_taken = Answer::NotTaken { status: 200, retry_after: None };
    assert_eq!(settle(&second, 1, &not_taken, start() + CLAIM), None, "a 200 that is bad news");
    let (delivered, _) = settle(&second, 1, &status(200), start() + CLAIM).unwrap();
    assert_eq!(delivered.state, DeliveryState::Delivered);
    assert_eq!(settle(&delivered, 2, &status(500), start() + CLAIM), None, "delivered stays delivered");
}

#[test]
fn the_last_claim_without_a_result_exhausts() {
    let policy = RetryPolicy::once();
    let claimed = Delivery::pending(start()).claim(1, start(), CLAIM).unwrap().after;
    assert_eq!(claimed.give_up_claim(&policy, start()), None, "it may still be answered");
    let settled = claimed.give_up_claim(&policy, start() + CLAIM).unwrap();
    assert!(settled.gave_up && settled.after.state == DeliveryState::Exhausted && settled.after.due_at.is_none());
    let late = settled.after.settle(1, &status(200), &policy, start() + CLAIM, Jitter::LATEST).unwrap();
    assert_eq!(late.after.state, DeliveryState::Delivered, "a 2xx that is learnt late overrides it");
}

#[test]
fn what_has_ended_is_sent_again_as_often_as_the_policy_says() {
    let policy = RetryPolicy::default();
    let mut delivery = Delivery::pending(start());
    assert_eq!(delivery.again(start()), Err(AgainError::Pending));
    assert_eq!(Delivery::none().again(start()), Err(AgainError::Nothing));
    for cycle in 1..=3 {
        while delivery.state == DeliveryState::Pending {
            let now = delivery.due_at.expect("due");
            delivery = delivery.claim(delivery.attempts + 1, now, CLAIM).expect("a claim").after;
            delivery = settle(&delivery, delivery.attempts, &status(503), now).expect("a result").0;
        }
        assert_eq!(delivery.state, DeliveryState::Exhausted);
        assert_eq!(delivery.attempts, cycle * policy.attempts_max(), "numbers go on");
        let again = delivery.again(start() + Duration::days(30)).expect("again");
        assert_eq!((again.state, again.attempts), (DeliveryState::Pending, delivery.attempts));
        assert_eq!(again.due_at, Some(start() + Duration::days(30)));
        delivery = again;
    }
}

#[test]
fn a_claim_of_a_new_cycle_is_given_up_by_the_count_of_its_cycle() {
    let claimed = Delivery::pending(start()).claim(1, start(), CLAIM).unwrap().after;
    let delivered = settle(&claimed, 1, &status(200), start()).unwrap().0;
    let again = delivered.again(start()).unwrap().claim(2, start(), CLAIM).unwrap().after;
    let policy = RetryPolicy::new(vec![std::time::Duration::from_secs(1)]).unwrap();
    let unknown = again.give_up_claim(&policy, start() + CLAIM).unwrap();
    assert!(!unknown.gave_up, "one of two attempts was made");
    let last = unknown.after.claim(3, start() + CLAIM, CLAIM).unwrap().after;
    assert!(last.give_up_claim(&policy, start() + CLAIM + CLAIM).unwrap().gave_up);
}

#[test]
fn good_news_of_an_earlier_cycle_does_not_stop_what_was_sent_again() {
    let claimed = Delivery::pending(start()).claim(1, start(), CLAIM).unwrap().after;
    let exhausted = claimed.give_up_claim(&RetryPolicy::once(), start() + CLAIM).unwrap().after;
    let again = exhausted.again(start() + CLAIM).unwrap();
    assert_eq!(settle(&again, 1, &status(200), start() + CLAIM), None);
}

#[test]
fn what_is_sent_again_begins_anew_but_for_its_numbers() {
    let worn = Delivery {
        state: DeliveryState::Exhausted,
        attempts: 4,
        earlier_attempts: 2,
        in_flight: true,
        due_at: None,
        last_attempt_at: Some(start()),
        response_status: Some(503),
    };
    let now = start() + CLAIM;
    let again = Delivery {
        state: DeliveryState::Pending,
        earlier_attempts: 4,
        in_flight: false,
        due_at: Some(now),
        ..worn.clone()
    };
    assert_eq!((worn.again(now), worn.cycle_attempts(), again.cycle_attempts()), (Ok(again.clone()), 2, 0));
}

#[test]
fn nothing_is_sent_without_end() {
    let sent = |attempts| Delivery { state: DeliveryState::Delivered, attempts, ..Delivery::none() };
    assert!(sent(CYCLES_ATTEMPTS_MAX - 1).again(start()).is_ok());
    assert_eq!(sent(CYCLES_ATTEMPTS_MAX).again(start()), Err(AgainError::TooOften));
}

#[test]
fn only_what_failed_is_recovered() {
    let stands = |state| Delivery { state, attempts: 3, ..Delivery::none() };
    for state in [DeliveryState::Refused, DeliveryState::Exhausted] {
        assert_eq!(stands(state).recovered(start()), stands(state).again(start()).ok());
        assert!(stands(state).recovered(start()).is_some());
        let worn = Delivery { attempts: CYCLES_ATTEMPTS_MAX, ..stands(state) };
        assert_eq!(worn.recovered(start()), None);
    }
    for state in [DeliveryState::None, DeliveryState::Pending, DeliveryState::Delivered] {
        assert_eq!(stands(state).recovered(start()), None);
    }
}

proptest! {
    #[test]
    fn every_delivery_ends(answers in prop::collection::vec(prop::sample::select(vec![0_u16, 200, 410, 429, 500, 503]), 20)) {
        let policy = RetryPolicy::default();
        let mut delivery = Delivery::pending(start());
        let mut now = start();
        let mut attempts = 0;
        for answer in answers {
            let DeliveryState::Pending = delivery.state else { break };
            now = now.max(delivery.due_at.expect("a pending delivery is due"));
            delivery = delivery.claim(delivery.attempts + 1, now, CLAIM).expect("a claim").after;
            attempts += 1;
            let settled = if answer == 0 {
                now += CLAIM;
                delivery.give_up_claim(&policy, now)
            } else {
                delivery.settle(attempts, &status(answer), &policy, now, Jitter::LATEST)
            };
            delivery = settled.expect("a result").after;
        }
        prop_assert!(delivery.state != DeliveryState::Pending);
        prop_assert!(delivery.due_at.is_none());
        prop_assert!(attempts <= policy.attempts_max());
    }
}
