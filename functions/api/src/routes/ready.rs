//! `GET /ready`: whether requests can be answered. One bounded read of the table.

use crate::Api;
use crate::problem::{Code, Problem};
use crate::query::NoParameters;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// The answer.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"status": "ready"}))]
pub(crate) struct ReadyBody {
    status: &'static str,
}

/// Whether requests can be answered.
///
/// One bounded read of the table; 503 says in general words what is down.
#[utoipa::path(
    get,
    path = "/ready",
    operation_id = "getReadiness",
    security(()),
    responses((status = 200, description = "They can.", body = ReadyBody)),
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
