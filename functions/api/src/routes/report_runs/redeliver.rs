//! `POST /report-runs/{id}/redeliver`: the report is sent again, under the same `webhook-id`.

use super::body::RunBody;
use crate::representation::etag::accepted;
use crate::routes::prelude::{
    Answer, Call, Code, HeaderMap, Id, IdempotencyKey, Json, NoParameters, Problem, RunId, RunPath, closed, idempotency,
};
use app::deliveries::RedeliverError;

/// Sends a report again.
///
/// Sends at once, with the same `webhook-id` and the usual retries. Returns 409 while a delivery is pending, if the run
/// never had one, and if the webhook is disabled.
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
    extensions(("x-problems" = json!(["CONFLICT", "FORBIDDEN", "WEBHOOK_DISABLED", "RATE_LIMITED"]))),
)]
pub(crate) async fn redeliver(
    Call(api, caller): Call,
    Id(id): Id<RunId>,
    _: NoParameters,
    headers: HeaderMap,
) -> Answer {
    let key = idempotency::key(&headers, &["POST /report-runs/{id}/redeliver", &id.to_string()])?;
    match api.verbs.redeliver.send(caller.user, id, key).await {
        Ok(run) => Ok(accepted(Json(RunBody::of(&run)), &format!("/report-runs/{}", run.id))),
        Err(error) => {
            let detail = error.to_string();
            Err(match error {
                RedeliverError::AccountClosed => closed(detail),
                RedeliverError::NotFound => Problem::not_found("report run"),
                RedeliverError::NotNow(_) => Problem::new(Code::Conflict, detail),
                RedeliverError::Disabled => Problem::new(Code::WebhookDisabled, detail),
                RedeliverError::KeyReused => Problem::new(Code::IdempotencyKeyReused, detail),
                RedeliverError::TooMany(error) => Problem::rate_limited(error),
                RedeliverError::Store(error) => error.into(),
            })
        }
    }
}
