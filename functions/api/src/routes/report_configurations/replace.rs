//! `PUT,PATCH /report-configurations/{id}`: replaces or merges the user's settings. Counts are kept; a changed
//! schedule waits for its next fire; a changed branch or repository restarts coverage.

use super::body::ConfigurationBody;
use super::request::ConfigurationRequestBody;
use crate::deletion::require_open;
use crate::routes::prelude::{
    Answer, Api, Call, Caller, ConfigurationId, ConfigurationPath, Edit, Id, IfMatch, Json, etag, refused,
};
use app::optimistic::{self, Step};

/// Replaces a report configuration.
///
/// Absent members are set to their defaults. The body of a GET can be sent back: read-only members are accepted if
/// they are unchanged, and what changes without an edit (such as `total_runs`) with any value. Counts are kept. A
/// changed schedule waits for its next fire. A changed branch or repository restarts coverage.
#[utoipa::path(
    put,
    path = "/report-configurations/{id}",
    operation_id = "replaceReportConfiguration",
    params(ConfigurationPath, IfMatch),
    request_body(content = ConfigurationRequestBody, content_type = "application/json"),
    responses((
        status = 200,
        description = "The configuration in its current state.",
        body = ConfigurationBody,
        headers(("ETag" = String, description = "The version, to be sent as `If-Match`.")),
    )),
    extensions(("x-problems" = json!(["FORBIDDEN", "PLAN_LIMIT_REACHED", "LLM_UNAVAILABLE"]))),
)]
pub(crate) async fn replace(Call(api, caller): Call, Id(id): Id<ConfigurationId>, edit: Edit) -> Answer {
    apply(&api, caller, id, &edit).await
}

/// Updates members of a report configuration.
///
/// Takes a JSON merge patch (RFC 7396): absent members are unchanged, null sets the default. Without `If-Match` the
/// patch applies to the current version.
#[utoipa::path(
    patch,
    path = "/report-configurations/{id}",
    operation_id = "updateReportConfiguration",
    params(ConfigurationPath, IfMatch),
    request_body(content = ConfigurationRequestBody, content_type = "application/json"),
    responses((
        status = 200,
        description = "The configuration in its current state.",
        body = ConfigurationBody,
        headers(("ETag" = String, description = "The version, to be sent as `If-Match`.")),
    )),
    extensions(("x-problems" = json!(["FORBIDDEN", "PLAN_LIMIT_REACHED", "LLM_UNAVAILABLE"]))),
)]
pub(crate) async fn update(Call(api, caller): Call, Id(id): Id<ConfigurationId>, edit: Edit) -> Answer {
    apply(&api, caller, id, &edit).await
}

/// Applies an edit to the current record.
async fn apply(api: &Api, caller: Caller, id: ConfigurationId, edit: &Edit) -> Answer {
    require_open(api, caller).await?;
    let refused = |error| refused("report configuration", error);
    optimistic::ensure(
        ("the edit of configuration", id),
        |_| async move { Ok((super::found(api, caller, id).await?, api.accounts.account(caller.user).await?)) },
        |(found, account)| async move {
            let expected = edit.expected(found.version).map_err(refused)?;
            let request: ConfigurationRequestBody = edit.parse(&ConfigurationBody::of(api, &account, &found))?;
            let draft = request.draft(api, Some(&found.settings)).await?;
            match api.verbs.keep_configurations.edit(caller.user, id, &expected, draft).await {
                Err(error) if edit.repeats(&error) => Ok(Step::Refused),
                edited => {
                    let edited = edited.map_err(refused)?;
                    let body = ConfigurationBody::of(api, &account, &edited);
                    Ok(Step::Done(etag::tagged(Json(body), edited.version)))
                }
            }
        },
    )
    .await
}
