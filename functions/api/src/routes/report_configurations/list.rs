//! `GET /report-configurations`: a user's configurations, newest first.

use super::body::ConfigurationBody;
use crate::Api;
use crate::auth::Caller;
use crate::page::{self, ListBody, PageRequest, QueryHash};
use crate::problem::Problem;
use crate::query::Parameters;
use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use std::sync::Arc;

/// Lists report configurations, newest first.
#[utoipa::path(
    get,
    path = "/report-configurations",
    operation_id = "listReportConfigurations",
    params(
        ("limit" = Option<usize>, Query, description = "Configurations per page.", minimum = 1, maximum = 100,
            example = 50),
        ("offset" = Option<usize>, Query,
            description = "Number of configurations to skip, at most 1,000. Use the cursor to go further; the two \
            can't be combined.", minimum = 0, maximum = 1000, example = 0),
        ("cursor" = Option<String>, Query, description = "The `next_cursor` of an earlier page of the same list.",
            min_length = 1, max_length = 400),
    ),
    responses((status = 200, description = "One page of the list.", body = ListBody<ConfigurationBody>)),
)]
pub(crate) async fn list(
    State(api): State<Arc<Api>>,
    caller: Caller,
    uri: Uri,
) -> Result<Json<ListBody<ConfigurationBody>>, Problem> {
    let mut parameters = Parameters::of(&uri);
    let request = PageRequest::from_parameters(&mut parameters);
    parameters.finish()?;
    let query = QueryHash::of("report-configurations", &[]);
    let start = request.start(&query)?;
    let found = api.configurations.configurations_page(caller.user, request.reach(), start.as_ref()).await?;
    let account = api.accounts.account(caller.user).await?;
    Ok(Json(page::cut(&found, &request, &query, |found| ConfigurationBody::of(&api, &account, found))))
}
