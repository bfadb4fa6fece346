//! `GET /repositories`: a user's repositories, newest first.

use super::body::RepositoryBody;
use crate::Api;
use crate::auth::Caller;
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
    params(
        ("limit" = Option<usize>, Query, description = "Repositories per page.", minimum = 1, maximum = 100,
            example = 50),
        ("offset" = Option<usize>, Query,
            description = "Number of repositories to skip, at most 1,000. Use the cursor to go further; the two can't \
            be combined.", minimum = 0, maximum = 1000, example = 0),
        ("cursor" = Option<String>, Query, description = "The `next_cursor` of an earlier page of the same list.",
            min_length = 1, max_length = 400),
    ),
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
