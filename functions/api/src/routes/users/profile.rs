//! `GET,PUT /users/profile`: the caller's plan and limits, the zone in which they like to see times, where notices go, and a
//! model of their own.

use crate::Api;
use crate::auth::Caller;
use crate::body::{FromMembers, JsonObject, Members};
use crate::edit::Edit;
use crate::openapi::words;
use crate::outside::allow_webhook;
use crate::problem::Problem;
use crate::query::NoParameters;
use crate::refusal::refused;
use crate::representation::etag;
use crate::routes::users::own_model::{OwnModelBody, OwnModelRequestBody, own_model};
use app::accounts::{OwnModelDraft, ProfileDraft};
use app::optimistic::{self, Step};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::account::Account;
use domain::configuration::{Webhook, WebhookFormat};
use domain::schedule::Schedule;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use url::Url;
use utoipa::ToSchema;

/// The caller's account.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"user_id": "0d9c5e0e-6c1b-4a53-9d2f-000000000a11", "timezone": "Europe/Berlin", "notification_webhook_url": null, "model": {"base_url": "https://api.openai.com/v1", "model": "gpt-6-luna", "has_api_key": true, "prices": null, "in_use": true}, "limits": {"plan_name": "pro", "monthly_runs_limit": 500, "max_repositories": 9999, "max_reports": 9999, "shortest_interval_minutes": 5, "own_model": true}}))]
pub(crate) struct ProfileBody {
    user_id: String,
    timezone: Option<String>,
    notification_webhook_url: Option<String>,
    model: Option<OwnModelBody>,
    limits: ProfileLimitsBody,
}

/// Limits of the plan with the account's overrides.
#[derive(Serialize, ToSchema)]
struct ProfileLimitsBody {
    #[schema(value_type = words::PlanName)]
    plan_name: &'static str,
    monthly_runs_limit: u64,
    max_repositories: u64,
    max_reports: u64,
    shortest_interval_minutes: u64,
    /// Whether the plan allows the user's own model.
    own_model: bool,
}

impl From<&Account> for ProfileBody {
    fn from(account: &Account) -> Self {
        let limits = account.limits();
        Self {
            user_id: account.user.to_string(),
            timezone: account.time_zone.clone(),
            notification_webhook_url: account.notification_webhook.as_ref().map(Url::to_string),
            model: account.own_model.as_ref().map(|own| OwnModelBody::of(own, account.plan)),
            limits: ProfileLimitsBody {
                plan_name: account.plan.name(),
                monthly_runs_limit: limits.monthly_runs,
                max_repositories: limits.repositories,
                max_reports: limits.configurations,
                shortest_interval_minutes: limits.shortest_interval_minutes,
                own_model: account.plan.allows_own_model(),
            },
        }
    }
}

/// `{"timezone"?, "notification_webhook_url"?, "model"?}`: what is left out is none. It has no text form: it can hold a key.
pub(crate) struct ProfileRequest {
    timezone: Option<String>,
    webhook: Option<Url>,
    own_model: Option<OwnModelDraft>,
}

/// The request body.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"timezone": "Europe/Berlin", "notification_webhook_url": "https://receiver.example.com/notices"}))]
#[expect(dead_code, reason = "bodies are read member by member; this is their description")]
struct ProfileRequestBody {
    /// IANA time zone in which times are shown to the user.
    #[schema(min_length = 1, max_length = 40, format = "iana-timezone")]
    timezone: Option<String>,
    /// The https address that notices are sent to, in the format of its host.
    #[schema(format = "uri", max_length = 500)]
    notification_webhook_url: Option<String>,
    /// The user's own model. It writes the reports instead of the deployment's model if the plan allows it.
    model: Option<OwnModelRequestBody>,
}

impl FromMembers for ProfileRequest {
    fn from_members(members: &mut Members) -> Option<Self> {
        let timezone = members
            .optional("timezone", |text| Schedule::parse("@daily", text).map(|schedule| schedule.zone().to_owned()));
        // Whether plain http on this machine will do is for the deployment to say.
        let webhook = members.optional("notification_webhook_url", |text| {
            Webhook::parse(text, WebhookFormat::Auto, true).map(|webhook| webhook.url)
        });
        let own_model = members.object("model", own_model);
        Some(Self { timezone: timezone?, webhook: webhook?, own_model: own_model? })
    }
}

/// Returns the caller's plan, limits and profile settings.
#[utoipa::path(
    get,
    path = "/users/profile",
    operation_id = "getProfile",
    responses((status = 200, description = "The profile.", body = ProfileBody)),
)]
pub(crate) async fn profile(State(api): State<Arc<Api>>, caller: Caller, _: NoParameters) -> Result<Response, Problem> {
    Ok(answer(&api.accounts.account(caller.user).await?))
}

/// Replaces the caller's profile settings.
///
/// Absent members are removed, except the key of a model whose host is unchanged. The body of a GET can be sent back:
/// read-only members are accepted if they are unchanged.
#[utoipa::path(
    put,
    path = "/users/profile",
    operation_id = "replaceProfile",
    params(("If-Match" = Option<String>, Header, description = "The `ETag` of the version to change. If the record has changed since, the response is 412. Without this header, or with `*`, the current version is changed.", example = "\"1\"")),
    request_body(content = ProfileRequestBody, content_type = "application/json"),
    responses((status = 200, description = "The profile in its current state.", body = ProfileBody)),
    extensions(("x-problems" = json!(["FORBIDDEN", "PLAN_LIMIT_REACHED", "LLM_UNAVAILABLE"]))),
)]
pub(crate) async fn replace_profile(
    State(api): State<Arc<Api>>,
    caller: Caller,
    _: NoParameters,
    headers: HeaderMap,
    object: JsonObject,
) -> Result<Response, Problem> {
    edit(&api, caller, &headers, Edit::Replace(object)).await
}

/// Updates the caller's profile settings.
///
/// Takes a JSON merge patch (RFC 7396): absent members are unchanged, null removes. Without `If-Match` the patch
/// applies to the current version.
#[utoipa::path(
    patch,
    path = "/users/profile",
    operation_id = "updateProfile",
    params(("If-Match" = Option<String>, Header, description = "The `ETag` of the version to change. If the record has changed since, the response is 412. Without this header, or with `*`, the current version is changed.", example = "\"1\"")),
    request_body(content = ProfileRequestBody, content_type = "application/json"),
    responses((status = 200, description = "The profile in its current state.", body = ProfileBody)),
    extensions(("x-problems" = json!(["FORBIDDEN", "PLAN_LIMIT_REACHED", "LLM_UNAVAILABLE"]))),
)]
pub(crate) async fn update_profile(
    State(api): State<Arc<Api>>,
    caller: Caller,
    _: NoParameters,
    headers: HeaderMap,
    object: JsonObject,
) -> Result<Response, Problem> {
    edit(&api, caller, &headers, Edit::Merge(object)).await
}

async fn edit(api: &Api, caller: Caller, headers: &HeaderMap, edit: Edit) -> Result<Response, Problem> {
    let refused = |error| refused("account", error);
    let (edit, by_caller) = (&edit, &etag::expected(headers));
    optimistic::ensure(
        ("the edit of the profile of account", caller.user),
        |_| async move { Ok(api.accounts.account(caller.user).await?) },
        |found| async move {
            let expected = edit.expected(by_caller, found.profile_version).map_err(refused)?;
            let ProfileRequest { timezone, webhook, own_model } = edit.read(&ProfileBody::from(&found))?;
            allow_webhook(api, "notification_webhook_url", webhook.as_ref()).await?;
            let draft = ProfileDraft { time_zone: timezone, notification_webhook: webhook, own_model };
            match api.keep_profile.replace(caller.user, &expected, draft).await {
                Err(error) if edit.repeats(by_caller, &error) => Ok(Step::Refused),
                edited => Ok(Step::Done(answer(&edited.map_err(refused)?))),
            }
        },
    )
    .await
}

fn answer(account: &Account) -> Response {
    etag::tagged(Json(ProfileBody::from(account)), account.profile_version)
}
