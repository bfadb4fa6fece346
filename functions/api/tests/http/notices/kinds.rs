//! The documentation of every type of notice.

use super::Served;
use crate::support::call::get;
use adapters::webhook::body;
use api::openapi::document;
use app::ports::{Message, MessageBody};
use domain::account::NoticeKind;
use domain::delivery::Shape;
use domain::id::NoticeId;
use domain::notice::Matter;
use serde_json::{Value, json};
use testkit::builders::randomness;

const DOCS: &str = include_str!("../../../../../docs/NOTICES.md");

async fn types(served: &Served) -> Vec<Value> {
    let answer = get(&served.router, "/notices/types", None).await.expect(200);
    answer["data"].as_array().unwrap().clone()
}

/// The message that is sent has the members of the type's example.
#[tokio::test]
async fn message_is_as_its_example() {
    let served = Served::new().await;
    served.enable_again().await;
    let example = types(&served).await.into_iter().find(|found| found["type"] == "endpoint.enabled").unwrap();
    let message = served.world.receiver.received().into_iter().next_back().unwrap();
    let sent = body(Shape::Generic, &message, None).unwrap();
    let sent: Value = serde_json::from_slice(&sent).unwrap();
    let members = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(sent["type"], example["type"]);
    assert_eq!(members(&sent), members(&example["message"]));
    assert_eq!(members(&sent["data"]), members(&example["message"]["data"]));
}

/// The same figures are in the list and in the message.
#[tokio::test]
async fn details_in_the_list_are_those_of_the_example() {
    let served = Served::new().await;
    for found in types(&served).await {
        let kind = NoticeKind::parse(found["type"].as_str().unwrap()).unwrap();
        served.notify(kind).await;
        let listed = served.get("/notices?limit=1").await["data"][0].clone();
        let mut details = found["message"]["data"].clone();
        for name in ["notice_id", "configuration_id", "configuration_name", "repository", "month", "text"] {
            assert!(details.as_object_mut().unwrap().remove(name).is_some(), "{name}");
        }
        assert_eq!(listed["details"], details, "{}", kind.as_str());
    }
}

/// A receiver that gave no answer has no status.
#[tokio::test]
async fn figure_that_is_unknown_is_absent_from_the_list_and_the_message() {
    let served = Served::new().await;
    let mut notice = served.notify(NoticeKind::DeliveryFailed).await;
    let Matter::DeliveryFailed { run, attempts, .. } = notice.matter else { panic!("{:?}", notice.matter) };
    notice.matter = Matter::DeliveryFailed { run, attempts, status: None };
    notice.id = NoticeId::at(notice.created_at, randomness(2));
    served.store(&notice).await;
    let listed = served.get("/notices?limit=1").await["data"][0]["details"].clone();
    assert_eq!(listed, json!({"run_id": run.to_string(), "attempts": 11}));
    let (id, at) = (notice.id.to_string(), notice.created_at);
    let message = Message { id, at, body: MessageBody::Notice(Box::new(notice)) };
    let sent: Value = serde_json::from_slice(&body(Shape::Generic, &message, None).unwrap()).unwrap();
    assert_eq!(sent["data"]["attempts"], 11);
    assert!(sent["data"].get("response_status").is_none(), "{sent}");
    let optional = document()["components"]["schemas"]["NoticeMessageData"]["required"].to_string();
    assert!(!optional.contains("response_status"), "{optional}");
}

#[tokio::test]
async fn every_type_is_in_the_document_and_in_the_docs() {
    let served = Served::new().await;
    let (found, document) = (types(&served).await, document());
    let named: Vec<&str> = found.iter().map(|found| found["type"].as_str().unwrap()).collect();
    assert_eq!(named, NoticeKind::ALL.map(NoticeKind::as_str));
    let webhooks = document["webhooks"].as_object().unwrap();
    assert_eq!(webhooks.len(), found.len());
    let schema = &document["components"]["schemas"]["NoticeMessageData"];
    let known: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
    let figures = document["components"]["schemas"]["NoticeDetails"]["properties"].as_object().unwrap();
    for found in &found {
        let (kind, example) = (found["type"].as_str().unwrap(), &found["message"]);
        let post = &webhooks[kind]["post"];
        assert_eq!(post["requestBody"]["content"]["application/json"]["example"], *example, "{kind}");
        for name in example["data"].as_object().unwrap().keys() {
            assert!(known.contains(&name), "{kind}: '{name}' is not in the schema of the message");
        }
        let block = format!("```json\n{}\n```", serde_json::to_string_pretty(example).unwrap());
        assert!(DOCS.contains(&block), "docs/NOTICES.md has another example of {kind}; it must be:\n{block}");
        let sent_when = found["sent_when"].as_str().unwrap();
        let heading = format!("### `{kind}`\n\n{sent_when}\n");
        assert!(DOCS.replace('\n', " ").contains(heading.replace('\n', " ").trim_end()), "{heading}");
    }
    assert!(figures.keys().all(|name| known.contains(&name)), "{known:?}");
}

/// The events of the bus are documented with their fields.
#[test]
fn every_event_is_in_the_docs() {
    for kind in domain::event::FactKind::ALL {
        assert!(DOCS.contains(&format!("| `{}` |", kind.as_str())), "{}", kind.as_str());
    }
    assert_eq!(json!(domain::event::FactKind::ALL.len()), json!(DOCS.matches("\n| `").count()));
}
