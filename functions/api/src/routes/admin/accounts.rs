//! `GET,PUT,PATCH /admin/accounts/{user_id}`: an account's plan and overrides. Each change has an audit entry; a
//! higher limit resumes the configurations that wait for it.

use crate::Api;
use crate::auth::Caller;
use crate::edit::Edit;
use crate::openapi::parameters::{IfMatch, UserPath};
use crate::openapi::{examples, words};
use crate::problem::{Code, Problem};
use crate::query::NoParameters;
use crate::refusal::refused;
use crate::representation::etag;
use crate::request::{Given, JsonObject, Limit, request_body};
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
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// The account that an administrator names. No other route can read it.
pub(crate) struct Named(pub(super) UserId);

impl FromRequestParts<Arc<Api>> for Named {
    type Rejection = Problem;

    /// A caller without the role is refused whatever the id is.
    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, Problem> {
        Caller::from_request_parts(parts, api).await?.require_admin()?;
        let none = || Problem::not_found("account");
        let Path(text) = Path::<String>::from_request_parts(parts, api).await.map_err(|_| none())?;
        crate::auth::named_by_admin(&text).map(Self).ok_or_else(none)
    }
}

request_body! {
    /// The request body. Null means the same as an omitted member: the plan's value applies.
    pub(crate) struct AccountRequestBody {
        plan: Plan,
        /// Runs per month.
        monthly_runs_limit: Given<Limit>,
        /// Repositories.
        max_repositories: Given<Limit>,
        /// Report configurations.
        max_reports: Given<Limit>,
        /// Minimum number of minutes between two fires of a schedule.
        shortest_interval_minutes: Given<Limit>,
        /// The limits as a GET returns them. A limit that is also given as a member of its own takes precedence.
        overrides: Option<OverridesRequestBody>,
    }
    computed: ["repositories", "reports"];
    example: examples::account_request();
}

request_body! {
    /// Limits that replace the plan's.
    pub(crate) struct OverridesRequestBody {
        monthly_runs_limit: Option<Limit>,
        max_repositories: Option<Limit>,
        max_reports: Option<Limit>,
        shortest_interval_minutes: Option<Limit>,
    }
}

impl AccountRequestBody {
    fn overrides(&self) -> Overrides {
        let inner = self.overrides.as_ref();
        Overrides {
            monthly_runs: or_inner(&self.monthly_runs_limit, inner.and_then(|inner| inner.monthly_runs_limit)),
            repositories: or_inner(&self.max_repositories, inner.and_then(|inner| inner.max_repositories)),
            configurations: or_inner(&self.max_reports, inner.and_then(|inner| inner.max_reports)),
            shortest_interval_minutes: or_inner(
                &self.shortest_interval_minutes,
                inner.and_then(|inner| inner.shortest_interval_minutes),
            ),
        }
    }
}

/// A limit beside the object `overrides`, else the one in it.
fn or_inner(outer: &Given<Limit>, inner: Option<Limit>) -> Option<u64> {
    match outer {
        Given::Absent => inner.map(|limit| limit.0),
        Given::Null => None,
        Given::Value(limit) => Some(limit.0),
    }
}

/// The account in its current state.
#[derive(Serialize, ToSchema)]
#[schema(example = json!(examples::account()))]
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
            plan: account.plan.as_str(),
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
    params(UserPath),
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
/// were paused by it. The body of a GET can be sent back: read-only members are accepted if they
/// are unchanged, and the numbers of records with any value.
#[utoipa::path(
    put,
    path = "/admin/accounts/{user_id}",
    operation_id = "replaceAccount",
    params(UserPath, IfMatch),
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
    params(UserPath, IfMatch),
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
            let request: AccountRequestBody = edit.parse(&AccountBody::from(&found))?;
            match api.verbs.set_limits.set(caller.user, user, (request.plan, request.overrides()), &expected).await {
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
