//! `GET /repositories/{id}`: one repository.

use super::body::RepositoryBody;
use crate::Api;
use crate::auth::Caller;
use crate::openapi::parameters::RepositoryPath;
use crate::problem::Problem;
use crate::query::NoParameters;
use crate::representation::etag;
use crate::routes::Id;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use domain::id::RepositoryId;
use domain::repository::Repository;
use std::sync::Arc;

/// Returns a repository.
#[utoipa::path(
    get,
    path = "/repositories/{id}",
    operation_id = "getRepository",
    params(RepositoryPath),
    responses((
        status = 200,
        description = "The repository.",
        body = RepositoryBody,
        headers(("ETag" = String, description = "The version, to be sent as `If-Match`.")),
    )),
)]
pub(crate) async fn get(
    State(api): State<Arc<Api>>,
    caller: Caller,
    _: NoParameters,
    Id(id): Id<RepositoryId>,
) -> Result<Response, Problem> {
    let found = found(&api, caller, id).await?;
    Ok(etag::tagged(Json(RepositoryBody::from(&found)), found.version))
}

/// The caller's repository, unless it is deleted.
pub(super) async fn found(api: &Api, caller: Caller, id: RepositoryId) -> Result<Repository, Problem> {
    let found = api.repositories.repository(caller.user, id).await?;
    found.filter(|found| found.deleted_at.is_none()).ok_or_else(|| Problem::not_found("repository"))
}
