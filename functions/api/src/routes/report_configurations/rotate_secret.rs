//! `POST /report-configurations/{id}/rotate-secret`: a new signing secret, shown only once. Messages are signed with
//! the old one too for a day.

use super::body::{ConfigurationBody, WithSecretBody};
use crate::routes::prelude::{
    Answer, Call, ConfigurationId, ConfigurationPath, HeaderMap, Id, IdempotencyKey, IfMatch, Instant, Json,
    NoParameters, answer_body, etag, idempotency, instant, refused,
};

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
    Call(api, caller): Call,
    Id(id): Id<ConfigurationId>,
    _: NoParameters,
    headers: HeaderMap,
) -> Answer {
    let key = idempotency::key(&headers, &["POST /report-configurations/{id}/rotate-secret", &id.to_string()])?;
    let expected = etag::expected(&headers);
    let rotated = api.verbs.keep_configurations.rotate(caller.user, id, &expected, key.as_ref()).await;
    let rotated = rotated.map_err(|error| refused("report configuration", error))?;
    let account = api.accounts.account(caller.user).await?;
    let found = &rotated.configuration;
    let configuration = ConfigurationBody::of(&api, &account, found);
    let previous_secret_until = found.previous_secret.as_ref().map(|(_, until)| *until);
    let body = RotatedBody::of(WithSecretBody::of(configuration, rotated.secret.as_ref()), previous_secret_until);
    Ok(etag::tagged(Json(body), found.version))
}
