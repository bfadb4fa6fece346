//! `DELETE /report-configurations/{id}`: deletes the configuration and stops its schedule. Runs and counters are kept.

use crate::routes::prelude::{
    Answer, Call, ConfigurationId, ConfigurationPath, HeaderMap, Id, IfMatch, NoParameters, StatusCode, etag, refused,
};

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
    Call(api, caller): Call,
    Id(id): Id<ConfigurationId>,
    _: NoParameters,
    headers: HeaderMap,
) -> Answer<StatusCode> {
    let deleted = api.verbs.keep_configurations.delete(caller.user, id, &etag::expected(&headers)).await;
    deleted.map(|()| StatusCode::NO_CONTENT).map_err(|error| refused("report configuration", error))
}
