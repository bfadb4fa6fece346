//! `GET /repositories`: a user's repositories, newest first.

use super::body::RepositoryBody;
use crate::Api;
use crate::auth::Caller;
use crate::openapi::parameters::Paging;
use crate::page::{self, ListBody, PageRequest, QueryHash};
use crate::problem::Problem;
use crate::query::Parameters;
use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use std::sync::Arc;

/// Lists repositories, newest first.
#[utoipa::path(
    get,
    path = "/repositories",
    operation_id = "listRepositories",
    params(Paging),
    responses((status = 200, description = "One page of the list.", body = ListBody<RepositoryBody>)),
)]
pub(crate) async fn list(
    State(api): State<Arc<Api>>,
    caller: Caller,
    uri: Uri,
) -> Result<Json<ListBody<RepositoryBody>>, Problem> {
    let mut parameters = Parameters::of(&uri);
    let request = PageRequest::from_parameters(&mut parameters);
    parameters.finish()?;
    let query = QueryHash::of("repositories", &[]);
    let start = request.start(&query)?;
    let found = api.repositories.repositories_page(caller.user, request.reach(), start.as_ref()).await?;
    Ok(Json(page::cut(&found, &request, &query, |found| RepositoryBody::from(found))))
}
