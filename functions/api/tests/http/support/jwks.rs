//! An issuer that publishes keys on loopback, counts its requests, and can go down.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

#[derive(Default)]
struct Shown {
    body: Vec<u8>,
    is_down: bool,
    asked: usize,
}

#[derive(Clone)]
pub(crate) struct Issuer {
    shown: Arc<Mutex<Shown>>,
    pub(crate) url: String,
}

impl Issuer {
    pub(crate) async fn with_keys(keys: Vec<Value>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/jwks.json", listener.local_addr().unwrap());
        let shown = Arc::new(Mutex::new(Shown::default()));
        let router = Router::new().route("/jwks.json", get(answer)).with_state(Arc::clone(&shown));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let issuer = Self { shown, url };
        issuer.publish(keys);
        issuer
    }

    pub(crate) fn publish(&self, keys: Vec<Value>) {
        self.publish_body(json!({"keys": Value::Array(keys)}).to_string());
    }

    /// Publishes a body as it is.
    pub(crate) fn publish_body(&self, body: impl Into<Vec<u8>>) {
        self.shown.lock().unwrap().body = body.into();
    }

    pub(crate) fn go_down(&self) {
        self.shown.lock().unwrap().is_down = true;
    }

    pub(crate) fn asked(&self) -> usize {
        self.shown.lock().unwrap().asked
    }
}

async fn answer(State(shown): State<Arc<Mutex<Shown>>>) -> Response {
    let mut shown = shown.lock().unwrap();
    shown.asked += 1;
    if shown.is_down { StatusCode::BAD_GATEWAY.into_response() } else { shown.body.clone().into_response() }
}
