//! `GET,PUT,PATCH /users/profile`: the caller's plan and limits, and the settings of the whole account: the time zone
//! in which times are shown, the address for notices, and an own model.

use crate::Api;
use crate::auth::Caller;
use crate::edit::Edit;
use crate::openapi::parameters::IfMatch;
use crate::openapi::{examples, words};
use crate::outside::allow_webhook;
use crate::problem::Problem;
use crate::query::NoParameters;
use crate::refusal::refused;
use crate::representation::etag;
use crate::request::{JsonObject, WebhookUrl, ZoneName, request_body};
use crate::routes::users::own_model::{OwnModelBody, OwnModelRequestBody};
use app::accounts::ProfileDraft;
use app::optimistic::{self, Step};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::account::Account;
use domain::delivery::{SigningSecret, WebhookFormat};
use serde::Serialize;
use std::sync::Arc;
use url::Url;
use utoipa::ToSchema;

/// The caller's account.
#[derive(Serialize, ToSchema)]
#[schema(example = json!(examples::profile()))]
pub(crate) struct ProfileBody {
    user_id: String,
    timezone: Option<String>,
    notification_webhook_url: Option<String>,
    /// Whether notices to that address are signed with a secret of its own. Without one, the secret of the
    /// configuration that a notice is about signs it.
    has_notification_secret: bool,
    model: Option<OwnModelBody>,
    limits: ProfileLimitsBody,
}

/// The profile after a change of it, with the signing secret that the change made. The secret is shown only once.
#[derive(Serialize, ToSchema)]
#[schema(as = ChangedProfile)]
pub(crate) struct ChangedProfileBody {
    #[serde(flatten)]
    profile: ProfileBody,
    /// `whsec_…`, which signs notices to `notification_webhook_url`. Only in the response that sets an address for an
    /// account without such a secret, and in that of a rotation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    notification_secret: Option<String>,
}

impl ChangedProfileBody {
    pub(crate) fn of(profile: ProfileBody, secret: Option<&SigningSecret>) -> Self {
        Self { profile, notification_secret: secret.map(SigningSecret::expose) }
    }
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
            has_notification_secret: account.notification_secrets.is_some(),
            model: account.own_model.as_ref().map(|own| OwnModelBody::of(own, account.plan)),
            limits: ProfileLimitsBody {
                plan_name: account.plan.as_str(),
                monthly_runs_limit: limits.monthly_runs,
                max_repositories: limits.repositories,
                max_reports: limits.configurations,
                shortest_interval_minutes: limits.shortest_interval_minutes,
                own_model: account.plan.allows_own_model(),
            },
        }
    }
}

request_body! {
    /// The request body.
    pub(crate) struct ProfileRequestBody {
        /// IANA time zone in which times are shown to the user.
        timezone: Option<ZoneName>,
        /// The https address that notices are sent to, in the format of its host.
        notification_webhook_url: Option<WebhookUrl>,
        /// The user's own model. It writes the reports instead of the deployment's model if the plan allows it.
        model: Option<OwnModelRequestBody>,
    }
    computed: ["has_notification_secret"];
    example: examples::profile_request();
}

impl ProfileRequestBody {
    /// The profile that is to be stored, if this deployment accepts the webhook's address.
    async fn draft(self, api: &Api) -> Result<ProfileDraft, Problem> {
        let own_model = self.model.map(OwnModelRequestBody::draft).transpose();
        let own_model = own_model.map_err(|error| Problem::validation(vec![error.inside("model")]))?;
        let webhook = self.notification_webhook_url.and_then(|url| url.with_format(WebhookFormat::Auto));
        let notification_webhook = webhook.map(|webhook| webhook.url);
        allow_webhook(api, "notification_webhook_url", notification_webhook.as_ref()).await?;
        Ok(ProfileDraft { time_zone: self.timezone.map(|zone| zone.0), notification_webhook, own_model })
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
    let account = api.accounts.account(caller.user).await?;
    Ok(etag::tagged(Json(ProfileBody::from(&account)), account.profile_version))
}

/// Replaces the caller's profile settings.
///
/// Absent members are removed, except the key of a model whose host is unchanged. An address for notices gets a signing
/// secret, which is returned only in this response. The body of a GET can be sent back:
/// read-only members are accepted if they are unchanged.
#[utoipa::path(
    put,
    path = "/users/profile",
    operation_id = "replaceProfile",
    params(IfMatch),
    request_body(content = ProfileRequestBody, content_type = "application/json"),
    responses((status = 200, description = "The profile in its current state.", body = ChangedProfileBody)),
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
    params(IfMatch),
    request_body(content = ProfileRequestBody, content_type = "application/json"),
    responses((status = 200, description = "The profile in its current state.", body = ChangedProfileBody)),
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
            let request: ProfileRequestBody = edit.parse(&ProfileBody::from(&found))?;
            let draft = request.draft(api).await?;
            match api.verbs.keep_profile.replace(caller.user, &expected, draft).await {
                Err(error) if edit.repeats(by_caller, &error) => Ok(Step::Refused),
                edited => {
                    let edited = edited.map_err(refused)?;
                    let body = ChangedProfileBody::of(ProfileBody::from(&edited.account), edited.secret.as_ref());
                    Ok(Step::Done(etag::tagged(Json(body), edited.account.profile_version)))
                }
            }
        },
    )
    .await
}
