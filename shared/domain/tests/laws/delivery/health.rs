//! What attempts say about the health of an endpoint.

use crate::sample::instant;
use domain::delivery::{
    Answer, DISABLED_AFTER_DAYS, DisabledReason, Evidence, Forbidden, Health, NoAnswer, REPORTED_AFTER_MINUTES, Shape,
};
use domain::instant::{Duration, Instant};
use proptest::prelude::*;

const TIMEOUT: Answer = Answer::NoAnswer(NoAnswer::Timeout);

fn start() -> Instant {
    instant("2026-03-10T09:00:00Z")
}

fn status(status: u16) -> Answer {
    Answer::Status { status, retry_after: None }
}

fn failing(reported: bool) -> Health {
    Health::Failing { since: start(), reported }
}

fn after(health: Health, answer: &Answer, shape: Shape, attempts: u32, at: Instant) -> Health {
    health.after(Evidence { answer, shape, attempts, at })
}

fn disabled(reason: DisabledReason, status: Option<u16>, since: Instant) -> Health {
    Health::Disabled { since, reason, status }
}

#[test]
fn answer_410_disables_every_endpoint_at_once() {
    for shape in Shape::ALL {
        let found = after(Health::Healthy, &status(410), shape, 1, start());
        assert_eq!(found, disabled(DisabledReason::Gone, Some(410), start()), "{shape:?}");
    }
}

#[test]
fn invalid_address_disables_slack_and_discord_at_once_and_no_other() {
    for shape in Shape::ALL {
        let is_strict = matches!(shape, Shape::Slack | Shape::Discord);
        for code in [401, 403, 404] {
            let found = after(Health::Healthy, &status(code), shape, 1, start());
            let rejected = disabled(DisabledReason::Rejected, Some(code), start());
            assert_eq!(found, if is_strict { rejected } else { failing(false) }, "{shape:?} {code}");
        }
        assert_eq!(after(Health::Healthy, &status(400), shape, 1, start()), failing(false), "{shape:?}");
    }
}

#[test]
fn endpoint_is_disabled_after_five_days_without_success() {
    let last = start() + Duration::days(DISABLED_AFTER_DAYS);
    let earlier = last - Duration::milliseconds(1);
    let found = |attempts, at| after(failing(true), &status(500), Shape::Generic, attempts, at);
    assert_eq!(found(11, earlier), failing(true));
    assert_eq!(found(2, last), failing(true), "the first failures of a delivery may be a dropped connection");
    assert_eq!(found(3, last), disabled(DisabledReason::NoSuccess, Some(500), last));
    let refused = after(failing(true), &status(422), Shape::Generic, 1, last);
    assert_eq!(refused, disabled(DisabledReason::NoSuccess, Some(422), last), "a refusal has no third attempt");
    let hanging = after(failing(true), &TIMEOUT, Shape::Generic, 3, last);
    assert_eq!(hanging, disabled(DisabledReason::NoSuccess, None, last));
}

#[test]
fn failure_is_reported_after_ten_minutes() {
    let at = |millis| start() + Duration::minutes(REPORTED_AFTER_MINUTES) + Duration::milliseconds(millis);
    assert_eq!(after(failing(false), &status(500), Shape::Generic, 4, at(-1)), failing(false));
    assert_eq!(after(failing(false), &status(500), Shape::Generic, 4, at(0)), failing(true));
}

#[test]
fn success_makes_every_endpoint_healthy() {
    for health in [Health::Healthy, failing(false), failing(true), disabled(DisabledReason::Gone, None, start())] {
        assert_eq!(after(health, &status(204), Shape::Discord, 1, start()), Health::Healthy);
    }
}

#[test]
fn failure_that_is_not_the_endpoints_changes_nothing() {
    let ours = [
        Answer::NoAnswer(NoAnswer::SecretUnavailable),
        Answer::Forbidden(Forbidden::NoContent),
        Answer::Forbidden(Forbidden::NoWebhook),
        Answer::Forbidden(Forbidden::NoConfiguration),
        Answer::Forbidden(Forbidden::SecretUnreadable),
        Answer::Forbidden(Forbidden::Disabled),
    ];
    for answer in ours {
        for health in [Health::Healthy, failing(true)] {
            let late = start() + Duration::days(30);
            assert_eq!(after(health, &answer, Shape::Slack, 9, late), health, "{answer:?}");
        }
    }
}

fn answers() -> impl Strategy<Value = Answer> {
    prop_oneof![
        (100_u16..600).prop_map(status),
        Just(TIMEOUT),
        Just(Answer::NoAnswer(NoAnswer::Connect)),
        Just(Answer::Forbidden(Forbidden::Address)),
    ]
}

proptest! {
    #[test]
    fn disabled_endpoint_stays_disabled_until_a_success(
        steps in prop::collection::vec((answers(), 0_i64..100), 1..60),
    ) {
        let mut health = Health::Healthy;
        let mut at = start();
        for (answer, hours) in steps {
            at += Duration::hours(hours);
            let next = after(health, &answer, Shape::Slack, 3, at);
            let succeeded = matches!(answer, Answer::Status { status: 200..=299, .. });
            prop_assert_eq!(next == Health::Healthy, succeeded);
            prop_assert!(!health.is_disabled() || succeeded || next == health);
            if let Health::Failing { since: before, reported: was } = health
                && let Health::Failing { since, reported } = next
            {
                prop_assert_eq!(before, since);
                prop_assert!(reported || !was);
                prop_assert!(at - since < Duration::days(DISABLED_AFTER_DAYS));
            }
            health = next;
        }
    }
}
