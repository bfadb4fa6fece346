//! The event bus against a server that refuses events.

use crate::surroundings::{answer_calls, received, sdk};
use adapters::eventbridge::EventBridgeBus;
use app::ports::EventBus;
use aws_sdk_eventbridge::Client;
use domain::delivery::DisabledReason;
use domain::event::{DeliverySubject, Event, Fact};
use domain::id::{ConfigurationId, EventId, NoticeId, RunId, UserId};
use domain::instant::{Instant, parse};
use domain::month::Month;
use domain::run::ErrorCode;
use domain::usage::Mark;
use serde_json::{Value, json};
use uuid::Uuid;
use wiremock::MockServer;

const TARGET: &str = "AWSEvents.PutEvents";
const USER: &str = "0190a3b0-0000-7000-8000-000000000001";

fn at() -> Instant {
    parse("2026-03-31T23:59:59.120Z").expect("an instant")
}

fn event(number: u128, fact: Fact) -> Event {
    Event {
        id: EventId::from_uuid(Uuid::from_u128(number)),
        user: UserId::from_record(USER).expect("a UUID"),
        at: at(),
        fact,
    }
}

fn threshold() -> Fact {
    Fact::UsageThresholdReached { mark: Mark { percent: 80, limit: 50 }, used: 40, month: Month::of(at()) }
}

fn bus(server: &MockServer) -> EventBridgeBus {
    let sdk = sdk(server, "AWS_ENDPOINT_URL_EVENTBRIDGE");
    EventBridgeBus::new(Client::new(&sdk), "reports")
}

fn entries(body: &Value) -> &Vec<Value> {
    body["Entries"].as_array().expect("entries")
}

#[tokio::test]
async fn events_are_sent_ten_a_call_and_matched_with_their_results() {
    let server = MockServer::start().await;
    answer_calls(&server, TARGET, |call, body| {
        let results = entries(body).iter().enumerate().map(|(place, _)| match (call, place) {
            (0, 3) | (1, 1) => json!({"ErrorCode": "ThrottlingException", "ErrorMessage": "slow down"}),
            _ => json!({"EventId": "e"}),
        });
        (200, json!({"FailedEntryCount": 1, "Entries": results.collect::<Vec<_>>()}))
    })
    .await;
    let events: Vec<_> = (0..12).map(|number| event(number, threshold())).collect();

    let taken = bus(&server).publish(&events).await;

    let refused: Vec<_> = (0..12).filter(|place| !taken[*place]).collect();
    assert_eq!((taken.len(), refused), (12, vec![3, 11]));
    let sizes: Vec<_> = received(&server).await.iter().map(|body| entries(body).len()).collect();
    assert_eq!(sizes, [10, 2], "nothing is sent again here");
}

#[tokio::test]
async fn failed_call_refuses_only_its_own_events() {
    let server = MockServer::start().await;
    answer_calls(&server, TARGET, |call, body| {
        if call == 0 {
            return (400, json!({"__type": "InternalException", "message": "no"}));
        }
        let results: Vec<_> = entries(body).iter().map(|_| json!({"EventId": "e"})).collect();
        (200, json!({"FailedEntryCount": 0, "Entries": results}))
    })
    .await;
    let events: Vec<_> = (0..11).map(|number| event(number, threshold())).collect();
    let taken = bus(&server).publish(&events).await;
    let mut expected = vec![false; 10];
    expected.push(true);
    assert_eq!(taken, expected);
}

#[tokio::test]
async fn event_without_a_result_counts_as_refused() {
    let server = MockServer::start().await;
    answer_calls(&server, TARGET, |_, _| (200, json!({"FailedEntryCount": 0, "Entries": [{"EventId": "e"}]}))).await;
    let events = [event(1, threshold()), event(2, threshold())];
    assert_eq!(bus(&server).publish(&events).await, [true, false]);
    assert!(bus(&server).publish(&[]).await.is_empty());
}

#[tokio::test]
async fn each_kind_of_event_has_its_fields() {
    let server = MockServer::start().await;
    answer_calls(&server, TARGET, |_, body| {
        let results: Vec<_> = entries(body).iter().map(|_| json!({"EventId": "e"})).collect();
        (200, json!({"FailedEntryCount": 0, "Entries": results}))
    })
    .await;
    let id = Uuid::from_u128(7);
    let configuration = ConfigurationId::from_uuid(id);
    let failed = |subject| Fact::DeliveryFailed { subject, attempts: 8, status: Some(410) };
    let facts = [
        threshold(),
        Fact::ConfigurationPaused {
            configuration,
            fire: at(),
            month: Month::of(at()),
            until: parse("2026-04-01T00:00:00Z").expect("an instant"),
        },
        Fact::ConfigurationResumed { configuration, month: Month::of(at()) },
        Fact::ReportFailed { configuration, run: RunId::from_uuid(id), code: ErrorCode::TokenInvalid },
        Fact::ReportRecovered { configuration, run: RunId::from_uuid(id) },
        Fact::EndpointFailing { configuration: Some(configuration) },
        Fact::EndpointDisabled { configuration: None, reason: DisabledReason::Gone },
        Fact::EndpointEnabled { configuration: Some(configuration) },
        failed(DeliverySubject::Run(RunId::from_uuid(id))),
        failed(DeliverySubject::Notice(NoticeId::from_uuid(id))),
    ];
    let events = facts.map(|fact| event(1, fact));

    assert_eq!(bus(&server).publish(&events).await, [true; 10]);

    let calls = received(&server).await;
    let first = &entries(&calls[0])[0];
    assert_eq!(first["Source"], "git-report");
    assert_eq!(first["EventBusName"], "reports");
    let id = id.to_string();
    let expected = details(&id);
    for (entry, (kind, mut detail)) in entries(&calls[0]).iter().zip(expected) {
        detail["version"] = json!(1);
        detail["id"] = json!("00000000-0000-0000-0000-000000000001");
        detail["user_id"] = json!(USER);
        detail["at"] = json!("2026-03-31T23:59:59.120Z");
        let sent: Value = serde_json::from_str(entry["Detail"].as_str().expect("a detail")).expect("JSON");
        assert_eq!((entry["DetailType"].as_str(), sent), (Some(kind), detail));
    }
}

/// The kinds and details of the events, without what all share.
fn details(id: &str) -> [(&'static str, Value); 10] {
    [
        ("usage.threshold_reached", json!({"percent": 80, "limit": 50, "used": 40, "month": "2026-03"})),
        (
            "configuration.paused",
            json!({
                "configuration_id": id,
                "fire": "2026-03-31T23:59:59.120Z",
                "month": "2026-03",
                "until": "2026-04-01T00:00:00.000Z",
            }),
        ),
        ("configuration.resumed", json!({"configuration_id": id, "month": "2026-03"})),
        ("report.failed", json!({"configuration_id": id, "run_id": id, "code": "TOKEN_INVALID"})),
        ("report.recovered", json!({"configuration_id": id, "run_id": id})),
        ("endpoint.failing", json!({"configuration_id": id, "reason": null})),
        ("endpoint.disabled", json!({"configuration_id": null, "reason": "gone"})),
        ("endpoint.enabled", json!({"configuration_id": id, "reason": null})),
        ("delivery.failed", json!({"run_id": id, "attempts": 8, "status": 410})),
        ("delivery.failed", json!({"notice_id": id, "attempts": 8, "status": 410})),
    ]
}
