//! `POST /repositories`: a new repository, if the plan has a place for it. 201 with its place and tag.

use super::body::RepositoryBody;
use super::request::RepositoryRequest;
use crate::auth::Caller;
use crate::body::JsonBody;
use crate::problem::Problem;
use crate::query::Parameters;
use crate::refusal::refused;
use crate::{Api, etag, idempotency};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use std::sync::Arc;

pub(crate) async fn create(
    State(api): State<Arc<Api>>,
    caller: Caller,
    uri: Uri,
    headers: HeaderMap,
    JsonBody(request): JsonBody<RepositoryRequest>,
) -> Result<Response, Problem> {
    Parameters::of(&uri).finish()?;
    let key = idempotency::key(&headers, &["POST /repositories", &request.body])?;
    let made = api.keep_repositories.create(caller.user, request.draft, key.as_ref()).await;
    let made = made.map_err(|error| refused("repository", error))?;
    let place = format!("/repositories/{}", made.id);
    Ok(etag::created(Json(RepositoryBody::from(&made)), made.version, &place))
}
