//! `POST /report-runs/{id}/redeliver`: the report is sent again, under the same `webhook-id`.

use super::body::RunBody;
use crate::auth::Caller;
use crate::deletion::closed;
use crate::openapi::parameters::{IdempotencyKey, RunPath};
use crate::problem::{Code, Problem};
use crate::query::Parameters;
use crate::representation::etag::accepted;
use crate::routes::Id;
use crate::{Api, idempotency};
use app::deliveries::RedeliverError;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use domain::id::RunId;
use std::sync::Arc;

/// Sends a report again.
///
/// Sends at once, with the same `webhook-id` and the usual retries. Returns 409 while a delivery is pending, and if the
/// run never had one.
#[utoipa::path(
    post,
    path = "/report-runs/{id}/redeliver",
    operation_id = "redeliverReport",
    params(RunPath, IdempotencyKey),
    responses((
        status = 202,
        description = "The run; its delivery is pending.",
        body = RunBody,
        headers(("Location" = String, description = "The path of the run.")),
    )),
    extensions(("x-problems" = json!(["CONFLICT", "FORBIDDEN", "RATE_LIMITED"]))),
)]
pub(crate) async fn redeliver(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<RunId>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    Parameters::of(&uri).finish()?;
    let key = idempotency::key(&headers, &["POST /report-runs/{id}/redeliver", &id.to_string()])?;
    match api.verbs.redeliver.send(caller.user, id, key).await {
        Ok(run) => Ok(accepted(Json(RunBody::from(&run)), &format!("/report-runs/{}", run.id))),
        Err(error) => {
            let detail = error.to_string();
            Err(match error {
                RedeliverError::AccountClosed => closed(detail),
                RedeliverError::NotFound => Problem::not_found("report run"),
                RedeliverError::NotNow(_) => Problem::new(Code::Conflict, detail),
                RedeliverError::KeyReused => Problem::new(Code::IdempotencyKeyReused, detail),
                RedeliverError::TooMany(error) => Problem::rate_limited(error),
                RedeliverError::Store(error) => error.into(),
            })
        }
    }
}
