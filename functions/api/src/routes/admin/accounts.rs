//! `PUT /admin/accounts/{user_id}`: an account's plan and overrides. Each change leaves an audit entry; a higher limit wakes
//! what waits for it.

use crate::Api;
use crate::auth::Caller;
use crate::body::{FromMembers, JsonBody, Members, shown};
use crate::problem::Problem;
use crate::query::Parameters;
use app::holdings::LimitsError;
use axum::Json;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::Uri;
use axum::http::request::Parts;
use domain::account::{Account, Overrides, Plan};
use domain::id::UserId;
use serde::Serialize;
use std::sync::Arc;

/// The largest limit that can be agreed on: beyond any plan, and far from the end of numbers.
const LIMIT_MAX: u64 = 1_000_000_000;

/// The account that an administrator names. It can be read from no other route.
pub(crate) struct Named(UserId);

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
#[derive(Serialize)]
pub(crate) struct AccountBody {
    user_id: String,
    plan: &'static str,
    overrides: LimitsBody<Option<u64>>,
    limits: LimitsBody<u64>,
    repositories: u64,
    reports: u64,
}

#[derive(Serialize)]
struct LimitsBody<T> {
    monthly_runs_limit: T,
    max_repositories: T,
    max_reports: T,
    shortest_interval_minutes: T,
}

impl From<&Account> for AccountBody {
    fn from(account: &Account) -> Self {
        let (limits, overrides) = (account.limits(), account.overrides);
        Self {
            user_id: account.user.to_string(),
            plan: account.plan.name(),
            overrides: LimitsBody {
                monthly_runs_limit: overrides.monthly_runs,
                max_repositories: overrides.repositories,
                max_reports: overrides.configurations,
                shortest_interval_minutes: overrides.shortest_interval_minutes,
            },
            limits: LimitsBody {
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

pub(crate) async fn set_account(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Named(user): Named,
    uri: Uri,
    JsonBody(request): JsonBody<AccountRequest>,
) -> Result<Json<AccountBody>, Problem> {
    Parameters::of(&uri).finish()?;
    let account = api.set_limits.set(caller.user, user, request.plan, request.overrides).await;
    let account = account.map_err(|LimitsError::Store(error)| Problem::from(error))?;
    Ok(Json(AccountBody::from(&account)))
}
