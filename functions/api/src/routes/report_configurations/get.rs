//! `GET /report-configurations/{id}`: one configuration.

use super::body::ConfigurationBody;
use crate::routes::prelude::{Answer, Call, ConfigurationId, ConfigurationPath, Id, Json, NoParameters, etag};

/// Returns a report configuration.
#[utoipa::path(
    get,
    path = "/report-configurations/{id}",
    operation_id = "getReportConfiguration",
    params(ConfigurationPath),
    responses((status = 200, description = "The configuration.", body = ConfigurationBody)),
)]
pub(crate) async fn get(Call(api, caller): Call, _: NoParameters, Id(id): Id<ConfigurationId>) -> Answer {
    let found = super::found(&api, caller, id).await?;
    let account = api.accounts.account(caller.user).await?;
    let body = ConfigurationBody::of(&api, &account, &found);
    Ok(etag::tagged(Json(body), found.version))
}
