//! Deliveries: attempts are claimed before they are made, and a delivery that is not known to have arrived ends as
//! failed.

mod format;
mod health;
mod retry;
mod shape;
mod signature;

use crate::sample::instant;
use domain::delivery::{
    AgainError, Answer, AttemptResult, CYCLES_ATTEMPTS_MAX, Delivery, DeliveryError, DeliveryState, Forbidden, Jitter,
    NoAnswer, Pending, RetryPolicy, Stage,
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
        .settle(number, answer, &RetryPolicy::default(), now, Jitter::new(u8::MIN))
        .map(|settled| (settled.after, settled.gave_up))
}

#[test]
fn attempt_is_claimed_once_by_its_number() {
    let pending = Delivery::pending(start());
    let claimed = pending.claim(1, start(), CLAIM).unwrap().after;
    let expected = Delivery {
        stage: Stage::Pending(Pending::InFlight(start() + CLAIM)),
        attempts: 1,
        earlier_attempts: 0,
        last_attempt_at: Some(start()),
        response_status: None,
    };
    assert_eq!(claimed, expected);
    assert_eq!((claimed.due_at(), claimed.next_attempt_at()), (Some(start() + CLAIM), None));
    assert_eq!((pending.due_at(), pending.next_attempt_at()), (Some(start()), Some(start())));
    assert_eq!(claimed.claim(1, start() + CLAIM, CLAIM), Err(DeliveryError::OtherAttempt { asked: 1, made: 1 }));
    assert_eq!(claimed.claim(2, start(), CLAIM), Err(DeliveryError::NotDue));
    assert_eq!(pending.claim(2, start(), CLAIM), Err(DeliveryError::OtherAttempt { asked: 2, made: 0 }));
    assert_eq!(Delivery::none().claim(1, start(), CLAIM), Err(DeliveryError::NotPending));
}

#[test]
fn states_are_parsed_from_their_words() {
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
fn dropped_delivery_ignores_late_results() {
    let claimed = Delivery::pending(start()).claim(1, start(), CLAIM).unwrap().after;
    let dropped = claimed.dropped();
    let expected = Delivery { stage: Stage::None, ..claimed };
    assert_eq!(dropped, expected);
    for answer in [status(200), status(410), status(503)] {
        assert_eq!(settle(&dropped, 1, &answer, start() + CLAIM), None);
    }
    assert_eq!(dropped.give_up_claim(&RetryPolicy::default(), start() + CLAIM), None);
    assert_eq!(dropped.claim(2, start() + CLAIM, CLAIM), Err(DeliveryError::NotPending));
}

#[test]
fn answer_decides_the_stage() {
    let claimed = Delivery::pending(start()).claim(1, start(), CLAIM).unwrap().after;
    let now = start() + Duration::seconds(1);
    let (delivered, gave_up) = settle(&claimed, 1, &status(204), now).unwrap();
    assert_eq!((delivered.state(), delivered.due_at(), gave_up), (DeliveryState::Delivered, None, false));
    let (refused, gave_up) = settle(&claimed, 1, &status(410), now).unwrap();
    assert_eq!((refused.state(), refused.due_at(), gave_up), (DeliveryState::Refused, None, true));
    let (again, gave_up) = settle(&claimed, 1, &status(503), now).unwrap();
    assert!(again.state() == DeliveryState::Pending && !again.is_in_flight() && !gave_up);
    assert!(again.due_at().is_some_and(|due| due > now && due < now + Duration::seconds(10)));
    assert_eq!(again.response_status, Some(503));
    let words = Answer::NotTaken { status: 200, retry_after: Some(std::time::Duration::from_mins(2)) };
    let (not_taken, gave_up) = settle(&claimed, 1, &words, now).unwrap();
    assert_eq!((not_taken.state(), not_taken.response_status, gave_up), (DeliveryState::Pending, Some(200), false));
    assert_eq!(not_taken.due_at(), Some(now + Duration::minutes(2)), "the receiver's wait is respected");
    let (forbidden, gave_up) = settle(&claimed, 1, &Answer::Forbidden(Forbidden::Address), now).unwrap();
    assert_eq!((forbidden.state(), gave_up), (DeliveryState::Refused, true));
}

#[test]
fn late_success_is_taken_and_late_failure_is_not() {
    let first = Delivery::pending(start()).claim(1, start(), CLAIM).unwrap().after;
    let late = start() + CLAIM + Duration::seconds(5);
    let lost = first.give_up_claim(&RetryPolicy::default(), late).unwrap().after;
    assert_eq!(lost, Delivery { stage: Stage::Pending(Pending::Due(late)), ..first }, "the next one is due at once");
    let lost = Delivery { stage: Stage::Pending(Pending::Due(start() + CLAIM)), ..lost };
    let second = lost.claim(2, start() + CLAIM, CLAIM).unwrap().after;
    assert_eq!(settle(&second, 1, &status(500), start() + CLAIM), None);
    assert_eq!(settle(&second, 1, &status(410), start() + CLAIM), None);
    let not_taken = Answer::NotTaken { status: 200, retry_after: None };
    assert_eq!(settle(&second, 1, &not_taken, start() + CLAIM), None, "a 200 under words of failure");
    let (delivered, _) = settle(&second, 1, &status(200), start() + CLAIM).unwrap();
    assert_eq!(delivered.state(), DeliveryState::Delivered);
    assert_eq!(settle(&delivered, 2, &status(500), start() + CLAIM), None, "delivered stays delivered");
}

#[test]
fn last_claim_without_a_result_exhausts_the_delivery() {
    let policy = RetryPolicy::once();
    let claimed = Delivery::pending(start()).claim(1, start(), CLAIM).unwrap().after;
    assert_eq!(claimed.give_up_claim(&policy, start()), None, "it may still be answered");
    let settled = claimed.give_up_claim(&policy, start() + CLAIM).unwrap();
    assert!(settled.gave_up && settled.after.state() == DeliveryState::Exhausted && settled.after.due_at().is_none());
    let late = settled.after.settle(1, &status(200), &policy, start() + CLAIM, Jitter::new(u8::MAX)).unwrap();
    assert_eq!(late.after.state(), DeliveryState::Delivered, "a late success overrides it");
}

#[test]
fn ended_delivery_gets_a_new_cycle_of_attempts() {
    let policy = RetryPolicy::default();
    let mut delivery = Delivery::pending(start());
    assert_eq!(delivery.again(start()), Err(AgainError::Pending));
    assert_eq!(Delivery::none().again(start()), Err(AgainError::Nothing));
    for cycle in 1..=3 {
        while delivery.state() == DeliveryState::Pending {
            let now = delivery.due_at().expect("due");
            delivery = delivery.claim(delivery.attempts + 1, now, CLAIM).expect("a claim").after;
            delivery = settle(&delivery, delivery.attempts, &status(503), now).expect("a result").0;
        }
        assert_eq!(delivery.state(), DeliveryState::Exhausted);
        assert_eq!(delivery.attempts, cycle * policy.attempts_max(), "numbers continue");
        let again = delivery.again(start() + Duration::days(30)).expect("again");
        assert_eq!((again.state(), again.attempts), (DeliveryState::Pending, delivery.attempts));
        assert_eq!(again.due_at(), Some(start() + Duration::days(30)));
        delivery = again;
    }
}

#[test]
fn claim_of_a_new_cycle_is_counted_from_the_start_of_its_cycle() {
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
fn success_of_an_earlier_cycle_does_not_end_the_new_one() {
    let claimed = Delivery::pending(start()).claim(1, start(), CLAIM).unwrap().after;
    let exhausted = claimed.give_up_claim(&RetryPolicy::once(), start() + CLAIM).unwrap().after;
    let again = exhausted.again(start() + CLAIM).unwrap();
    assert_eq!(settle(&again, 1, &status(200), start() + CLAIM), None);
}

#[test]
fn new_cycle_keeps_the_numbers_of_attempts() {
    let worn = Delivery {
        stage: Stage::Exhausted,
        attempts: 4,
        earlier_attempts: 2,
        last_attempt_at: Some(start()),
        response_status: Some(503),
    };
    let now = start() + CLAIM;
    let again = Delivery { stage: Stage::Pending(Pending::Due(now)), earlier_attempts: 4, ..worn.clone() };
    assert_eq!((worn.again(now), worn.cycle_attempts(), again.cycle_attempts()), (Ok(again.clone()), 2, 0));
}

#[test]
fn delivery_that_used_up_its_attempts_is_not_sent_again() {
    let sent = |attempts| Delivery { stage: Stage::Delivered, attempts, ..Delivery::none() };
    assert!(sent(CYCLES_ATTEMPTS_MAX - 1).again(start()).is_ok());
    assert_eq!(sent(CYCLES_ATTEMPTS_MAX).again(start()), Err(AgainError::TooOften));
}

#[test]
fn only_a_failed_delivery_is_recovered() {
    let at = |stage| Delivery { stage, attempts: 3, ..Delivery::none() };
    for stage in [Stage::Refused, Stage::Exhausted] {
        assert_eq!(at(stage).recovered(start()), at(stage).again(start()).ok());
        assert!(at(stage).recovered(start()).is_some());
        let worn = Delivery { attempts: CYCLES_ATTEMPTS_MAX, ..at(stage) };
        assert_eq!(worn.recovered(start()), None);
    }
    for stage in [Stage::None, Stage::Pending(Pending::Due(start())), Stage::Delivered] {
        assert_eq!(at(stage).recovered(start()), None);
    }
}

#[test]
fn recorded_result_gives_the_same_answer_again() {
    let answers = [
        (status(204), Some(204), None),
        (status(503), Some(503), Some("http_503")),
        (Answer::NotTaken { status: 200, retry_after: None }, Some(200), Some("not_taken")),
        (Answer::NoAnswer(NoAnswer::Timeout), None, Some("timeout")),
        (Answer::Forbidden(Forbidden::Address), None, Some("forbidden_address")),
    ];
    for (answer, status, class) in answers {
        let result = AttemptResult::from(&answer);
        assert_eq!((result.status(), result.error_class().as_deref()), (status, class));
        assert_eq!(AttemptResult::of_record(status, class).answer(None), Some(answer));
    }
    let unknown = AttemptResult::of_record(None, Some("unknown"));
    assert_eq!((unknown, unknown.error_class().as_deref()), (AttemptResult::Unknown, Some("unknown")));
    assert_eq!((unknown.answer(None), AttemptResult::of_record(None, None)), (None, AttemptResult::Unknown));
    let other = AttemptResult::of_record(None, Some("a class of another version"));
    assert_eq!(other, AttemptResult::NoAnswer(NoAnswer::Other));
}

#[test]
fn classes_of_failure_are_parsed_from_their_words() {
    for reason in NoAnswer::ALL {
        let result = AttemptResult::NoAnswer(reason);
        assert_eq!(AttemptResult::of_record(None, result.error_class().as_deref()), result);
    }
    for reason in Forbidden::ALL {
        let result = AttemptResult::Forbidden(reason);
        assert_eq!(AttemptResult::of_record(None, result.error_class().as_deref()), result);
    }
}

proptest! {
    #[test]
    fn every_delivery_ends(
        answers in prop::collection::vec(prop::sample::select(vec![0_u16, 200, 410, 429, 500, 503]), 20),
    ) {
        let policy = RetryPolicy::default();
        let mut delivery = Delivery::pending(start());
        let mut now = start();
        let mut attempts = 0;
        for answer in answers {
            let DeliveryState::Pending = delivery.state() else { break };
            now = now.max(delivery.due_at().expect("a pending delivery is due"));
            delivery = delivery.claim(delivery.attempts + 1, now, CLAIM).expect("a claim").after;
            attempts += 1;
            let settled = if answer == 0 {
                now += CLAIM;
                delivery.give_up_claim(&policy, now)
            } else {
                delivery.settle(attempts, &status(answer), &policy, now, Jitter::new(u8::MAX))
            };
            delivery = settled.expect("a result").after;
        }
        prop_assert!(delivery.state() != DeliveryState::Pending);
        prop_assert!(delivery.due_at().is_none());
        prop_assert!(attempts <= policy.attempts_max());
    }
}
