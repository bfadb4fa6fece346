//! `GET /openapi.json`: the contract, from a file beside the code.

use crate::openapi::SERVER;
use crate::routes::prelude::{Api, Arc, IntoResponse, NoParameters, State, header};
use std::borrow::Cow;

/// A test keeps it equal to [`crate::openapi::document`]: generating it would slow a cold start.
const DOCUMENT: &str = include_str!("../../openapi.json");

/// Returns this document.
#[utoipa::path(
    get,
    path = "/openapi.json",
    operation_id = "getOpenapiDocument",
    security(()),
    responses((status = 200, description = "OpenAPI 3.1.", body = serde_json::Value)),
)]
pub(crate) async fn openapi(State(api): State<Arc<Api>>, _: NoParameters) -> impl IntoResponse {
    let base = api.settings.base_path.as_str();
    let document = if base.is_empty() {
        Cow::Borrowed(DOCUMENT)
    } else {
        let server = |path: &str| format!("\"url\": \"{path}\"");
        Cow::Owned(DOCUMENT.replacen(&server(SERVER), &server(base), 1))
    };
    ([(header::CONTENT_TYPE, "application/json")], document)
}
