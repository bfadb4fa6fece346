//! `GET /report-configurations`: a user's configurations, newest first.

use super::body::ConfigurationBody;
use crate::routes::prelude::{Answer, Call, Json, ListBody, PageRequest, Paging, Parameters, QueryHash, Uri, page};

/// Lists report configurations, newest first.
#[utoipa::path(
    get,
    path = "/report-configurations",
    operation_id = "listReportConfigurations",
    params(Paging),
    responses((status = 200, description = "One page of the list.", body = ListBody<ConfigurationBody>)),
)]
pub(crate) async fn list(Call(api, caller): Call, uri: Uri) -> Answer<Json<ListBody<ConfigurationBody>>> {
    let mut parameters = Parameters::of(&uri);
    let request = PageRequest::from_parameters(&mut parameters);
    parameters.finish()?;
    let query = QueryHash::of("report-configurations", &[]);
    let start = request.start(&query)?;
    let found = api.configurations.configurations_page(caller.user, request.reach(), start.as_ref()).await?;
    let account = api.accounts.account(caller.user).await?;
    Ok(Json(page::cut(&found, &request, &query, |found| ConfigurationBody::of(&api, &account, found))))
}
