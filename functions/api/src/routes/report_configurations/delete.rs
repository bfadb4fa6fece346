//! `DELETE /report-configurations/{id}`: deletes the configuration and stops its schedule. Runs and counters are kept.

use crate::Api;
use crate::auth::Caller;
use crate::openapi::parameters::{ConfigurationPath, IfMatch};
use crate::problem::Problem;
use crate::query::Parameters;
use crate::refusal::refused;
use crate::representation::etag;
use crate::routes::Id;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use domain::id::ConfigurationId;
use std::sync::Arc;

/// Deletes a report configuration.
///
/// Its schedule stops. Runs and counters are kept.
#[utoipa::path(
    delete,
    path = "/report-configurations/{id}",
    operation_id = "deleteReportConfiguration",
    params(ConfigurationPath, IfMatch),
    responses((status = 204, description = "Deleted.")),
    extensions(("x-problems" = json!(["FORBIDDEN", "VALIDATION_FAILED"]))),
)]
pub(crate) async fn delete(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<ConfigurationId>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    Parameters::of(&uri).finish()?;
    let deleted = api.verbs.keep_configurations.delete(caller.user, id, &etag::expected(&headers)).await;
    deleted.map(|()| StatusCode::NO_CONTENT).map_err(|error| refused("report configuration", error))
}
