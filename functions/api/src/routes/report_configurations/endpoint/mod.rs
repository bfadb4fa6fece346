//! The health of a webhook, and `POST /report-configurations/{id}/enable`, which enables a disabled one again.

use super::body::ConfigurationBody;
use crate::routes::prelude::{
    Answer, Call, ConfigurationId, ConfigurationPath, Id, Json, NoParameters, Problem, answer_body, closed, etag,
    instant, words,
};
use app::deliveries::EnableError;
use domain::delivery::{DisabledReason, Health};

answer_body! {
    /// The health of a webhook.
    #[schema(as = EndpointHealth)]
    pub(crate) struct HealthBody of(health: Health)
        let (reason, response_status) = match health {
            Health::Disabled { reason, status, .. } => (Some(reason), status),
            Health::Healthy | Health::Failing { .. } => (None, None),
        };
    {
        state: &'static str as words::EndpointState = health.state().as_str(),
        /// When the state began. Null for a healthy webhook.
        #[schema(format = DateTime)]
        since: Option<String> = health.since().map(instant::text),
        /// Null unless the webhook is disabled.
        reason: Option<&'static str> as Option<words::DisabledReason> = reason.map(DisabledReason::as_str),
        /// HTTP status of the answer that disabled the webhook, if there was one.
        response_status: Option<u16> = response_status,
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
pub(crate) async fn enable(Call(api, caller): Call, _: NoParameters, Id(id): Id<ConfigurationId>) -> Answer {
    let enabled = api.verbs.enable_endpoint.configuration(caller.user, id).await;
    let configuration = enabled.map_err(|error| refused(&error))?;
    let account = api.accounts.account(caller.user).await?;
    let body = ConfigurationBody::of(&api, &account, &configuration);
    Ok(etag::tagged(Json(body), configuration.version))
}

pub(crate) fn refused(error: &EnableError) -> Problem {
    match error {
        EnableError::NoConfiguration => Problem::not_found("report configuration"),
        EnableError::AccountClosed => closed(error.to_string()),
        EnableError::Store(error) => error.clone().into(),
    }
}
