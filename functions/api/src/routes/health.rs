//! `GET /health`: the function runs. It touches nothing, so that it stays true while other things are down.

use axum::Json;
use serde::Serialize;

/// The answer.
#[derive(Serialize)]
pub(crate) struct HealthBody {
    status: &'static str,
    version: &'static str,
}

pub(crate) async fn health() -> Json<HealthBody> {
    Json(HealthBody { status: "ok", version: env!("CARGO_PKG_VERSION") })
}
