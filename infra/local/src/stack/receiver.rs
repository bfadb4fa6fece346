//! A webhook receiver that shows what arrived, in place of a customer's endpoint.
//!
//! `POST /webhook` accepts messages of every format and checks their signatures; `GET /` shows them as a page,
//! `GET /received` as JSON. To see how deliveries are retried, `POST /fail-next/3` refuses the next three (503), and
//! `POST /hold-next/1` never answers the next one.

use app::ports::Clock;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::Html;
use axum::routing::{get, post};
use axum::{Json, Router};
use domain::delivery::{SigningSecret, TOLERANCE_SECONDS, verify};
use domain::instant;
use serde::Serialize;
use serde_json::Value;
use std::collections::VecDeque;
use std::fmt::Write;
use std::sync::{Arc, Mutex, PoisonError};

/// How many messages are kept; the oldest ones are dropped.
const MESSAGES_MAX: usize = 200;

/// The path to which messages are sent.
pub const WEBHOOK_PATH: &str = "/webhook";

/// A message that arrived.
#[derive(Clone, Debug, Serialize)]
pub struct Received {
    /// RFC 3339.
    pub at: String,
    /// The header `webhook-id`.
    pub id: String,
    /// The header `webhook-timestamp`.
    pub timestamp: String,
    /// `valid`, or `invalid`.
    pub signature: &'static str,
    /// Why the signature is invalid.
    pub problem: Option<String>,
    /// The status of the answer; `None` for a request that is never answered.
    pub answered: Option<u16>,
    /// The body: JSON, or a text if it is not JSON.
    pub body: Value,
}

struct Receiver {
    secret: SigningSecret,
    clock: Arc<dyn Clock>,
    state: Mutex<ReceiverState>,
    arrived: Box<dyn Fn(&Received) + Send + Sync>,
}

#[derive(Default)]
struct ReceiverState {
    received: VecDeque<Received>,
    fail_next: u32,
    hold_next: u32,
}

enum Plan {
    Take,
    Fail,
    Hold,
}

/// The receiver's router. `secret` verifies signatures; `arrived` is called for every message.
pub fn router(
    secret: SigningSecret,
    clock: Arc<dyn Clock>,
    arrived: impl Fn(&Received) + Send + Sync + 'static,
) -> Router {
    let receiver = Receiver { secret, clock, state: Mutex::default(), arrived: Box::new(arrived) };
    Router::new()
        .route("/", get(page))
        .route("/received", get(received))
        .route(WEBHOOK_PATH, post(take))
        .route("/fail-next/{count}", post(fail_next))
        .route("/hold-next/{count}", post(hold_next))
        .fallback(async |address: Uri| refused(StatusCode::NOT_FOUND, address.path(), "is no address of this receiver"))
        .method_not_allowed_fallback(async |method: Method, address: Uri| {
            let problem = format!("can't be requested with {}", shown(method.as_str()));
            refused(StatusCode::METHOD_NOT_ALLOWED, address.path(), &problem)
        })
        .layer(DefaultBodyLimit::max(MESSAGE_BYTES_MAX))
        .with_state(Arc::new(receiver))
}

/// The largest message that is read: far more than any report.
const MESSAGE_BYTES_MAX: usize = 2_000_000;

/// The answer of an old Teams connector that has accepted a message; other services ignore the body.
const TAKEN: &str = "1";

async fn take(
    State(receiver): State<Arc<Receiver>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<(StatusCode, &'static str), Refusal> {
    let body = body.map_err(|error| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            let max = MESSAGE_BYTES_MAX / 1_000_000;
            (error.status(), format!("The message is larger than {max} MB: send less.\n"))
        }
        status => (status, "The message ended before it was complete: send it again.\n".to_owned()),
    })?;
    let plan = receiver.plan();
    let status = match plan {
        Plan::Take => Some(StatusCode::OK),
        Plan::Fail => Some(StatusCode::SERVICE_UNAVAILABLE),
        Plan::Hold => None,
    };
    receiver.keep(receiver.read(&headers, &body, status));
    match status {
        Some(status) if status.is_success() => Ok((status, TAKEN)),
        Some(status) => Ok((status, "")),
        None => std::future::pending().await,
    }
}

async fn received(State(receiver): State<Arc<Receiver>>) -> Json<Vec<Received>> {
    Json(receiver.state().received.iter().cloned().collect())
}

/// The last part of the path, or why it can't be read.
type Count = Result<Path<String>, PathRejection>;

async fn fail_next(State(receiver): State<Arc<Receiver>>, address: Uri, count: Count) -> Result<StatusCode, Refusal> {
    receiver.state().fail_next = deliveries(&address, count)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn hold_next(State(receiver): State<Arc<Receiver>>, address: Uri, count: Count) -> Result<StatusCode, Refusal> {
    receiver.state().hold_next = deliveries(&address, count)?;
    Ok(StatusCode::NO_CONTENT)
}

/// The answer to a request that can't be followed: a sentence for a person.
type Refusal = (StatusCode, String);

/// A number of deliveries in an address. A part that is not UTF-8 is shown as it was sent.
fn deliveries(address: &Uri, count: Count) -> Result<u32, Refusal> {
    let text =
        count.map_or_else(|_| address.path().rsplit('/').next().unwrap_or_default().to_owned(), |Path(text)| text);
    text.parse().map_err(|_| {
        let problem = format!("'{}' is no number of deliveries: give a number from 0 to {}\n", shown(&text), u32::MAX);
        (StatusCode::BAD_REQUEST, problem)
    })
}

fn refused(status: StatusCode, path: &str, problem: &str) -> Refusal {
    let addresses = "POST /webhook, /fail-next/3 and /hold-next/1, GET / and /received";
    (status, format!("'{}' {problem}. Its addresses are: {addresses}\n", shown(path)))
}

/// The beginning of a text of the caller.
fn shown(text: &str) -> String {
    text.chars().take(40).collect()
}

async fn page(State(receiver): State<Arc<Receiver>>) -> Html<String> {
    let mut html = String::from(concat!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Webhooks received</title>",
        "<style>body{font:16px/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}",
        "pre{white-space:pre-wrap;background:#f4f4f4;padding:1rem}.invalid{color:#a00}</style>",
        "<h1>Webhooks received</h1>",
    ));
    let state = receiver.state();
    if state.received.is_empty() {
        html.push_str("<p>Nothing yet.</p>");
    }
    for message in state.received.iter().rev() {
        let answered = message.answered.map_or("no answer".to_owned(), |status| status.to_string());
        // Writing to a String does not fail.
        let _written = write!(
            html,
            "<h2>{}</h2><p class=\"{}\">{} · signature {}{} · answered {}</p><pre>{}</pre>",
            escaped(&message.id),
            message.signature,
            escaped(&message.at),
            message.signature,
            message.problem.as_ref().map(|problem| format!(" ({})", escaped(problem))).unwrap_or_default(),
            answered,
            escaped(&text(&message.body)),
        );
    }
    Html(html)
}

impl Receiver {
    fn state(&self) -> std::sync::MutexGuard<'_, ReceiverState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn plan(&self) -> Plan {
        let mut state = self.state();
        if state.hold_next > 0 {
            state.hold_next -= 1;
            Plan::Hold
        } else if state.fail_next > 0 {
            state.fail_next -= 1;
            Plan::Fail
        } else {
            Plan::Take
        }
    }

    fn read(&self, headers: &HeaderMap, body: &Bytes, answered: Option<StatusCode>) -> Received {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let (id, timestamp) = (header("webhook-id"), header("webhook-timestamp"));
        let now = self.clock.now();
        // A timestamp that can't be parsed becomes 0, which is never within the tolerance.
        let seconds = timestamp.parse().unwrap_or_default();
        let signature = header("webhook-signature");
        let judged = verify(&self.secret, id, seconds, body, signature, now.timestamp(), TOLERANCE_SECONDS);
        let as_text = || Value::String(String::from_utf8_lossy(body).into_owned());
        Received {
            at: instant::text(now),
            id: id.to_owned(),
            timestamp: timestamp.to_owned(),
            signature: if judged.is_ok() { "valid" } else { "invalid" },
            problem: judged.err().map(|error| error.to_string()),
            answered: answered.map(|status| status.as_u16()),
            body: serde_json::from_slice(body).unwrap_or_else(|_| as_text()),
        }
    }

    fn keep(&self, message: Received) {
        (self.arrived)(&message);
        let mut state = self.state();
        state.received.push_back(message);
        if state.received.len() > MESSAGES_MAX {
            state.received.pop_front();
        }
    }
}

fn text(body: &Value) -> String {
    match body {
        Value::String(text) => text.clone(),
        other => serde_json::to_string_pretty(other).unwrap_or_default(),
    }
}

/// A text as it is written in HTML.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
