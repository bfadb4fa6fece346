//! `GET /ready`: whether requests can be answered. One bounded read of the table.

use crate::Api;
use crate::openapi::examples;
use crate::problem::{Code, Problem};
use crate::query::NoParameters;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// The response.
#[derive(Serialize, ToSchema)]
#[schema(example = json!(examples::ready()))]
pub(crate) struct ReadyBody {
    status: &'static str,
}

/// Returns whether requests can be served.
///
/// Makes one bounded read of the table; 503 names in general terms what is unavailable.
#[utoipa::path(
    get,
    path = "/ready",
    operation_id = "getReadiness",
    security(()),
    responses((status = 200, description = "Ready to serve requests.", body = ReadyBody)),
    extensions(("x-problems" = json!(["SERVICE_UNAVAILABLE"]))),
)]
pub(crate) async fn ready(State(api): State<Arc<Api>>, _: NoParameters) -> Result<Json<ReadyBody>, Problem> {
    match api.readiness.answer().await {
        Ok(()) => Ok(Json(ReadyBody { status: "ready" })),
        Err(error) => Err(Problem::new(Code::ServiceUnavailable, "The database does not answer.")
            .with_retry()
            .caused_by(&error.to_string())),
    }
}
