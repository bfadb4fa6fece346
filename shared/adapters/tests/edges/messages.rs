//! Messages of the queues are parsed as they were written, and anything else is refused.

use adapters::sqs::{MessageError, delivery_request_body, parse_delivery_request, parse_run_request, run_request_body};
use app::ports::{DeliveryRequest, RunRequest};
use chrono::DateTime;
use domain::delivery::Lane;
use domain::event::DeliverySubject;
use domain::id::{ConfigurationId, NoticeId, RunId, UserId};
use proptest::prelude::*;
use uuid::Uuid;

fn uuid() -> impl Strategy<Value = Uuid> {
    any::<u128>().prop_map(Uuid::from_u128)
}

fn user() -> impl Strategy<Value = UserId> {
    uuid().prop_map(|uuid| UserId::from_record(&uuid.to_string()).expect("a UUID"))
}

prop_compose! {
    fn run_request()(
        user in user(),
        run in uuid(),
        configuration in uuid(),
        fire in proptest::option::of(0_i64..4_102_444_800_000),
    ) -> RunRequest {
        RunRequest {
            user,
            run: RunId::from_uuid(run),
            configuration: ConfigurationId::from_uuid(configuration),
            fire: fire.and_then(DateTime::from_timestamp_millis),
        }
    }
}

prop_compose! {
    fn delivery_request()(user in user(), id in uuid(), of_run in any::<bool>(),
        attempt in 1_u32.., slow in any::<bool>(), paced in any::<bool>()) -> DeliveryRequest {
        let subject = if of_run {
            DeliverySubject::Run(RunId::from_uuid(id))
        } else {
            DeliverySubject::Notice(NoticeId::from_uuid(id))
        };
        DeliveryRequest { paced, ..DeliveryRequest::of(user, subject, attempt).in_lane(Lane::of(slow)) }
    }
}

proptest! {
    #[test]
    fn run_request_reads_back_from_its_body(request in run_request()) {
        prop_assert_eq!(parse_run_request(&run_request_body(&request)), Ok(request));
    }

    #[test]
    fn delivery_request_reads_back_from_its_body(request in delivery_request()) {
        prop_assert_eq!(parse_delivery_request(&delivery_request_body(&request)), Ok(request));
    }

    #[test]
    fn body_of_the_other_queue_is_refused(run in run_request(), delivery in delivery_request()) {
        prop_assert!(matches!(parse_delivery_request(&run_request_body(&run)), Err(MessageError::Shape(_))));
        prop_assert!(matches!(parse_run_request(&delivery_request_body(&delivery)), Err(MessageError::Shape(_))));
    }

    #[test]
    fn no_text_makes_the_parsers_panic(text in ".*") {
        prop_assert!(parse_run_request(&text).is_err());
        prop_assert!(parse_delivery_request(&text).is_err());
    }
}

const ID: &str = "0190a3b0-0000-7000-8000-000000000001";

#[test]
fn bodies_have_the_documented_shape() {
    let body = format!(
        r#"{{"version":1,"user":"{ID}","run":"{ID}","configuration":"{ID}","fire":"2026-03-01T12:00:00.000Z"}}"#
    );
    let request = parse_run_request(&body).expect("it is one");
    assert_eq!(run_request_body(&request), body);
    let body = format!(r#"{{"version":1,"user":"{ID}","subject":{{"kind":"notice","id":"{ID}"}},"attempt":2}}"#);
    let request = parse_delivery_request(&body).expect("it is one");
    assert_eq!(delivery_request_body(&request), body);
}

#[test]
fn other_version_is_refused_whatever_else_the_body_has() {
    assert_eq!(parse_run_request(r#"{"version":2}"#), Err(MessageError::Version(2)));
    let shaped = format!(r#"{{"version":7,"user":"{ID}","run":"{ID}","configuration":"{ID}"}}"#);
    assert_eq!(parse_run_request(&shaped), Err(MessageError::Version(7)));
}

#[test]
fn invalid_field_is_named() {
    let run = |user: &str, fire: &str| {
        format!(r#"{{"version":1,"user":"{user}","run":"{ID}","configuration":"{ID}","fire":"{fire}"}}"#)
    };
    let error = parse_run_request(&run("me", "2026-03-01T12:00:00Z")).expect_err("no user");
    assert!(matches!(error, MessageError::Id { field: "user", .. }), "{error}");
    assert_eq!(parse_run_request(&run(ID, "noon")), Err(MessageError::Fire));
    let delivery = |attempt| {
        format!(r#"{{"version":1,"user":"{ID}","subject":{{"kind":"run","id":"{ID}"}},"attempt":{attempt}}}"#)
    };
    assert_eq!(parse_delivery_request(&delivery(0)), Err(MessageError::Attempt));
    assert!(parse_delivery_request(&delivery(1)).is_ok());
}
