//! `GET /report-runs/usage`: this month's usage.

use crate::Api;
use crate::auth::Caller;
use crate::money::usd;
use crate::openapi::{examples, words};
use crate::problem::Problem;
use crate::query::Parameters;
use app::usage::UsageStatement;
use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use domain::instant;
use domain::usage::{Admission, BlockedReason, UsageCounter};
use serde::Serialize;
use serde_json::Number;
use std::sync::Arc;
use utoipa::ToSchema;

/// Returns the usage of a month.
///
/// `runsUsed` is the number of runs that count; a month can have more successful runs. `warning` is `none` below 80 %
/// of the limit, `approaching` from 80 %, and `reached` at 100 %.
#[utoipa::path(
    get,
    path = "/report-runs/usage",
    operation_id = "getUsage",
    params((
        "month" = Option<String>,
        Query,
        description = "A month in UTC. Defaults to the current month. For another month `canRunMore` is false. The \
                       limits are the current ones.",
        pattern = r"^\d{4}-(0[1-9]|1[0-2])$",
        example = "2026-01",
    )),
    responses((status = 200, description = "The usage.", body = UsageBody)),
)]
pub(crate) async fn usage(State(api): State<Arc<Api>>, caller: Caller, uri: Uri) -> Result<Json<UsageBody>, Problem> {
    let mut parameters = Parameters::of(&uri);
    let month = parameters.month("month");
    parameters.finish()?;
    let usage = match month {
        None => api.verbs.read_usage.current(caller.user).await?,
        Some(month) => api.verbs.read_usage.month(caller.user, month).await?,
    };
    Ok(Json(UsageBody::from(&usage)))
}

/// The month's usage. `runsUsed` is the number of runs that count; a month can have more successful runs.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!(examples::usage()))]
pub(crate) struct UsageBody {
    monthly_usage: MonthlyUsageBody,
    /// Whether one more run may start now.
    can_run_more: bool,
    /// Why no run may start. Null if one may. `slots_in_use` ends when a running run ends, the others on the 1st.
    #[schema(value_type = Option<words::BlockedReason>)]
    blocked_reason: Option<&'static str>,
    monthly_limit: u64,
    runs_used: u64,
    /// Runs that may still count in this month.
    runs_remaining: u64,
    runs_in_flight: u64,
    uncounted_runs: UncountedRunsBody,
    usage_percentage: u64,
    #[schema(value_type = words::UsageWarning)]
    warning: &'static str,
    resets_at: String,
    limits: LimitsBody,
    current_repositories: u64,
    current_reports: u64,
}

/// Runs that started and do not count (failed, cancelled, degraded, test and running ones), and how many may start in a
/// month: they cost tokens too.
#[derive(Serialize, ToSchema)]
struct UncountedRunsBody {
    used: u64,
    limit: u64,
}

/// Figures of one month.
#[derive(Serialize, ToSchema)]
pub(crate) struct MonthlyUsageBody {
    user_id: String,
    month: String,
    total_runs: u64,
    successful_runs: u64,
    failed_runs: u64,
    total_tokens: u64,
    #[schema(value_type = f64, minimum = 0)]
    total_cost_usd: Number,
    last_run_at: Option<String>,
    counted_runs: u64,
    cancelled_runs: u64,
    degraded_runs: u64,
    test_runs: u64,
    blocked_runs: u64,
    /// Runs that used tokens whose price is unknown: their cost is not in `total_cost_usd`.
    unpriced_runs: u64,
    prompt_tokens: u64,
    completion_tokens: u64,
}

/// The limits that apply.
#[derive(Serialize, ToSchema)]
struct LimitsBody {
    #[schema(value_type = words::PlanName)]
    plan_name: &'static str,
    monthly_runs_limit: u64,
    max_repositories: u64,
    max_reports: u64,
}

impl From<&UsageStatement> for UsageBody {
    fn from(usage: &UsageStatement) -> Self {
        let limit = usage.limits.monthly_runs;
        Self {
            monthly_usage: MonthlyUsageBody::from(&usage.counter),
            can_run_more: usage.is_current && usage.admission == Admission::Admitted,
            blocked_reason: usage.admission.blocked_reason().filter(|_| usage.is_current).map(BlockedReason::as_str),
            monthly_limit: limit,
            runs_used: usage.counter.counted_runs,
            runs_remaining: usage.remaining,
            runs_in_flight: usage.counter.in_flight(),
            uncounted_runs: UncountedRunsBody {
                used: usage.counter.uncounted_runs,
                limit: usage.limits.uncounted_runs(),
            },
            usage_percentage: usage.percentage,
            warning: usage.warning.as_str(),
            resets_at: instant::text(usage.resets_at),
            limits: LimitsBody {
                plan_name: usage.account.plan.as_str(),
                monthly_runs_limit: limit,
                max_repositories: usage.limits.repositories,
                max_reports: usage.limits.configurations,
            },
            current_repositories: usage.account.repositories,
            current_reports: usage.account.configurations,
        }
    }
}

impl From<&UsageCounter> for MonthlyUsageBody {
    fn from(counter: &UsageCounter) -> Self {
        Self {
            user_id: counter.user.to_string(),
            month: instant::text(counter.month.first_instant()),
            total_runs: counter.total_runs,
            successful_runs: counter.successful_runs,
            failed_runs: counter.failed_runs,
            total_tokens: counter.tokens.total(),
            total_cost_usd: usd(counter.cost),
            last_run_at: counter.last_run_at.map(instant::text),
            counted_runs: counter.counted_runs,
            cancelled_runs: counter.cancelled_runs,
            degraded_runs: counter.degraded_runs,
            test_runs: counter.test_runs,
            blocked_runs: counter.blocked_runs,
            unpriced_runs: counter.unpriced_runs,
            prompt_tokens: counter.tokens.prompt(),
            completion_tokens: counter.tokens.completion(),
        }
    }
}
