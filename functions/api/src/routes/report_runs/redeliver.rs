//! `POST /report-runs/{id}/redeliver`: the report is sent again, under the same `webhook-id`.

use super::body::RunBody;
use crate::auth::Caller;
use crate::problem::{Code, Problem};
use crate::routes::Id;
use crate::{Api, idempotency};
use app::redeliver::RedeliverError;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use domain::id::RunId;
use std::sync::Arc;

pub(crate) async fn redeliver(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<RunId>,
    headers: HeaderMap,
) -> Result<(StatusCode, Json<RunBody>), Problem> {
    let key = idempotency::key(&headers, &["POST /report-runs/{id}/redeliver", &id.to_string()])?;
    match api.redeliver.send(caller.user, id, key).await {
        Ok(run) => Ok((StatusCode::ACCEPTED, Json(RunBody::from(&run)))),
        Err(error) => {
            let detail = error.to_string();
            Err(match error {
                RedeliverError::NotFound => Problem::not_found("report run"),
                RedeliverError::NotNow(_) => Problem::new(Code::Conflict, detail),
                RedeliverError::KeyReused => Problem::new(Code::IdempotencyKeyReused, detail),
                RedeliverError::Store(error) => error.into(),
            })
        }
    }
}
