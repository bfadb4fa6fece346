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
use domain::id::RunId;
use std::sync::Arc;

pub(crate) async fn list(
    State(api): State<Arc<Api>>,
    caller: Caller,
    uri: Uri,
) -> Result<Json<ListBody<RepositoryBody>>, Problem> {
    let mut parameters = Parameters::of(&uri);
    let request = PageRequest::from_parameters(&mut parameters);
    parameters.finish()?;
    let query = QueryHash::of("repositories", &[]);
    request.start(&query)?;
    let found = api.repositories.repositories(caller.user).await?;
    let id = |found: &domain::repository::Repository| RunId::from_uuid(found.id.uuid());
    page::slice(found, &request, &query, id, |found| RepositoryBody::from(found)).map(Json)
}
