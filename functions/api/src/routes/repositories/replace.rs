//! `PUT,PATCH /repositories/{id}`: replaces or merges the user's settings. An absent token is kept unless the address
//! moves to another host; null removes it.

use super::body::RepositoryBody;
use super::request::RepositoryRequestBody;
use crate::Api;
use crate::auth::Caller;
use crate::deletion::require_open;
use crate::edit::Edit;
use crate::openapi::parameters::{IfMatch, RepositoryPath};
use crate::problem::Problem;
use crate::query::NoParameters;
use crate::refusal::refused;
use crate::representation::etag;
use crate::request::JsonObject;
use crate::routes::Id;
use app::optimistic::{self, Step};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::id::RepositoryId;
use std::sync::Arc;

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
pub(crate) async fn replace(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<RepositoryId>,
    _: NoParameters,
    headers: HeaderMap,
    object: JsonObject,
) -> Result<Response, Problem> {
    edit(&api, caller, id, &headers, Edit::Replace(object)).await
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
pub(crate) async fn update(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<RepositoryId>,
    _: NoParameters,
    headers: HeaderMap,
    object: JsonObject,
) -> Result<Response, Problem> {
    edit(&api, caller, id, &headers, Edit::Merge(object)).await
}

async fn edit(
    api: &Api,
    caller: Caller,
    id: RepositoryId,
    headers: &HeaderMap,
    edit: Edit,
) -> Result<Response, Problem> {
    require_open(api, caller).await?;
    let refused = |error| refused("repository", error);
    let (edit, by_caller) = (&edit, &etag::expected(headers));
    optimistic::ensure(
        ("the edit of repository", id),
        |_| async move { super::get::found(api, caller, id).await },
        |found| async move {
            let expected = edit.expected(by_caller, found.version).map_err(refused)?;
            let request: RepositoryRequestBody = edit.parse(&RepositoryBody::from(&found))?;
            match api.verbs.keep_repositories.edit(caller.user, id, &expected, &request.draft()?).await {
                Err(error) if edit.repeats(by_caller, &error) => Ok(Step::Refused),
                edited => {
                    let edited = edited.map_err(refused)?;
                    Ok(Step::Done(etag::tagged(Json(RepositoryBody::from(&edited)), edited.version)))
                }
            }
        },
    )
    .await
}
