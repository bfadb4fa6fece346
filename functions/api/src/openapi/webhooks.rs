//! The messages that a webhook with the format `generic` receives for notices: one for each type.

use super::put;
use crate::routes::notices::{sample_message, sent_when};
use domain::account::NoticeKind;
use serde_json::{Map, Value, json};

const MESSAGE: &str = "#/components/schemas/NoticeMessage";

/// Adds an entry for each type, and the schema that they share. It is called when the schemas have their names.
pub(super) fn add(document: &mut Value) {
    let figures = document.pointer("/components/schemas/NoticeDetails/properties").cloned().unwrap_or_default();
    put(document, &["components", "schemas", "NoticeMessageData"], data(figures));
    put(document, &["components", "schemas", "NoticeMessage"], message());
    let webhooks: Map<String, Value> =
        NoticeKind::ALL.into_iter().map(|kind| (kind.as_str().to_owned(), webhook(kind))).collect();
    put(document, &["webhooks"], Value::Object(webhooks));
}

fn message() -> Value {
    json!({
        "type": "object",
        "description": "A notice as a webhook with the format `generic` receives it. More types can come.",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {"$ref": "#/components/schemas/NoticeType"},
            "timestamp": {"type": "string", "format": "date-time", "description": "When this attempt was made."},
            "data": {"$ref": "#/components/schemas/NoticeMessageData"},
        },
    })
}

fn data(figures: Value) -> Value {
    let text = |description: &str| json!({"type": "string", "description": description});
    let nullable = |description: &str| json!({"type": ["string", "null"], "description": description});
    let id = |description: &str| json!({"type": "string", "format": "uuid", "description": description});
    let mut members = json!({
        "notice_id": id("The same for all attempts, as the `webhook-id`."),
        "configuration_id": id("The report configuration that it is about, or whose run caused it."),
        "configuration_name": nullable("Its name."),
        "repository": nullable("The name of its repository."),
        "month": text("The month in UTC that it is about, such as `2026-01`."),
        "text": text("What happened, and what to do."),
    });
    let required: Vec<String> = members.as_object().into_iter().flat_map(Map::keys).cloned().collect();
    if let (Some(members), Value::Object(figures)) = (members.as_object_mut(), figures) {
        members.extend(figures);
    }
    json!({
        "type": "object",
        "description": "What a notice says. Its type decides which figures there are. More members can come.",
        "required": required,
        "properties": members,
    })
}

fn webhook(kind: NoticeKind) -> Value {
    let name = kind.as_str();
    let words: Vec<&str> = name.split(['.', '_']).collect();
    json!({"post": {
        "operationId": format!("on-{}", words.join("-")),
        "summary": format!("Notice `{name}`."),
        "description": sent_when(kind),
        "tags": ["notices"],
        "security": [{}],
        "requestBody": {
            "required": true,
            "content": {"application/json": {"schema": {"$ref": MESSAGE}, "example": sample_message(kind)}},
        },
        "responses": {
            "2XX": {"description": "The notice was taken."},
            "4XX": {"description": "The notice was refused. 408, 409, 425 and 429 are tried again."},
        },
    }})
}
