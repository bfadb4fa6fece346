//! The health of a webhook, and `POST /report-configurations/{id}/enable`, which enables a disabled one again.

use super::body::ConfigurationBody;
use crate::Api;
use crate::auth::Caller;
use crate::openapi::parameters::ConfigurationPath;
use crate::openapi::words;
use crate::problem::Problem;
use crate::query::NoParameters;
use crate::representation::etag;
use crate::routes::Id;
use app::deliveries::EnableError;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use domain::delivery::{DisabledReason, Health};
use domain::id::ConfigurationId;
use domain::instant;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// The health of a webhook.
#[derive(Serialize, ToSchema)]
#[schema(as = EndpointHealth)]
pub(crate) struct HealthBody {
    #[schema(value_type = words::EndpointState)]
    state: &'static str,
    /// When the state began. Null for a healthy webhook.
    #[schema(format = DateTime)]
    since: Option<String>,
    /// Null unless the webhook is disabled.
    #[schema(value_type = Option<words::DisabledReason>)]
    reason: Option<&'static str>,
    /// HTTP status of the answer that disabled the webhook, if there was one.
    response_status: Option<u16>,
}

impl From<Health> for HealthBody {
    fn from(health: Health) -> Self {
        let (reason, response_status) = match health {
            Health::Disabled { reason, status, .. } => (Some(reason), status),
            Health::Healthy | Health::Failing { .. } => (None, None),
        };
        Self {
            state: health.state().as_str(),
            since: health.since().map(instant::text),
            reason: reason.map(DisabledReason::as_str),
            response_status,
        }
    }
}

/// Enables the webhook of a report configuration again.
///
/// The schedule continues with its next fire, and the next report includes the commits of the pause. Nothing changes if
/// the webhook is not disabled.
#[utoipa::path(
    post,
    path = "/report-configurations/{id}/enable",
    operation_id = "enableWebhook",
    params(ConfigurationPath),
    responses((
        status = 200,
        description = "The configuration in its current state.",
        body = ConfigurationBody,
        headers(("ETag" = String, description = "The version, to be sent as `If-Match`.")),
    )),
)]
pub(crate) async fn enable(
    State(api): State<Arc<Api>>,
    caller: Caller,
    _: NoParameters,
    Id(id): Id<ConfigurationId>,
) -> Result<Response, Problem> {
    let enabled = api.verbs.enable_endpoint.configuration(caller.user, id).await;
    let configuration = enabled.map_err(|error| refused(&error))?;
    let account = api.accounts.account(caller.user).await?;
    let body = ConfigurationBody::of(&api, &account, &configuration);
    Ok(etag::tagged(Json(body), configuration.version))
}

pub(crate) fn refused(error: &EnableError) -> Problem {
    match error {
        EnableError::NoConfiguration => Problem::not_found("report configuration"),
        EnableError::AccountClosed => crate::deletion::closed(error.to_string()),
        EnableError::Store(error) => error.clone().into(),
    }
}
