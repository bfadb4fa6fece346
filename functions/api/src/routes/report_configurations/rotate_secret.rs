//! `POST /report-configurations/{id}/rotate-secret`: a new signing secret, shown only once. Messages are signed with
//! the old one too for a day.

use super::body::{ConfigurationBody, WithSecretBody};
use crate::auth::Caller;
use crate::openapi::parameters::{ConfigurationPath, Force, IdempotencyKey, IfMatch};
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
use domain::delivery::WhenFull;
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
/// The new secret is returned only in this response. For 24 hours, messages are signed with the old secret too, and
/// each secret that was replaced within the last 24 hours signs until its own 24 hours are over. At most five sign at
/// a time.
#[utoipa::path(
    post,
    path = "/report-configurations/{id}/rotate-secret",
    operation_id = "rotateSecret",
    params(ConfigurationPath, Force, IdempotencyKey, IfMatch),
    responses((
        status = 200,
        description = "The configuration and its new secret.",
        body = RotatedBody,
        headers(("ETag" = String, description = "The version, to be sent as `If-Match`.")),
    )),
    extensions(("x-problems" = json!(["FORBIDDEN", "VALIDATION_FAILED", "SIGNING_SECRETS_IN_USE"]))),
)]
pub(crate) async fn rotate_secret(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<ConfigurationId>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let when_full = when_full(&uri)?;
    let (route, id_text) = ("POST /report-configurations/{id}/rotate-secret", id.to_string());
    let forced = [route, &id_text, "force"];
    let parts = if when_full == WhenFull::DropOldest { forced.as_slice() } else { &[route, &id_text] };
    let key = idempotency::key(&headers, parts)?;
    let expected = etag::expected(&headers);
    let rotated = api.verbs.keep_configurations.rotate(caller.user, id, &expected, when_full, key.as_ref()).await;
    let rotated = rotated.map_err(|error| refused("report configuration", error))?;
    let account = api.accounts.account(caller.user).await?;
    let found = &rotated.configuration;
    let configuration = ConfigurationBody::of(&api, &account, found);
    let body = RotatedBody {
        configuration: WithSecretBody::of(configuration, rotated.secret.as_ref()),
        previous_secret_until: found.secrets.previous_until().map(instant::text),
    };
    Ok(etag::tagged(Json(body), found.version))
}

/// What `force` asks for, the only parameter of a rotation.
pub(crate) fn when_full(uri: &Uri) -> Result<WhenFull, Problem> {
    let mut parameters = Parameters::of(uri);
    let force = parameters.value("force", "true or false", |text| text.parse::<bool>().ok()).unwrap_or(false);
    parameters.finish()?;
    Ok(if force { WhenFull::DropOldest } else { WhenFull::Refuse })
}
