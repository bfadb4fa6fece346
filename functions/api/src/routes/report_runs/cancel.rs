//! `POST /report-runs/{id}/cancel`: ends a running run and releases its slot.

use super::body::RunBody;
use crate::routes::prelude::{Answer, Call, Code, Id, Json, NoParameters, Problem, RunId, RunPath, closed};
use app::runs::CancelError;

/// Cancels a running run.
///
/// The run's slot is released. Returns 409 if the run has ended.
#[utoipa::path(
    post,
    path = "/report-runs/{id}/cancel",
    operation_id = "cancelReportRun",
    params(RunPath),
    responses((status = 200, description = "The run, cancelled.", body = RunBody)),
    extensions(("x-problems" = json!(["CONFLICT", "FORBIDDEN", "VALIDATION_FAILED"]))),
)]
pub(crate) async fn cancel(Call(api, caller): Call, Id(id): Id<RunId>, _: NoParameters) -> Answer<Json<RunBody>> {
    match api.verbs.cancel_run.cancel(caller.user, id).await {
        Ok(run) => Ok(Json(RunBody::of(&run))),
        Err(error @ CancelError::AccountClosed) => Err(closed(error.to_string())),
        Err(CancelError::NotFound) => Err(Problem::not_found("report run")),
        Err(CancelError::Ended(run)) => Err(Problem::new(
            Code::Conflict,
            format!("The run has ended with status '{}'. Only a running run can be cancelled.", run.status().as_str()),
        )),
        Err(CancelError::Store(error)) => Err(error.into()),
    }
}
