//! `POST /users/profile/rotate-notification-secret`: a new signing secret for notices, shown only once.

use super::profile::ChangedProfileBody;
use crate::openapi::parameters::Force;
use crate::routes::prelude::{
    Answer, Call, HeaderMap, IdempotencyKey, IfMatch, Instant, Json, Uri, answer_body, etag, instant, refused,
};
use crate::routes::report_configurations::Rotation;
use domain::delivery::SigningSecrets;

answer_body! {
    /// The profile, the new secret, and how long the old secret stays valid.
    #[schema(as = ProfileWithNewSecret)]
    struct RotatedBody of(profile: ChangedProfileBody, previous_secret_until: Option<Instant>) {
        #[serde(flatten)]
        profile: ChangedProfileBody = profile,
        /// Until this instant notices are signed with the old secret too. Null for a first secret.
        #[schema(format = DateTime)]
        previous_secret_until: Option<String> = previous_secret_until.map(instant::text),
    }
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
pub(crate) async fn rotate_notification_secret(Call(api, caller): Call, uri: Uri, headers: HeaderMap) -> Answer {
    let parts = ["POST /users/profile/rotate-notification-secret"];
    let Rotation { when_full, key, expected } = Rotation::requested(&uri, &headers, &parts)?;
    let rotated = api.verbs.keep_profile.rotate_notification_secret(caller.user, &expected, when_full, key.as_ref());
    let rotated = rotated.await.map_err(|error| refused("account", error))?;
    let account = &rotated.account;
    let previous_until = account.notification_secrets.as_ref().and_then(SigningSecrets::previous_until);
    let body = RotatedBody::of(ChangedProfileBody::of(account, rotated.secret.as_ref()), previous_until);
    Ok(etag::tagged(Json(body), account.profile_version))
}
