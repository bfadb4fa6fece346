//! `GET,PUT,PATCH /admin/accounts/{user_id}`: an account's plan and overrides. Each change has an audit entry; a
//! higher limit resumes the configurations that wait for it.

use crate::request::{Given, Limit};
use crate::routes::prelude::{
    Answer, Api, Arc, Call, Caller, Code, Edit, IfMatch, Json, NoParameters, Problem, State, UserId, UserPath,
    answer_body, etag, examples, instant, refused, request_body, words,
};
use app::accounts::LimitsError;
use app::optimistic::{self, Step};
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use domain::account::{Account, AuditEntry, Limits, Overrides, Plan};

/// The changes that an answer shows.
const AUDIT_ENTRIES: usize = 20;

/// The account that an administrator names. No other route can read it.
pub(crate) struct Named(pub(super) UserId);

impl FromRequestParts<Arc<Api>> for Named {
    type Rejection = Problem;

    /// A caller without the role is refused whatever the id is.
    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Answer<Self> {
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
    computed: ["repositories", "reports", "audit"];
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

answer_body! {
    /// The account in its current state.
    #[schema(example = json!(examples::account()))]
    pub(crate) struct AccountBody of(account: &Account, audit: &[AuditEntry]) {
        user_id: String = account.user.to_string(),
        plan: &'static str as words::PlanName = account.plan.as_str(),
        overrides: OverridesBody = OverridesBody::of(account.overrides),
        limits: AccountLimitsBody = AccountLimitsBody::of(account.limits()),
        repositories: u64 = account.repositories,
        reports: u64 = account.configurations,
        /// When the account was closed. Null while it is open.
        closed_at: Option<String> = account.standing.closed_at().map(instant::text),
        /// When the last of its records was deleted; null until then.
        deleted_at: Option<String> = account.standing.deleted_at().map(instant::text),
        /// The last 20 changes of plan and limits, and the closing; newest first.
        audit: Vec<AuditEntryBody> = audit.iter().map(AuditEntryBody::of).collect(),
    }

    /// A change of the account.
    struct AuditEntryBody of(entry: &AuditEntry) {
        at: String = instant::text(entry.at),
        /// The user who made it.
        #[schema(format = "uuid")]
        by: String = entry.by.to_string(),
        /// What changed, in words.
        change: String = entry.change.in_words(),
    }

    /// Limit overrides. Null where the plan's limit applies.
    struct OverridesBody of(overrides: Overrides) {
        monthly_runs_limit: Option<u64> = overrides.monthly_runs,
        max_repositories: Option<u64> = overrides.repositories,
        max_reports: Option<u64> = overrides.configurations,
        shortest_interval_minutes: Option<u64> = overrides.shortest_interval_minutes,
    }

    /// The account's plan and limit overrides.
    struct AccountLimitsBody of(limits: Limits) {
        monthly_runs_limit: u64 = limits.monthly_runs,
        max_repositories: u64 = limits.repositories,
        max_reports: u64 = limits.configurations,
        shortest_interval_minutes: u64 = limits.shortest_interval_minutes,
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
pub(crate) async fn get_account(State(api): State<Arc<Api>>, Named(user): Named, _: NoParameters) -> Answer {
    answer(&api, &api.accounts.account(user).await?).await
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
pub(crate) async fn set_account(Call(api, caller): Call, Named(user): Named, edit: Edit) -> Answer {
    apply(&api, caller, user, &edit).await
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
pub(crate) async fn update_account(Call(api, caller): Call, Named(user): Named, edit: Edit) -> Answer {
    apply(&api, caller, user, &edit).await
}

/// Applies an edit to the current record.
async fn apply(api: &Api, caller: Caller, user: UserId, edit: &Edit) -> Answer {
    optimistic::ensure(
        ("the edit of account", user),
        |_| async move { Ok(api.accounts.account(user).await?) },
        |found| async move {
            let expected = edit.expected(found.limits_version).map_err(|error| refused("account", error))?;
            let request: AccountRequestBody = edit.parse(&AccountBody::of(&found, &[]))?;
            match api.verbs.set_limits.set(caller.user, user, (request.plan, request.overrides()), &expected).await {
                Ok(account) => Ok(Step::Done(answer(api, &account).await?)),
                Err(LimitsError::AccountClosed) => {
                    Err(Problem::new(Code::Conflict, LimitsError::AccountClosed.to_string()))
                }
                Err(LimitsError::Changed(error)) if edit.repeats(&error) => Ok(Step::Refused),
                Err(LimitsError::Changed(error)) => Err(refused("account", error)),
                Err(LimitsError::Store(error)) => Err(error.into()),
            }
        },
    )
    .await
}

async fn answer(api: &Api, account: &Account) -> Answer {
    let audit = api.audits.audit(account.user, AUDIT_ENTRIES).await?;
    Ok(etag::tagged(Json(AccountBody::of(account, &audit)), account.limits_version))
}
