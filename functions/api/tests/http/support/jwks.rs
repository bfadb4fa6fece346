//! An issuer that publishes keys on loopback, counts who asks, and can go down.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

#[derive(Default)]
struct Shown {
    keys: Vec<Value>,
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
        let shown = Arc::new(Mutex::new(Shown { keys, ..Shown::default() }));
        let router = Router::new().route("/jwks.json", get(answer)).with_state(Arc::clone(&shown));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { shown, url }
    }

    pub(crate) fn publish(&self, keys: Vec<Value>) {
        self.shown.lock().unwrap().keys = keys;
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
    if shown.is_down {
        StatusCode::BAD_GATEWAY.into_response()
    } else {
        Json(json!({"keys": shown.keys})).into_response()
    }
}
