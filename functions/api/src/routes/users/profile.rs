//! `GET,PUT,PATCH /users/profile`: the caller's plan and limits, and the settings of the whole account: the time zone
//! in which times are shown, the address for notices, and an own model.

use crate::outside::allow_webhook;
use crate::request::{WebhookUrl, ZoneName};
use crate::routes::prelude::{
    Answer, Api, Call, Caller, Edit, IfMatch, Json, NoParameters, Problem, Response, answer_body, etag, examples,
    refused, request_body, words,
};
use crate::routes::report_configurations::{HealthBody, not_enabled};
use crate::routes::users::own_model::{OwnModelBody, OwnModelRequestBody};
use app::accounts::ProfileDraft;
use app::optimistic::{self, Step};
use domain::account::{Account, EmailAddress, Limits, NoticeChoice, NoticeKind, Plan};
use domain::delivery::WebhookFormat;
use url::Url;

answer_body! {
    /// The caller's account.
    #[schema(example = json!(examples::profile()))]
    pub(crate) struct ProfileBody of(account: &Account) {
        user_id: String = account.user.to_string(),
        timezone: Option<String> = account.time_zone.clone(),
        notification_webhook_url: Option<String> = account.notification_webhook.as_ref().map(Url::to_string),
        notification_health: HealthBody = HealthBody::of(account.notification_health),
        /// Address that gets the notices which this webhook does not take, once it is confirmed.
        #[schema(format = "email")]
        notification_email: Option<String> = account.notification_email.as_ref().map(|email| email.address.to_string()),
        /// Whether the address was confirmed with the code that was sent to it.
        notification_email_confirmed: bool = account.confirmed_email().is_some(),
        #[schema(value_type = Vec<words::NoticeType>)]
        muted_notices: Vec<&'static str> = account.notices.muted().iter().map(|kind| kind.as_str()).collect(),
        model: Option<OwnModelBody> = account.own_model.as_ref().map(|own| OwnModelBody::of(own, account.plan)),
        limits: ProfileLimitsBody = ProfileLimitsBody::of(account.plan, account.limits()),
    }

    /// Limits of the plan with the account's overrides.
    struct ProfileLimitsBody of(plan: Plan, limits: Limits) {
        plan_name: &'static str as words::PlanName = plan.as_str(),
        monthly_runs_limit: u64 = limits.monthly_runs,
        max_repositories: u64 = limits.repositories,
        max_reports: u64 = limits.configurations,
        shortest_interval_minutes: u64 = limits.shortest_interval_minutes,
        /// Whether the plan allows the user's own model.
        own_model: bool = plan.allows_own_model(),
    }
}

request_body! {
    /// The request body.
    pub(crate) struct ProfileRequestBody {
        /// IANA time zone in which times are shown to the user.
        timezone: Option<ZoneName>,
        /// The https address that notices are sent to, in the format of its host.
        notification_webhook_url: Option<WebhookUrl>,
        /// The e-mail address for notices that this webhook does not take. Another address than before must be
        /// confirmed.
        notification_email: Option<EmailAddress>,
        /// The types of notices that are not sent. They are listed all the same.
        muted_notices: Vec<NoticeKind> = Vec::new(),
        /// The user's own model. It writes the reports instead of the deployment's model if the plan allows it.
        model: Option<OwnModelRequestBody>,
    }
    computed: ["notification_health", "notification_email_confirmed"];
    example: examples::profile_request();
}

impl ProfileRequestBody {
    /// The profile that is to be stored, if this deployment accepts the webhook's address.
    async fn draft(self, api: &Api) -> Answer<ProfileDraft> {
        let own_model = self.model.map(OwnModelRequestBody::draft).transpose();
        let own_model = own_model.map_err(|error| Problem::validation(vec![error.inside("model")]))?;
        let webhook = self.notification_webhook_url.and_then(|url| url.with_format(WebhookFormat::Auto));
        let notification_webhook = webhook.map(|webhook| webhook.url);
        allow_webhook(api, "notification_webhook_url", notification_webhook.as_ref()).await?;
        let notices = NoticeChoice::without(self.muted_notices);
        Ok(ProfileDraft {
            time_zone: self.timezone.map(|zone| zone.0),
            notification_webhook,
            notification_email: self.notification_email,
            notices,
            own_model,
        })
    }
}

/// Returns the caller's plan, limits and profile settings.
#[utoipa::path(
    get,
    path = "/users/profile",
    operation_id = "getProfile",
    responses((status = 200, description = "The profile.", body = ProfileBody)),
)]
pub(crate) async fn profile(Call(api, caller): Call, _: NoParameters) -> Answer {
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
    params(IfMatch),
    request_body(content = ProfileRequestBody, content_type = "application/json"),
    responses((status = 200, description = "The profile in its current state.", body = ProfileBody)),
    extensions(("x-problems" = json!(["FORBIDDEN", "PLAN_LIMIT_REACHED", "LLM_UNAVAILABLE"]))),
)]
pub(crate) async fn replace_profile(Call(api, caller): Call, edit: Edit) -> Answer {
    apply(&api, caller, &edit).await
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
    responses((status = 200, description = "The profile in its current state.", body = ProfileBody)),
    extensions(("x-problems" = json!(["FORBIDDEN", "PLAN_LIMIT_REACHED", "LLM_UNAVAILABLE"]))),
)]
pub(crate) async fn update_profile(Call(api, caller): Call, edit: Edit) -> Answer {
    apply(&api, caller, &edit).await
}

/// Applies an edit to the current record.
async fn apply(api: &Api, caller: Caller, edit: &Edit) -> Answer {
    let refused = |error| refused("account", error);
    optimistic::ensure(
        ("the edit of the profile of account", caller.user),
        |_| async move { Ok(api.accounts.account(caller.user).await?) },
        |found| async move {
            let expected = edit.expected(found.profile_version).map_err(refused)?;
            let request: ProfileRequestBody = edit.parse(&ProfileBody::of(&found))?;
            let draft = request.draft(api).await?;
            match api.verbs.keep_profile.replace(caller.user, &expected, draft).await {
                Err(error) if edit.repeats(&error) => Ok(Step::Refused),
                edited => Ok(Step::Done(answer(&edited.map_err(refused)?))),
            }
        },
    )
    .await
}

/// Enables the account's webhook for notices again, if it is disabled.
#[utoipa::path(
    post,
    path = "/users/profile/enable",
    operation_id = "enableNotificationWebhook",
    responses((status = 200, description = "The profile in its current state.", body = ProfileBody)),
    extensions(("x-problems" = json!(["FORBIDDEN"]))),
)]
pub(crate) async fn enable_webhook(Call(api, caller): Call, _: NoParameters) -> Answer {
    let enabled = api.verbs.enable_endpoint.account(caller.user).await;
    Ok(answer(&enabled.map_err(|error| not_enabled(&error))?))
}

pub(super) fn answer(account: &Account) -> Response {
    etag::tagged(Json(ProfileBody::of(account)), account.profile_version)
}
