//! `PUT /report-configurations/{id}`: everything that the user sets, anew. Counts stay; another schedule waits for its next
//! fire; another branch or repository begins coverage anew.

use super::body::ConfigurationBody;
use super::request::ConfigurationRequest;
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

pub(crate) async fn replace(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<ConfigurationId>,
    uri: Uri,
    headers: HeaderMap,
    body: JsonBody<ConfigurationRequest>,
) -> Result<Response, Problem> {
    Parameters::of(&uri).finish()?;
    let request = ConfigurationRequest::for_deployment(body, &api)?;
    let edited = api.keep_configurations.edit(caller.user, id, &etag::expected(&headers), &request.settings).await;
    let edited = edited.map_err(|error| refused("report configuration", error))?;
    let limits = api.accounts.account(caller.user).await?.limits();
    let body = ConfigurationBody::of(&edited, &limits, api.clock.now());
    Ok(etag::tagged(Json(body), edited.version))
}
