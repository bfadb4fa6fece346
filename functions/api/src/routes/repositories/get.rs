//! `GET /repositories/{id}`: one repository.

use super::body::RepositoryBody;
use crate::routes::prelude::{
    Answer, Api, Call, Caller, Id, Json, NoParameters, Problem, RepositoryId, RepositoryPath, etag,
};
use domain::repository::Repository;

/// Returns a repository.
#[utoipa::path(
    get,
    path = "/repositories/{id}",
    operation_id = "getRepository",
    params(RepositoryPath),
    responses((status = 200, description = "The repository.", body = RepositoryBody)),
)]
pub(crate) async fn get(Call(api, caller): Call, _: NoParameters, Id(id): Id<RepositoryId>) -> Answer {
    let found = found(&api, caller, id).await?;
    Ok(etag::tagged(Json(RepositoryBody::of(&found)), found.version))
}

/// The caller's repository, unless it is deleted.
pub(super) async fn found(api: &Api, caller: Caller, id: RepositoryId) -> Answer<Repository> {
    let found = api.repositories.repository(caller.user, id).await?;
    found.filter(|found| found.deleted_at.is_none()).ok_or_else(|| Problem::not_found("repository"))
}
