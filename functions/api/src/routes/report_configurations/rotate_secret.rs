//! `POST /report-configurations/{id}/rotate-secret`: a new signing secret, shown only once. Messages are signed with
//! the old one too for a day.

use super::body::{ConfigurationBody, WithSecretBody};
use crate::openapi::parameters::{self, Force};
use crate::routes::prelude::{
    Answer, Call, ConfigurationId, ConfigurationPath, HeaderMap, Id, IfMatch, Instant, Json, Parameters, Uri,
    answer_body, etag, idempotency, instant, refused,
};
use app::holdings::Expected;
use app::ports::IdempotencyKey;
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
    params(ConfigurationPath, Force, parameters::IdempotencyKey, IfMatch),
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
    let parts = ["POST /report-configurations/{id}/rotate-secret", &id.to_string()];
    let Rotation { when_full, key, expected } = Rotation::requested(&uri, &headers, &parts)?;
    let rotated = api.verbs.keep_configurations.rotate(caller.user, id, &expected, when_full, key.as_ref()).await;
    let rotated = rotated.map_err(|error| refused("report configuration", error))?;
    let account = api.accounts.account(caller.user).await?;
    let found = &rotated.configuration;
    let configuration = ConfigurationBody::of(&api, &account, found);
    let previous_until = found.secrets.previous_until();
    let body = RotatedBody::of(WithSecretBody::of(configuration, rotated.secret.as_ref()), previous_until);
    Ok(etag::tagged(Json(body), found.version))
}

/// What a request for a new secret asks for.
pub(crate) struct Rotation {
    pub(crate) when_full: WhenFull,
    pub(crate) key: Option<IdempotencyKey>,
    pub(crate) expected: Expected,
}

impl Rotation {
    /// Reads `force`, the only parameter, and the headers. `parts` name the route and its record.
    pub(crate) fn requested(uri: &Uri, headers: &HeaderMap, parts: &[&str]) -> Answer<Self> {
        let mut parameters = Parameters::of(uri);
        let force = parameters.value("force", "true or false", |text| text.parse::<bool>().ok()).unwrap_or(false);
        parameters.finish()?;
        let forced: &[&str] = if force { &["force"] } else { &[] };
        Ok(Self {
            when_full: if force { WhenFull::DropOldest } else { WhenFull::Refuse },
            key: idempotency::key(headers, &[parts, forced].concat())?,
            expected: etag::expected(headers),
        })
    }
}
