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

/// Repositories, newest first.
#[utoipa::path(
    get,
    path = "/repositories",
    operation_id = "listRepositories",
    params(
        ("limit" = Option<usize>, Query, description = "Repositories on a page.", minimum = 1, maximum = 100, example = 50),
        ("offset" = Option<usize>, Query, description = "Repositories to leave out. To go further than 1,000, use the cursor; the two do not go together.", minimum = 0, maximum = 1000, example = 0),
        ("cursor" = Option<String>, Query, description = "The `next_cursor` of a page of the same list.", min_length = 1, max_length = 400),
    ),
    responses((status = 200, description = "A page.", body = ListBody<RepositoryBody>)),
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
