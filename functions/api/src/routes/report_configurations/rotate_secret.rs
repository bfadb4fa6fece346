//! `POST /report-configurations/{id}/rotate-secret`: a new signing secret, shown only once. Messages are signed with
//! the old one too for a day.

use super::body::{ConfigurationBody, WithSecretBody};
use crate::openapi::parameters::Force;
use crate::routes::prelude::{
    Answer, Call, ConfigurationId, ConfigurationPath, HeaderMap, Id, IdempotencyKey, IfMatch, Instant, Json,
    Parameters, Uri, answer_body, etag, idempotency, instant, refused,
};
use domain::delivery::WhenFull;

answer_body! {
    /// The configuration, its new secret, and how long the old secret stays valid.
    #[schema(as = ConfigurationWithNewSecret)]
    struct RotatedBody of(configuration: WithSecretBody, previous_secret_until: Option<Instant>) {
        #[serde(flatten)]
        configuration: WithSecretBody = configuration,
        /// Until this instant messages are signed with the old secret too.
        #[schema(format = DateTime)]
        previous_secret_until: Option<String> = previous_secret_until.map(instant::text),
    }
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
    Call(api, caller): Call,
    Id(id): Id<ConfigurationId>,
    uri: Uri,
    headers: HeaderMap,
) -> Answer {
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
    let previous_until = found.secrets.previous_until();
    let body = RotatedBody::of(WithSecretBody::of(configuration, rotated.secret.as_ref()), previous_until);
    Ok(etag::tagged(Json(body), found.version))
}

/// What `force` asks for, the only parameter of a rotation.
pub(crate) fn when_full(uri: &Uri) -> Answer<WhenFull> {
    let mut parameters = Parameters::of(uri);
    let force = parameters.value("force", "true or false", |text| text.parse::<bool>().ok()).unwrap_or(false);
    parameters.finish()?;
    Ok(if force { WhenFull::DropOldest } else { WhenFull::Refuse })
}
