//! The page that documents the events of the bus has the members that are published.

use crate::surroundings::{answer_calls, received, sdk};
use adapters::eventbridge::EventBridgeBus;
use app::ports::EventBus;
use aws_sdk_eventbridge::Client;
use domain::delivery::DisabledReason;
use domain::event::{DeliverySubject, Event, Fact, FactKind};
use domain::id::{ConfigurationId, EventId, NoticeId, RunId, UserId};
use domain::instant::parse;
use domain::month::Month;
use domain::run::ErrorCode;
use domain::usage::Mark;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;
use wiremock::MockServer;

const DOCS: &str = include_str!("../../../../docs/NOTICES.md");
/// The members that every event has.
const SHARED: [&str; 4] = ["version", "id", "user_id", "at"];

fn facts() -> Vec<Fact> {
    let (now, id) = (parse("2026-03-31T23:59:59Z").expect("an instant"), Uuid::from_u128(7));
    let (configuration, run, month) = (ConfigurationId::from_uuid(id), RunId::from_uuid(id), Month::of(now));
    let failed = |subject| Fact::DeliveryFailed { subject, attempts: 8, status: Some(410) };
    vec![
        Fact::UsageThresholdReached { mark: Mark { percent: 80, limit: 50 }, used: 40, month },
        Fact::ConfigurationPaused { configuration, fire: now, month, until: now },
        Fact::ConfigurationResumed { configuration, month },
        Fact::ReportFailed { configuration, run, code: ErrorCode::TokenInvalid },
        Fact::ReportRecovered { configuration, run },
        Fact::EndpointFailing { configuration: Some(configuration) },
        Fact::EndpointDisabled { configuration: Some(configuration), reason: DisabledReason::Gone },
        Fact::EndpointEnabled { configuration: Some(configuration) },
        failed(DeliverySubject::Run(run)),
        failed(DeliverySubject::Notice(NoticeId::from_uuid(id))),
    ]
}

/// The members of each kind of event, as the page lists them: the words between backticks in the row of the kind.
fn documented() -> BTreeMap<String, BTreeSet<String>> {
    let kinds: Vec<&str> = FactKind::ALL.map(FactKind::as_str).into();
    let rows = DOCS.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
    let rows = rows.filter(|(kind, _)| kinds.contains(kind));
    rows.map(|(kind, members)| {
        let words = members.split('`').skip(1).step_by(2).filter(|word| *word != "YYYY-MM");
        (kind.to_owned(), words.map(str::to_owned).collect())
    })
    .collect()
}

#[tokio::test]
async fn each_kind_of_event_is_documented_with_its_members() {
    let server = MockServer::start().await;
    answer_calls(&server, "AWSEvents.PutEvents", |_, body| {
        let entries = body["Entries"].as_array().expect("entries").iter();
        (200, json!({"FailedEntryCount": 0, "Entries": entries.map(|_| json!({"EventId": "e"})).collect::<Vec<_>>()}))
    })
    .await;
    let user = UserId::from_record("0190a3b0-0000-7000-8000-000000000001").expect("a UUID");
    let event = |fact| Event {
        id: EventId::from_uuid(Uuid::from_u128(1)),
        user,
        at: parse("2026-03-31T23:59:59Z").expect("an instant"),
        fact,
    };
    let events: Vec<Event> = facts().into_iter().map(event).collect();
    let bus = EventBridgeBus::new(Client::new(&sdk(&server, "AWS_ENDPOINT_URL_EVENTBRIDGE")), "reports");
    bus.publish(&events).await;

    let mut published: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for entry in received(&server).await.iter().flat_map(|body| body["Entries"].as_array().expect("entries").clone()) {
        let detail: Value = serde_json::from_str(entry["Detail"].as_str().expect("a detail")).expect("JSON");
        let members = detail.as_object().expect("an object").keys().filter(|name| !SHARED.contains(&name.as_str()));
        let kind = entry["DetailType"].as_str().expect("a kind").to_owned();
        published.entry(kind).or_default().extend(members.cloned());
    }
    assert_eq!(documented(), published);
    assert_eq!(published.len(), FactKind::ALL.len());
}
