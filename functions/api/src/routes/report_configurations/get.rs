//! `GET /report-configurations/{id}`: one configuration.

use super::body::ConfigurationBody;
use crate::Api;
use crate::auth::Caller;
use crate::openapi::parameters::ConfigurationPath;
use crate::problem::Problem;
use crate::query::NoParameters;
use crate::representation::etag;
use crate::routes::Id;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use domain::id::ConfigurationId;
use std::sync::Arc;

/// Returns a report configuration.
#[utoipa::path(
    get,
    path = "/report-configurations/{id}",
    operation_id = "getReportConfiguration",
    params(ConfigurationPath),
    responses((
        status = 200,
        description = "The configuration.",
        body = ConfigurationBody,
        headers(("ETag" = String, description = "The version, to be sent as `If-Match`.")),
    )),
)]
pub(crate) async fn get(
    State(api): State<Arc<Api>>,
    caller: Caller,
    _: NoParameters,
    Id(id): Id<ConfigurationId>,
) -> Result<Response, Problem> {
    let found = super::found(&api, caller, id).await?;
    let account = api.accounts.account(caller.user).await?;
    let body = ConfigurationBody::of(&api, &account, &found);
    Ok(etag::tagged(Json(body), found.version))
}
