//! `DELETE /report-configurations/{id}`: the configuration goes and nothing of it is scheduled any more. Runs and counters
//! stay.

use crate::auth::Caller;
use crate::problem::Problem;
use crate::query::Parameters;
use crate::refusal::refused;
use crate::routes::Id;
use crate::{Api, etag};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use domain::id::ConfigurationId;
use std::sync::Arc;

pub(crate) async fn delete(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<ConfigurationId>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    Parameters::of(&uri).finish()?;
    let deleted = api.keep_configurations.delete(caller.user, id, &etag::expected(&headers)).await;
    deleted.map(|()| StatusCode::NO_CONTENT).map_err(|error| refused("report configuration", error))
}
