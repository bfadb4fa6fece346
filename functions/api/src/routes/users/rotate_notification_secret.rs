//! `POST /users/profile/rotate-notification-secret`: a new signing secret for notices, shown only once.

use super::profile::{ChangedProfileBody, ProfileBody};
use crate::auth::Caller;
use crate::openapi::parameters::{Force, IdempotencyKey, IfMatch};
use crate::problem::Problem;
use crate::refusal::refused;
use crate::representation::etag;
use crate::routes::report_configurations::when_full;
use crate::{Api, idempotency};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use domain::delivery::{SigningSecrets, WhenFull};
use domain::instant;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// The profile, the new secret, and how long the old secret stays valid.
#[derive(Serialize, ToSchema)]
#[schema(as = ProfileWithNewSecret)]
struct RotatedBody {
    #[serde(flatten)]
    profile: ChangedProfileBody,
    /// Until this instant notices are signed with the old secret too. Null for a first secret.
    #[schema(format = DateTime)]
    previous_secret_until: Option<String>,
}

/// Replaces the signing secret of the address for notices.
///
/// The new secret is returned only in this response. For 24 hours, notices to the address are signed with the old
/// secret too. An address that was set before such secrets existed gets its first one; until then the secret of the
/// configuration that a notice is about signs it.
#[utoipa::path(
    post,
    path = "/users/profile/rotate-notification-secret",
    operation_id = "rotateNotificationSecret",
    params(Force, IdempotencyKey, IfMatch),
    responses((
        status = 200,
        description = "The profile and its new secret.",
        body = RotatedBody,
        headers(("ETag" = String, description = "The version, to be sent as `If-Match`.")),
    )),
    extensions(("x-problems" = json!(["FORBIDDEN", "VALIDATION_FAILED", "CONFLICT", "SIGNING_SECRETS_IN_USE"]))),
)]
pub(crate) async fn rotate_notification_secret(
    State(api): State<Arc<Api>>,
    caller: Caller,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let when_full = when_full(&uri)?;
    let route = "POST /users/profile/rotate-notification-secret";
    let parts: &[&str] = if when_full == WhenFull::DropOldest { &[route, "force"] } else { &[route] };
    let key = idempotency::key(&headers, parts)?;
    let expected = etag::expected(&headers);
    let rotated = api.verbs.keep_profile.rotate_notification_secret(caller.user, &expected, when_full, key.as_ref());
    let rotated = rotated.await.map_err(|error| refused("account", error))?;
    let secrets = rotated.account.notification_secrets.as_ref();
    let body = RotatedBody {
        profile: ChangedProfileBody::of(ProfileBody::from(&rotated.account), rotated.secret.as_ref()),
        previous_secret_until: secrets.and_then(SigningSecrets::previous_until).map(instant::text),
    };
    Ok(etag::tagged(Json(body), rotated.account.profile_version))
}
