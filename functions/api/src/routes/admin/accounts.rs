//! `PUT /admin/accounts/{user_id}`: an account's plan and overrides. Each change leaves an audit entry; a higher limit wakes
//! what waits for it.

use crate::Api;
use crate::auth::Caller;
use crate::body::{FromMembers, JsonBody, Members, shown};
use crate::openapi::words;
use crate::problem::{Code, Problem};
use crate::query::Parameters;
use app::holdings::LimitsError;
use axum::Json;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::Uri;
use axum::http::request::Parts;
use domain::account::{Account, Overrides, Plan};
use domain::id::UserId;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// The largest limit that can be agreed on: beyond any plan, and far from the end of numbers.
const LIMIT_MAX: u64 = 1_000_000_000;

/// The account that an administrator names. It can be read from no other route.
pub(crate) struct Named(pub(super) UserId);

impl FromRequestParts<Arc<Api>> for Named {
    type Rejection = Problem;

    /// Who is no administrator is told so whatever the id is.
    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, Problem> {
        Caller::from_request_parts(parts, api).await?.require_admin()?;
        let none = || Problem::not_found("account");
        let Path(text) = Path::<String>::from_request_parts(parts, api).await.map_err(|_| none())?;
        crate::auth::named_by_admin(&text).map(Self).ok_or_else(none)
    }
}

/// `{"plan", "overrides"?: …}`, the overrides as members of their own: what is left out is the plan's.
pub(crate) struct AccountRequest {
    plan: Plan,
    overrides: Overrides,
}

/// The request as it is written. Null is as what is left out: the plan's.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"plan": "pro", "monthly_runs_limit": 800}))]
#[expect(dead_code, reason = "bodies are read member by member; this is their description")]
struct AccountRequestBody {
    /// The plan.
    #[schema(value_type = words::PlanName)]
    plan: String,
    /// Runs a month.
    #[schema(maximum = 1_000_000_000)]
    monthly_runs_limit: Option<u64>,
    /// Repositories.
    #[schema(maximum = 1_000_000_000)]
    max_repositories: Option<u64>,
    /// Report configurations.
    #[schema(maximum = 1_000_000_000)]
    max_reports: Option<u64>,
    /// Minutes between two fires of a schedule, at least.
    #[schema(maximum = 1_000_000_000)]
    shortest_interval_minutes: Option<u64>,
}

impl FromMembers for AccountRequest {
    fn from_members(members: &mut Members) -> Option<Self> {
        let plan = members.required("plan", "the name of a plan", |text| {
            Plan::parse(text).map_err(|_| format!("'{}' is none of 'free', 'pro'", shown(text)))
        });
        let monthly_runs = members.number("monthly_runs_limit", LIMIT_MAX);
        let repositories = members.number("max_repositories", LIMIT_MAX);
        let configurations = members.number("max_reports", LIMIT_MAX);
        let interval = members.number("shortest_interval_minutes", LIMIT_MAX);
        let overrides = Overrides {
            monthly_runs: monthly_runs?,
            repositories: repositories?,
            configurations: configurations?,
            shortest_interval_minutes: interval?,
        };
        Some(Self { plan: plan?, overrides })
    }
}

/// The account as it is now.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"user_id": "0d9c5e0e-6c1b-4a53-9d2f-000000000a11", "plan": "pro", "overrides": {"monthly_runs_limit": 800, "max_repositories": null, "max_reports": null, "shortest_interval_minutes": null}, "limits": {"monthly_runs_limit": 800, "max_repositories": 9999, "max_reports": 9999, "shortest_interval_minutes": 5}, "repositories": 2, "reports": 3}))]
pub(crate) struct AccountBody {
    user_id: String,
    #[schema(value_type = words::PlanName)]
    plan: &'static str,
    overrides: OverridesBody,
    limits: AccountLimitsBody,
    repositories: u64,
    reports: u64,
}

/// What is agreed on beside the plan; null where the plan holds.
#[derive(Serialize, ToSchema)]
struct OverridesBody {
    monthly_runs_limit: Option<u64>,
    max_repositories: Option<u64>,
    max_reports: Option<u64>,
    shortest_interval_minutes: Option<u64>,
}

/// What the account may have.
#[derive(Serialize, ToSchema)]
struct AccountLimitsBody {
    monthly_runs_limit: u64,
    max_repositories: u64,
    max_reports: u64,
    shortest_interval_minutes: u64,
}

impl From<&Account> for AccountBody {
    fn from(account: &Account) -> Self {
        let (limits, overrides) = (account.limits(), account.overrides);
        Self {
            user_id: account.user.to_string(),
            plan: account.plan.name(),
            overrides: OverridesBody {
                monthly_runs_limit: overrides.monthly_runs,
                max_repositories: overrides.repositories,
                max_reports: overrides.configurations,
                shortest_interval_minutes: overrides.shortest_interval_minutes,
            },
            limits: AccountLimitsBody {
                monthly_runs_limit: limits.monthly_runs,
                max_repositories: limits.repositories,
                max_reports: limits.configurations,
                shortest_interval_minutes: limits.shortest_interval_minutes,
            },
            repositories: account.repositories,
            reports: account.configurations,
        }
    }
}

/// Sets an account's plan and overrides.
///
/// For administrators. Each change leaves an audit entry; a higher limit wakes what waits for it.
#[utoipa::path(
    put,
    path = "/admin/accounts/{user_id}",
    operation_id = "replaceAccount",
    params(("user_id" = String, Path, description = "The user's id.", example = "0d9c5e0e-6c1b-4a53-9d2f-000000000a11")),
    request_body(content = AccountRequestBody, content_type = "application/json"),
    responses((status = 200, description = "The account as it is now.", body = AccountBody)),
    extensions(("x-problems" = json!(["CONFLICT", "FORBIDDEN"]))),
)]
pub(crate) async fn set_account(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Named(user): Named,
    uri: Uri,
    JsonBody(request): JsonBody<AccountRequest>,
) -> Result<Json<AccountBody>, Problem> {
    Parameters::of(&uri).finish()?;
    let account = api.set_limits.set(caller.user, user, request.plan, request.overrides).await;
    let account = account.map_err(|error| match error {
        LimitsError::AccountClosed => Problem::new(Code::Conflict, error.to_string()),
        LimitsError::Store(error) => error.into(),
    })?;
    Ok(Json(AccountBody::from(&account)))
}
