//! `PUT,PATCH /repositories/{id}`: replaces or merges the user's settings. An absent token is kept unless the address
//! moves to another host; null removes it.

use super::body::RepositoryBody;
use super::request::RepositoryRequestBody;
use crate::deletion::require_open;
use crate::routes::prelude::{
    Answer, Api, Call, Caller, Edit, Id, IfMatch, Json, RepositoryId, RepositoryPath, etag, refused,
};
use app::optimistic::{self, Step};

/// Replaces a repository.
///
/// The body of a GET can be sent back: read-only members are accepted if they are unchanged. An absent token is kept
/// unless the address moves to another host; null removes it.
#[utoipa::path(
    put,
    path = "/repositories/{id}",
    operation_id = "replaceRepository",
    params(RepositoryPath, IfMatch),
    request_body(content = RepositoryRequestBody, content_type = "application/json"),
    responses((
        status = 200,
        description = "The repository in its current state.",
        body = RepositoryBody,
        headers(("ETag" = String, description = "The version, to be sent as `If-Match`.")),
    )),
    extensions(("x-problems" = json!(["FORBIDDEN", "REPOSITORY_EXISTS"]))),
)]
pub(crate) async fn replace(Call(api, caller): Call, Id(id): Id<RepositoryId>, edit: Edit) -> Answer {
    apply(&api, caller, id, &edit).await
}

/// Updates members of a repository.
///
/// Takes a JSON merge patch (RFC 7396): absent members are unchanged. Null removes the token and sets the name to its
/// default. Without `If-Match` the patch applies to the current version.
#[utoipa::path(
    patch,
    path = "/repositories/{id}",
    operation_id = "updateRepository",
    params(RepositoryPath, IfMatch),
    request_body(content = RepositoryRequestBody, content_type = "application/json"),
    responses((
        status = 200,
        description = "The repository in its current state.",
        body = RepositoryBody,
        headers(("ETag" = String, description = "The version, to be sent as `If-Match`.")),
    )),
    extensions(("x-problems" = json!(["FORBIDDEN"]))),
)]
pub(crate) async fn update(Call(api, caller): Call, Id(id): Id<RepositoryId>, edit: Edit) -> Answer {
    apply(&api, caller, id, &edit).await
}

/// Applies an edit to the current record.
async fn apply(api: &Api, caller: Caller, id: RepositoryId, edit: &Edit) -> Answer {
    require_open(api, caller).await?;
    let refused = |error| refused("repository", error);
    optimistic::ensure(
        ("the edit of repository", id),
        |_| async move { super::get::found(api, caller, id).await },
        |found| async move {
            let expected = edit.expected(found.version).map_err(refused)?;
            let request: RepositoryRequestBody = edit.parse(&RepositoryBody::of(&found))?;
            match api.verbs.keep_repositories.edit(caller.user, id, &expected, &request.draft()?).await {
                Err(error) if edit.repeats(&error) => Ok(Step::Refused),
                edited => {
                    let edited = edited.map_err(refused)?;
                    Ok(Step::Done(etag::tagged(Json(RepositoryBody::of(&edited)), edited.version)))
                }
            }
        },
    )
    .await
}
