//! `GET,PUT /users/profile`: the caller's plan and limits, the zone in which they like to see times, and where notices go.

use crate::Api;
use crate::auth::Caller;
use crate::body::{FromMembers, JsonBody, Members};
use crate::problem::{FieldError, Problem};
use crate::query::Parameters;
use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use domain::account::Account;
use domain::configuration::{Webhook, WebhookFormat};
use domain::schedule::Schedule;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use url::Url;
use utoipa::ToSchema;

/// The caller's account.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"user_id": "0d9c5e0e-6c1b-4a53-9d2f-000000000a11", "timezone": "Europe/Berlin", "notification_webhook_url": null, "limits": {"plan_name": "free", "monthly_runs_limit": 50, "max_repositories": 5, "max_reports": 10, "shortest_interval_minutes": 60}}))]
pub(crate) struct ProfileBody {
    user_id: String,
    timezone: Option<String>,
    notification_webhook_url: Option<String>,
    limits: ProfileLimitsBody,
}

/// What the plan and its overrides allow.
#[derive(Serialize, ToSchema)]
struct ProfileLimitsBody {
    plan_name: &'static str,
    monthly_runs_limit: u64,
    max_repositories: u64,
    max_reports: u64,
    shortest_interval_minutes: u64,
}

impl From<&Account> for ProfileBody {
    fn from(account: &Account) -> Self {
        let limits = account.limits();
        Self {
            user_id: account.user.to_string(),
            timezone: account.time_zone.clone(),
            notification_webhook_url: account.notification_webhook.as_ref().map(Url::to_string),
            limits: ProfileLimitsBody {
                plan_name: account.plan.name(),
                monthly_runs_limit: limits.monthly_runs,
                max_repositories: limits.repositories,
                max_reports: limits.configurations,
                shortest_interval_minutes: limits.shortest_interval_minutes,
            },
        }
    }
}

/// `{"timezone"?, "notification_webhook_url"?}`: what is left out is none.
pub(crate) struct ProfileRequest {
    timezone: Option<String>,
    webhook: Option<Url>,
}

/// The request as it is written.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"timezone": "Europe/Berlin", "notification_webhook_url": "https://receiver.example.com/notices"}))]
#[expect(dead_code, reason = "bodies are read member by member; this is their description")]
struct ProfileRequestBody {
    /// The IANA zone in which the user likes to see times.
    #[schema(min_length = 1, max_length = 40, format = "iana-timezone")]
    timezone: Option<String>,
    /// The https address that notices are sent to.
    #[schema(format = "uri", max_length = 500)]
    notification_webhook_url: Option<String>,
}

impl FromMembers for ProfileRequest {
    fn from_members(members: &mut Members) -> Option<Self> {
        let timezone = members
            .optional("timezone", |text| Schedule::parse("@daily", text).map(|schedule| schedule.zone().to_owned()));
        // Whether plain http on this machine will do is for the deployment to say.
        let webhook = members.optional("notification_webhook_url", |text| {
            Webhook::parse(text, WebhookFormat::Auto, true).map(|webhook| webhook.url)
        });
        Some(Self { timezone: timezone?, webhook: webhook? })
    }
}

/// The caller's plan and limits, and what they chose.
#[utoipa::path(
    get,
    path = "/users/profile",
    responses((status = 200, description = "The profile.", body = ProfileBody)),
)]
pub(crate) async fn profile(State(api): State<Arc<Api>>, caller: Caller) -> Result<Json<ProfileBody>, Problem> {
    let account = api.accounts.account(caller.user).await?;
    Ok(Json(ProfileBody::from(&account)))
}

/// Sets what the caller chooses anew.
///
/// What is left out is none.
#[utoipa::path(
    put,
    path = "/users/profile",
    request_body(content = ProfileRequestBody, content_type = "application/json"),
    responses((status = 200, description = "The profile as it is now.", body = ProfileBody)),
)]
pub(crate) async fn replace_profile(
    State(api): State<Arc<Api>>,
    caller: Caller,
    uri: Uri,
    JsonBody(request): JsonBody<ProfileRequest>,
) -> Result<Json<ProfileBody>, Problem> {
    Parameters::of(&uri).finish()?;
    let plain = request.webhook.as_ref().is_some_and(|url| url.scheme() != "https");
    if plain && !api.settings.allow_loopback {
        let error = "the webhook address begins with 'http:': only https is accepted";
        return Err(Problem::validation(vec![FieldError::at("notification_webhook_url", error)]));
    }
    api.account_changes.put_profile(caller.user, request.timezone.as_deref(), request.webhook.as_ref()).await?;
    profile(State(api), caller).await
}
