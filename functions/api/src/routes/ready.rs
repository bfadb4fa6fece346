//! `GET /ready`: whether requests can be answered. One bounded read of the table.

use crate::Api;
use crate::problem::{Code, Problem};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use std::sync::Arc;

/// The answer.
#[derive(Serialize)]
pub(crate) struct ReadyBody {
    status: &'static str,
}

pub(crate) async fn ready(State(api): State<Arc<Api>>) -> Result<Json<ReadyBody>, Problem> {
    match api.readiness.answer().await {
        Ok(()) => Ok(Json(ReadyBody { status: "ready" })),
        Err(error) => Err(Problem::new(Code::ServiceUnavailable, "The database does not answer.")
            .with_retry()
            .caused_by(&error.to_string())),
    }
}
