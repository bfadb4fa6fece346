//! `PUT /report-configurations/{id}`: everything that the user sets, anew. Counts stay; another schedule waits for its next
//! fire; another branch or repository begins coverage anew.

use super::body::ConfigurationBody;
use super::request::{ConfigurationRequest, ConfigurationRequestBody};
use crate::auth::Caller;
use crate::body::JsonBody;
use crate::problem::Problem;
use crate::query::Parameters;
use crate::refusal::refused;
use crate::routes::Id;
use crate::{Api, etag};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use domain::id::ConfigurationId;
use std::sync::Arc;

/// Sets everything of a report configuration anew.
///
/// What is left out has its default. Counts stay; another schedule waits for its next fire; another branch or repository
/// begins coverage anew.
#[utoipa::path(
    put,
    path = "/report-configurations/{id}",
    operation_id = "replaceReportConfiguration",
    params(
        ("id" = String, Path, description = "The configuration's id.", example = "0199c2b4-6f00-7c3e-8a53-0d9c5e0e6c1b"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of what is to be changed; where it has changed since, the answer is 412. Without it, or with `*`, whatever is there is changed.", example = "\"1\""),
    ),
    request_body(content = ConfigurationRequestBody, content_type = "application/json"),
    responses((status = 200, description = "The configuration as it is now.", body = ConfigurationBody, headers(("ETag" = String, description = "The version, for `If-Match`.")))),
    extensions(("x-problems" = json!(["FORBIDDEN", "PLAN_LIMIT_REACHED", "LLM_UNAVAILABLE"]))),
)]
pub(crate) async fn replace(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<ConfigurationId>,
    uri: Uri,
    headers: HeaderMap,
    body: JsonBody<ConfigurationRequest>,
) -> Result<Response, Problem> {
    Parameters::of(&uri).finish()?;
    let request = ConfigurationRequest::for_deployment(body, &api).await?;
    let edited = api.keep_configurations.edit(caller.user, id, &etag::expected(&headers), &request.settings).await;
    let edited = edited.map_err(|error| refused("report configuration", error))?;
    let account = api.accounts.account(caller.user).await?;
    let body = ConfigurationBody::of(&api, &account, &edited);
    Ok(etag::tagged(Json(body), edited.version))
}
