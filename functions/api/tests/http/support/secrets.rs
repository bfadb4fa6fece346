//! A Secrets Manager on loopback whose secrets a test sets.

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

#[derive(Default)]
struct Kept {
    texts: BTreeMap<String, String>,
    reads: usize,
}

pub(crate) struct SecretsServer {
    kept: Arc<Mutex<Kept>>,
    pub(crate) url: String,
}

impl SecretsServer {
    pub(crate) async fn with(arn: &str, text: &str) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let kept = Arc::<Mutex<Kept>>::default();
        let router = Router::new().route("/", post(answer)).with_state(Arc::clone(&kept));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let server = Self { kept, url };
        server.set(arn, text);
        server
    }

    pub(crate) fn set(&self, arn: &str, text: &str) {
        self.kept.lock().unwrap().texts.insert(arn.to_owned(), text.to_owned());
    }

    pub(crate) fn reads(&self) -> usize {
        self.kept.lock().unwrap().reads
    }
}

/// The service's protocol is JSON, whatever the content type is called.
async fn answer(State(kept): State<Arc<Mutex<Kept>>>, body: String) -> Json<Value> {
    let mut kept = kept.lock().unwrap();
    kept.reads += 1;
    let asked: Value = serde_json::from_str(&body).unwrap();
    Json(json!({"SecretString": kept.texts.get(asked["SecretId"].as_str().unwrap())}))
}
