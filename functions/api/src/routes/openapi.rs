//! `GET /openapi.json`: the contract, as it is kept beside the code.

use axum::http::header;
use axum::response::IntoResponse;

/// Kept equal to [`crate::openapi::document`] by a test: a cold start pays nothing for it.
const DOCUMENT: &str = include_str!("../../openapi.json");

/// This document.
#[utoipa::path(
    get,
    path = "/openapi.json",
    operation_id = "getOpenapiDocument",
    security(()),
    responses((status = 200, description = "OpenAPI 3.1.", body = serde_json::Value)),
)]
pub(crate) async fn openapi() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT)
}
