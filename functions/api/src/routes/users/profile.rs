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
use serde::Serialize;
use std::sync::Arc;
use url::Url;

/// The caller's account.
#[derive(Serialize)]
pub(crate) struct ProfileBody {
    user_id: String,
    timezone: Option<String>,
    notification_webhook_url: Option<String>,
    limits: LimitsBody,
}

#[derive(Serialize)]
struct LimitsBody {
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
            limits: LimitsBody {
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

pub(crate) async fn profile(State(api): State<Arc<Api>>, caller: Caller) -> Result<Json<ProfileBody>, Problem> {
    let account = api.accounts.account(caller.user).await?;
    Ok(Json(ProfileBody::from(&account)))
}

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
