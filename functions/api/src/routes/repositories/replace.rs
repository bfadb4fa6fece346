//! `PUT /repositories/{id}`: everything that the user sets, anew. A token that is left out stays, unless the address
//! moves to another host; null removes it.

use super::body::RepositoryBody;
use super::request::{RepositoryRequest, RepositoryRequestBody};
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
use domain::id::RepositoryId;
use std::sync::Arc;

/// Sets everything of a repository anew.
///
/// A token that is left out stays, unless the address moves to another host; null removes it.
#[utoipa::path(
    put,
    path = "/repositories/{id}",
    operation_id = "replaceRepository",
    params(
        ("id" = String, Path, description = "The repository's id.", example = "0199c2b4-6f00-7c3e-8a53-0d9c5e0e6c1b"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of what is to be changed; where it has changed since, the answer is 412. Without it, or with `*`, whatever is there is changed.", example = "\"1\""),
    ),
    request_body(content = RepositoryRequestBody, content_type = "application/json"),
    responses((status = 200, description = "The repository as it is now.", body = RepositoryBody, headers(("ETag" = String, description = "The version, for `If-Match`.")))),
    extensions(("x-problems" = json!(["FORBIDDEN", "REPOSITORY_EXISTS"]))),
)]
pub(crate) async fn replace(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<RepositoryId>,
    uri: Uri,
    headers: HeaderMap,
    JsonBody(request): JsonBody<RepositoryRequest>,
) -> Result<Response, Problem> {
    Parameters::of(&uri).finish()?;
    let edited = api.keep_repositories.edit(caller.user, id, &etag::expected(&headers), &request.draft).await;
    let edited = edited.map_err(|error| refused("repository", error))?;
    Ok(etag::tagged(Json(RepositoryBody::from(&edited)), edited.version))
}
