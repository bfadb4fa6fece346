//! `GET /report-runs/usage`: this month's usage.

use crate::routes::prelude::{
    Answer, Call, Json, Number, Parameters, Serialize, ToSchema, Uri, answer_body, examples, instant, usd, words,
};
use app::usage::UsageStatement;
use domain::account::{Limits, Plan};
use domain::usage::{Admission, BlockedReason, UsageCounter};

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
pub(crate) async fn usage(Call(api, caller): Call, uri: Uri) -> Answer<Json<UsageBody>> {
    let mut parameters = Parameters::of(&uri);
    let month = parameters.month("month");
    parameters.finish()?;
    let usage = match month {
        None => api.verbs.read_usage.current(caller.user).await?,
        Some(month) => api.verbs.read_usage.month(caller.user, month).await?,
    };
    Ok(Json(UsageBody::of(&usage)))
}

answer_body! {
    /// The month's usage. `runsUsed` is the number of runs that count; a month can have more successful runs.
    #[serde(rename_all = "camelCase")]
    #[schema(example = json!(examples::usage()))]
    pub(crate) struct UsageBody of(usage: &UsageStatement) {
        monthly_usage: MonthlyUsageBody = MonthlyUsageBody::of(&usage.counter),
        /// Whether one more run may start now.
        can_run_more: bool = usage.is_current && usage.admission == Admission::Admitted,
        /// Why no run may start. Null if one may. `slots_in_use` ends when a running run ends, the others on the 1st.
        blocked_reason: Option<&'static str> as Option<words::BlockedReason> =
            usage.admission.blocked_reason().filter(|_| usage.is_current).map(BlockedReason::as_str),
        monthly_limit: u64 = usage.limits.monthly_runs,
        runs_used: u64 = usage.counter.counted_runs,
        /// Runs that may still count in this month.
        runs_remaining: u64 = usage.remaining,
        runs_in_flight: u64 = usage.counter.in_flight(),
        uncounted_runs: UncountedRunsBody =
            UncountedRunsBody { used: usage.counter.uncounted_runs, limit: usage.limits.uncounted_runs() },
        usage_percentage: u64 = usage.percentage,
        warning: &'static str as words::UsageWarning = usage.warning.as_str(),
        resets_at: String = instant::text(usage.resets_at),
        limits: LimitsBody = LimitsBody::of(usage.account.plan, usage.limits),
        current_repositories: u64 = usage.account.repositories,
        current_reports: u64 = usage.account.configurations,
        #[doc = "Changes with every change of the month's figures. A client that has shown this revision need not \
                 read what depends\non them again."]
        revision: u64 = usage.counter.revision,
        /// The minute in which the usage was read.
        #[serde(rename = "as_of")]
        as_of: String = instant::text(usage.as_of),
    }
}

/// Runs that started and do not count (failed, cancelled, degraded, test and running ones), and how many may start in a
/// month: they cost tokens too.
#[derive(Serialize, ToSchema)]
struct UncountedRunsBody {
    used: u64,
    limit: u64,
}

answer_body! {
    /// Figures of one month.
    pub(crate) struct MonthlyUsageBody of(counter: &UsageCounter) {
        user_id: String = counter.user.to_string(),
        month: String = instant::text(counter.month.first_instant()),
        total_runs: u64 = counter.total_runs,
        successful_runs: u64 = counter.successful_runs,
        failed_runs: u64 = counter.failed_runs,
        total_tokens: u64 = counter.tokens.total(),
        #[schema(value_type = f64, minimum = 0)]
        total_cost_usd: Number = usd(counter.cost),
        last_run_at: Option<String> = counter.last_run_at.map(instant::text),
        counted_runs: u64 = counter.counted_runs,
        cancelled_runs: u64 = counter.cancelled_runs,
        degraded_runs: u64 = counter.degraded_runs,
        test_runs: u64 = counter.test_runs,
        blocked_runs: u64 = counter.blocked_runs,
        /// Runs that used tokens whose price is unknown: their cost is not in `total_cost_usd`.
        unpriced_runs: u64 = counter.unpriced_runs,
        prompt_tokens: u64 = counter.tokens.prompt(),
        completion_tokens: u64 = counter.tokens.completion(),
    }

    /// The limits that apply.
    struct LimitsBody of(plan: Plan, limits: Limits) {
        plan_name: &'static str as words::PlanName = plan.as_str(),
        monthly_runs_limit: u64 = limits.monthly_runs,
        max_repositories: u64 = limits.repositories,
        max_reports: u64 = limits.configurations,
    }
}
