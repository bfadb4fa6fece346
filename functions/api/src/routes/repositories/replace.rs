//! `PUT /repositories/{id}`: everything that the user sets, anew. A token that is left out stays, unless the address
//! moves to another host; null removes it.

use super::body::RepositoryBody;
use super::request::RepositoryRequest;
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
