//! `DELETE /repositories/{id}`: deletes the repository and disables its configurations. Runs and counters are kept.

use crate::routes::prelude::{
    Answer, Call, HeaderMap, Id, IfMatch, NoParameters, RepositoryId, RepositoryPath, StatusCode, etag, refused,
};

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
    Call(api, caller): Call,
    Id(id): Id<RepositoryId>,
    _: NoParameters,
    headers: HeaderMap,
) -> Answer<StatusCode> {
    let deleted = api.verbs.keep_repositories.delete(caller.user, id, &etag::expected(&headers)).await;
    deleted.map(|()| StatusCode::NO_CONTENT).map_err(|error| refused("repository", error))
}
