//! `GET /repositories`: a user's repositories, newest first.

use super::body::RepositoryBody;
use crate::routes::prelude::{Answer, Call, Json, ListBody, PageRequest, Paging, Parameters, QueryHash, Uri, page};

/// Lists repositories, newest first.
#[utoipa::path(
    get,
    path = "/repositories",
    operation_id = "listRepositories",
    params(Paging),
    responses((status = 200, description = "One page of the list.", body = ListBody<RepositoryBody>)),
)]
pub(crate) async fn list(Call(api, caller): Call, uri: Uri) -> Answer<Json<ListBody<RepositoryBody>>> {
    let mut parameters = Parameters::of(&uri);
    let request = PageRequest::from_parameters(&mut parameters);
    parameters.finish()?;
    let query = QueryHash::of("repositories", &[]);
    let start = request.start(&query)?;
    let found = api.repositories.repositories_page(caller.user, request.reach(), start.as_ref()).await?;
    Ok(Json(page::cut(&found, &request, &query, RepositoryBody::of)))
}
