//! `GET /health`: the function runs. It touches nothing, so that it stays true while other things are down.

use crate::query::NoParameters;
use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

/// The answer.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"status": "ok", "version": "0.1.0"}))]
pub(crate) struct HealthBody {
    status: &'static str,
    version: &'static str,
}

/// Whether the function runs.
///
/// Touches nothing, so that it stays true while other things are down.
#[utoipa::path(
    get,
    path = "/health",
    operation_id = "getHealth",
    security(()),
    responses((status = 200, description = "It runs.", body = HealthBody)),
)]
pub(crate) async fn health(_: NoParameters) -> Json<HealthBody> {
    Json(HealthBody { status: "ok", version: env!("CARGO_PKG_VERSION") })
}
