//! `POST /report-configurations/{id}/rotate-secret`: a new signing secret, shown only once. Messages are signed with
//! the old one too for a day.

use super::body::{ConfigurationBody, WithSecretBody};
use crate::auth::Caller;
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
    params(
        ("id" = String, Path, description = "The configuration's id.",
            example = "0199c2b4-6f00-7c3e-8a53-0d9c5e0e6c1b"),
        ("Idempotency-Key" = Option<String>, Header,
            description = "1 to 255 visible ASCII characters. A repeat within 24 hours returns what the first request \
            created, in its current state and without the secret.", pattern = "^[!-~]{1,255}$", example = "5f2b7c0e"),
        ("If-Match" = Option<String>, Header,
            description = "The `ETag` of the version to change. If the record has changed since, the response is 412. \
            Without this header, or with `*`, the current version is changed.", example = "\"1\""),
    ),
    responses((status = 200, description = "The configuration and its new secret.", body = RotatedBody,
        headers(("ETag" = String, description = "The version, to be sent as `If-Match`.")))),
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
    let rotated = api.keep_configurations.rotate(caller.user, id, &expected, key.as_ref()).await;
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
