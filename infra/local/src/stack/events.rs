//! The part of EventBridge that the system uses: it accepts `PutEvents` and shows the published events.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// How many events are kept; the oldest ones are dropped.
const EVENTS_MAX: usize = 1_000;

#[derive(Default)]
struct Published {
    events: VecDeque<Value>,
    taken: u64,
}

/// `POST /` accepts `PutEvents` (AWS JSON 1.1), `GET /events` returns the published events, oldest first.
pub fn router() -> Router {
    let published = Arc::new(Mutex::new(Published::default()));
    Router::new().route("/", post(put)).route("/events", get(list)).with_state(published)
}

async fn put(State(published): State<Arc<Mutex<Published>>>, headers: HeaderMap, body: Bytes) -> Response {
    let target = headers.get("x-amz-target").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let request: Value = serde_json::from_slice(&body).unwrap_or_default();
    let (true, Some(entries)) = (target == "AWSEvents.PutEvents", request.get("Entries").and_then(Value::as_array))
    else {
        let answer = json!({"__type": "UnknownOperationException", "message": "only PutEvents is served here"});
        return amazon_json(StatusCode::BAD_REQUEST, &answer);
    };
    let mut published = published.lock().unwrap_or_else(PoisonError::into_inner);
    let mut taken = Vec::new();
    for entry in entries {
        published.taken += 1;
        taken.push(json!({"EventId": format!("local-{}", published.taken)}));
        let mut event = entry.clone();
        // `Detail` is JSON in a text; it is shown as JSON.
        let detail = event.get("Detail").and_then(Value::as_str).and_then(|text| serde_json::from_str(text).ok());
        if let (Some(fields), Some(detail)) = (event.as_object_mut(), detail) {
            fields.insert("Detail".to_owned(), detail);
        }
        let kind = entry.get("DetailType").and_then(Value::as_str).unwrap_or_default();
        tracing::info!(kind, "an event was published");
        published.events.push_back(event);
        if published.events.len() > EVENTS_MAX {
            published.events.pop_front();
        }
    }
    amazon_json(StatusCode::OK, &json!({"FailedEntryCount": 0, "Entries": taken}))
}

async fn list(State(published): State<Arc<Mutex<Published>>>) -> axum::Json<Value> {
    let published = published.lock().unwrap_or_else(PoisonError::into_inner);
    axum::Json(Value::Array(published.events.iter().cloned().collect()))
}

fn amazon_json(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/x-amz-json-1.1")], body.to_string()).into_response()
}
