//! `POST /report-configurations/{id}/rotate-secret`: a new signing secret, shown only once. Messages are signed with
//! the old one too for a day.

use super::body::{ConfigurationBody, WithSecretBody};
use crate::auth::Caller;
use crate::openapi::parameters::{ConfigurationPath, IdempotencyKey, IfMatch};
use crate::problem::Problem;
use crate::query::Parameters;
use crate::refusal::refused;
use crate::representation::etag;
use crate::routes::Id;
use crate::{Api, idempotency};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use domain::id::ConfigurationId;
use domain::instant;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// The configuration, its new secret, and how long the old secret stays valid.
#[derive(Serialize, ToSchema)]
#[schema(as = ConfigurationWithNewSecret)]
struct RotatedBody {
    #[serde(flatten)]
    configuration: WithSecretBody,
    /// Until this instant messages are signed with the old secret too.
    #[schema(format = DateTime)]
    previous_secret_until: Option<String>,
}

/// Replaces a configuration's signing secret.
///
/// The new secret is returned only in this response. For 24 hours, messages are signed with the old secret too.
#[utoipa::path(
    post,
    path = "/report-configurations/{id}/rotate-secret",
    operation_id = "rotateSecret",
    params(ConfigurationPath, IdempotencyKey, IfMatch),
    responses((
        status = 200,
        description = "The configuration and its new secret.",
        body = RotatedBody,
        headers(("ETag" = String, description = "The version, to be sent as `If-Match`.")),
    )),
    extensions(("x-problems" = json!(["FORBIDDEN", "VALIDATION_FAILED"]))),
)]
pub(crate) async fn rotate_secret(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<ConfigurationId>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    Parameters::of(&uri).finish()?;
    let key = idempotency::key(&headers, &["POST /report-configurations/{id}/rotate-secret", &id.to_string()])?;
    let expected = etag::expected(&headers);
    let rotated = api.verbs.keep_configurations.rotate(caller.user, id, &expected, key.as_ref()).await;
    let rotated = rotated.map_err(|error| refused("report configuration", error))?;
    let account = api.accounts.account(caller.user).await?;
    let found = &rotated.configuration;
    let configuration = ConfigurationBody::of(&api, &account, found);
    let body = RotatedBody {
        configuration: WithSecretBody::of(configuration, rotated.secret.as_ref()),
        previous_secret_until: found.previous_secret.as_ref().map(|(_, until)| instant::text(*until)),
    };
    Ok(etag::tagged(Json(body), found.version))
}
