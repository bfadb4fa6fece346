//! `GET,PUT,PATCH /admin/accounts/{user_id}`: an account's plan and overrides. Each change leaves an audit entry; a higher limit wakes
//! what waits for it.

use crate::Api;
use crate::auth::Caller;
use crate::body::{FromMembers, JsonObject, Members, shown};
use crate::edit::Edit;
use crate::openapi::words;
use crate::problem::{Code, Problem};
use crate::query::NoParameters;
use crate::refusal::refused;
use crate::representation::etag;
use app::accounts::LimitsError;
use app::optimistic::{self, Step};
use axum::Json;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::Response;
use domain::account::{Account, Overrides, Plan};
use domain::id::UserId;
use domain::instant;
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

/// The request body. Null means the same as an omitted member: the plan's value applies.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"plan": "pro", "monthly_runs_limit": 800}))]
#[expect(dead_code, reason = "bodies are read member by member; this is their description")]
struct AccountRequestBody {
    /// The plan.
    #[schema(value_type = words::PlanName)]
    plan: String,
    /// Runs per month.
    #[schema(maximum = 1_000_000_000)]
    monthly_runs_limit: Option<u64>,
    /// Repositories.
    #[schema(maximum = 1_000_000_000)]
    max_repositories: Option<u64>,
    /// Report configurations.
    #[schema(maximum = 1_000_000_000)]
    max_reports: Option<u64>,
    /// Minimum number of minutes between two fires of a schedule.
    #[schema(maximum = 1_000_000_000)]
    shortest_interval_minutes: Option<u64>,
    /// The limits as a GET returns them. A limit that is also given as a member of its own takes precedence.
    overrides: Option<OverridesRequestBody>,
}

/// Limits that replace the plan's.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "bodies are read member by member; this is their description")]
struct OverridesRequestBody {
    #[schema(maximum = 1_000_000_000)]
    monthly_runs_limit: Option<u64>,
    #[schema(maximum = 1_000_000_000)]
    max_repositories: Option<u64>,
    #[schema(maximum = 1_000_000_000)]
    max_reports: Option<u64>,
    #[schema(maximum = 1_000_000_000)]
    shortest_interval_minutes: Option<u64>,
}

impl FromMembers for AccountRequest {
    fn from_members(members: &mut Members) -> Option<Self> {
        let plan = members.required("plan", "the name of a plan", |text| {
            Plan::parse(text).map_err(|_| format!("'{}' is not a plan: it must be one of 'free', 'pro'", shown(text)))
        });
        let inner = members.object("overrides", |inner| overrides(inner, Overrides::default()));
        // A member beside them is the newer spelling of its caller: it counts.
        let overrides = overrides(members, inner.flatten().unwrap_or_default());
        inner?;
        Some(Self { plan: plan?, overrides: overrides? })
    }
}

/// The members that are there, and otherwise what is set `already`.
fn overrides(members: &mut Members, already: Overrides) -> Option<Overrides> {
    let mut limit = |name: &str, already: Option<u64>| {
        if members.has(name) { members.number(name, LIMIT_MAX) } else { Some(already) }
    };
    let monthly_runs = limit("monthly_runs_limit", already.monthly_runs);
    let repositories = limit("max_repositories", already.repositories);
    let configurations = limit("max_reports", already.configurations);
    let interval = limit("shortest_interval_minutes", already.shortest_interval_minutes);
    Some(Overrides {
        monthly_runs: monthly_runs?,
        repositories: repositories?,
        configurations: configurations?,
        shortest_interval_minutes: interval?,
    })
}

/// The account in its current state.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"user_id": "0d9c5e0e-6c1b-4a53-9d2f-000000000a11", "plan": "pro", "overrides": {"monthly_runs_limit": 800, "max_repositories": null, "max_reports": null, "shortest_interval_minutes": null}, "limits": {"monthly_runs_limit": 800, "max_repositories": 9999, "max_reports": 9999, "shortest_interval_minutes": 5}, "repositories": 2, "reports": 3, "closed_at": null, "deleted_at": null}))]
pub(crate) struct AccountBody {
    user_id: String,
    #[schema(value_type = words::PlanName)]
    plan: &'static str,
    overrides: OverridesBody,
    limits: AccountLimitsBody,
    repositories: u64,
    reports: u64,
    /// When the account was closed. Null while it is open.
    closed_at: Option<String>,
    /// When the last of its records was deleted; null until then.
    deleted_at: Option<String>,
}

/// Limit overrides. Null where the plan's limit applies.
#[derive(Serialize, ToSchema)]
struct OverridesBody {
    monthly_runs_limit: Option<u64>,
    max_repositories: Option<u64>,
    max_reports: Option<u64>,
    shortest_interval_minutes: Option<u64>,
}

/// The account's plan and limit overrides.
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
            closed_at: account.standing.closed_at().map(instant::text),
            deleted_at: account.standing.deleted_at().map(instant::text),
        }
    }
}

/// An account's plan, overrides and limits.
///
/// Requires the admin role.
#[utoipa::path(
    get,
    path = "/admin/accounts/{user_id}",
    operation_id = "getAccount",
    params(("user_id" = String, Path, description = "The user's id.", example = "0d9c5e0e-6c1b-4a53-9d2f-000000000a11")),
    responses((status = 200, description = "The account.", body = AccountBody)),
    extensions(("x-problems" = json!(["FORBIDDEN"]))),
)]
pub(crate) async fn get_account(
    State(api): State<Arc<Api>>,
    Named(user): Named,
    _: NoParameters,
) -> Result<Response, Problem> {
    Ok(answer(&api.accounts.account(user).await?))
}

/// Sets an account's plan and limit overrides.
///
/// Requires the admin role. Each change is recorded in an audit entry. Raising a limit resumes the configurations that
/// were paused by it. The body of a GET can be sent back: read-only members are accepted if they are unchanged.
#[utoipa::path(
    put,
    path = "/admin/accounts/{user_id}",
    operation_id = "replaceAccount",
    params(
        ("user_id" = String, Path, description = "The user's id.", example = "0d9c5e0e-6c1b-4a53-9d2f-000000000a11"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version to change. If the record has changed since, the response is 412. Without this header, or with `*`, the current version is changed.", example = "\"1\""),
    ),
    request_body(content = AccountRequestBody, content_type = "application/json"),
    responses((status = 200, description = "The account in its current state.", body = AccountBody)),
    extensions(("x-problems" = json!(["CONFLICT", "FORBIDDEN"]))),
)]
pub(crate) async fn set_account(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Named(user): Named,
    _: NoParameters,
    headers: HeaderMap,
    object: JsonObject,
) -> Result<Response, Problem> {
    edit(&api, caller, user, &headers, Edit::Replace(object)).await
}

/// Updates an account's plan and limit overrides.
///
/// Requires the admin role. Takes a JSON merge patch (RFC 7396): absent members are unchanged, null restores the plan's
/// limit. Without `If-Match` the patch applies to the current version.
#[utoipa::path(
    patch,
    path = "/admin/accounts/{user_id}",
    operation_id = "updateAccount",
    params(
        ("user_id" = String, Path, description = "The user's id.", example = "0d9c5e0e-6c1b-4a53-9d2f-000000000a11"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version to change. If the record has changed since, the response is 412. Without this header, or with `*`, the current version is changed.", example = "\"1\""),
    ),
    request_body(content = AccountRequestBody, content_type = "application/json"),
    responses((status = 200, description = "The account in its current state.", body = AccountBody)),
    extensions(("x-problems" = json!(["CONFLICT", "FORBIDDEN"]))),
)]
pub(crate) async fn update_account(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Named(user): Named,
    _: NoParameters,
    headers: HeaderMap,
    object: JsonObject,
) -> Result<Response, Problem> {
    edit(&api, caller, user, &headers, Edit::Merge(object)).await
}

async fn edit(api: &Api, caller: Caller, user: UserId, headers: &HeaderMap, edit: Edit) -> Result<Response, Problem> {
    let (edit, by_caller) = (&edit, &etag::expected(headers));
    optimistic::ensure(
        ("the edit of account", user),
        |_| async move { Ok(api.accounts.account(user).await?) },
        |found| async move {
            let expected = edit.expected(by_caller, found.limits_version).map_err(|error| refused("account", error))?;
            let AccountRequest { plan, overrides } = edit.read(&AccountBody::from(&found))?;
            match api.set_limits.set(caller.user, user, (plan, overrides), &expected).await {
                Ok(account) => Ok(Step::Done(answer(&account))),
                Err(LimitsError::AccountClosed) => {
                    Err(Problem::new(Code::Conflict, LimitsError::AccountClosed.to_string()))
                }
                Err(LimitsError::Changed(error)) if edit.repeats(by_caller, &error) => Ok(Step::Refused),
                Err(LimitsError::Changed(error)) => Err(refused("account", error)),
                Err(LimitsError::Store(error)) => Err(error.into()),
            }
        },
    )
    .await
}

fn answer(account: &Account) -> Response {
    etag::tagged(Json(AccountBody::from(account)), account.limits_version)
}
