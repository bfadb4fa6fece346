//! `POST /report-configurations`: a new configuration, if the plan has a free place. 201 with its signing secret,
//! which is shown only once.

use super::body::{ConfigurationBody, WithSecretBody};
use super::request::ConfigurationRequestBody;
use crate::routes::prelude::{
    Answer, Call, HeaderMap, IdempotencyKey, Json, JsonBody, Parameters, Uri, etag, idempotency, refused,
};

/// Creates a report configuration.
///
/// Requires a free place in the plan. The signing secret is returned only in this response.
#[utoipa::path(
    post,
    path = "/report-configurations",
    operation_id = "createReportConfiguration",
    params(IdempotencyKey),
    request_body(content = ConfigurationRequestBody, content_type = "application/json"),
    responses((
        status = 201,
        description = "The configuration and its secret.",
        body = WithSecretBody,
        headers(
            ("Location" = String, description = "The path of the configuration."),
            ("ETag" = String, description = "The version, to be sent as `If-Match`."),
        ),
    )),
    extensions(
        ("x-problems" = json!(["FORBIDDEN", "IDEMPOTENCY_RESULT_DELETED", "PLAN_LIMIT_REACHED", "LLM_UNAVAILABLE"])),
    ),
)]
pub(crate) async fn create(
    Call(api, caller): Call,
    uri: Uri,
    headers: HeaderMap,
    JsonBody { value, canonical }: JsonBody<ConfigurationRequestBody>,
) -> Answer {
    Parameters::of(&uri).finish()?;
    let draft = value.draft(&api, None).await?;
    let key = idempotency::key(&headers, &["POST /report-configurations", &canonical])?;
    let made = api.verbs.keep_configurations.create(caller.user, draft, key.as_ref()).await;
    let made = made.map_err(|error| refused("report configuration", error))?;
    let account = api.accounts.account(caller.user).await?;
    let configuration = ConfigurationBody::of(&api, &account, &made.configuration);
    let body = WithSecretBody::of(configuration, made.secret.as_ref());
    let place = format!("/report-configurations/{}", made.configuration.id);
    Ok(etag::created(Json(body), made.configuration.version, &place))
}
