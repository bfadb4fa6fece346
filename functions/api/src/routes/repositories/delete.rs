//! `DELETE /repositories/{id}`: deletes the repository and disables its configurations. Runs and counters are kept.

use crate::Api;
use crate::auth::Caller;
use crate::openapi::parameters::{IfMatch, RepositoryPath};
use crate::problem::Problem;
use crate::query::Parameters;
use crate::refusal::refused;
use crate::representation::etag;
use crate::routes::Id;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use domain::id::RepositoryId;
use std::sync::Arc;

/// Deletes a repository.
///
/// Its configurations are disabled. Runs and counters are kept.
#[utoipa::path(
    delete,
    path = "/repositories/{id}",
    operation_id = "deleteRepository",
    params(RepositoryPath, IfMatch),
    responses((status = 204, description = "Deleted.")),
    extensions(("x-problems" = json!(["FORBIDDEN", "VALIDATION_FAILED"]))),
)]
pub(crate) async fn delete(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<RepositoryId>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    Parameters::of(&uri).finish()?;
    let deleted = api.verbs.keep_repositories.delete(caller.user, id, &etag::expected(&headers)).await;
    deleted.map(|()| StatusCode::NO_CONTENT).map_err(|error| refused("repository", error))
}
