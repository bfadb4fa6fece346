//! `GET /admin/usage?month=YYYY-MM`: the usage of all accounts in a month.

use crate::routes::prelude::{
    Answer, Call, Json, MonthQuery, Number, Parameters, Uri, answer_body, examples, instant, usd, words,
};
use app::usage::FleetUsage;
use domain::configuration::Writer;
use domain::run::{DayFigures, FleetTotals, ModelUse, total};
use std::cmp::Reverse;

answer_body! {
    /// The usage of all accounts. Runs that are still running are not included.
    #[schema(example = json!(examples::fleet()))]
    pub(crate) struct FleetUsageBody of(usage: &FleetUsage)
        let totals = &usage.totals;
        let sum = total(totals.days.values());
        let days = usage.month.days().map(|date| date.to_string()).zip(1_u32..);
    {
        month: String = instant::text(usage.month.first_instant()),
        /// When the oldest of the sums were made. Null before the first sums.
        as_of: Option<String> = usage.as_of.map(instant::text),
        /// Accounts with a run that ended in the month, or a blocked report.
        accounts: u64 = totals.accounts,
        totals: FleetTotalsBody = FleetTotalsBody::of(&sum),
        /// Every day of the month.
        days: Vec<FleetDayBody> = days
            .map(|(date, day)| FleetDayBody::of(date, &totals.days.get(&day).copied().unwrap_or_default()))
            .collect(),
        /// Failed runs, the most frequent code first.
        error_codes: Vec<FleetErrorBody> = error_codes(totals),
        /// The most expensive first. `none` is of runs that called no model, `other` the sum of rare models.
        models: Vec<FleetModelBody> = models(totals),
    }

    /// Sums of a month over all accounts.
    struct FleetTotalsBody of(sum: &DayFigures) {
        /// Runs that ended.
        runs: u64 = sum.runs(),
        successful_runs: u64 = sum.successful_runs,
        failed_runs: u64 = sum.failed_runs,
        cancelled_runs: u64 = sum.cancelled_runs,
        counted_runs: u64 = sum.counted_runs,
        degraded_runs: u64 = sum.degraded_runs,
        /// Tests among `runs`.
        test_runs: u64 = sum.test_runs,
        /// Due reports that were not started.
        blocked_runs: u64 = sum.blocked_runs,
        /// Runs that used tokens whose price is unknown: their cost is not in `cost_usd`.
        unpriced_runs: u64 = sum.unpriced_runs,
        total_tokens: u64 = sum.tokens.total(),
        #[schema(value_type = f64, minimum = 0)]
        cost_usd: Number = usd(sum.cost),
    }

    /// One UTC day.
    struct FleetDayBody of(date: String, figures: &DayFigures) {
        #[schema(format = Date)]
        day: String = date,
        successful_runs: u64 = figures.successful_runs,
        failed_runs: u64 = figures.failed_runs,
        cancelled_runs: u64 = figures.cancelled_runs,
        test_runs: u64 = figures.test_runs,
        blocked_runs: u64 = figures.blocked_runs,
        total_tokens: u64 = figures.tokens.total(),
        #[schema(value_type = f64, minimum = 0)]
        cost_usd: Number = usd(figures.cost),
    }

    /// Failed runs with one code.
    struct FleetErrorBody of(error: &'static str, failed: u64) {
        code: &'static str as words::RunErrorCode = error,
        runs: u64 = failed,
    }

    /// What runs of one model used.
    struct FleetModelBody of(name: Option<&str>, used: &ModelUse) {
        model: String = name.unwrap_or(Writer::NONE).to_owned(),
        runs: u64 = used.runs,
        total_tokens: u64 = used.total_tokens,
        #[schema(value_type = f64, minimum = 0)]
        cost_usd: Number = usd(used.cost),
    }
}

fn error_codes(totals: &FleetTotals) -> Vec<FleetErrorBody> {
    let mut codes: Vec<(&'static str, u64)> = totals.errors.iter().map(|(code, runs)| (*code, *runs)).collect();
    codes.sort_by_key(|(code, runs)| (Reverse(*runs), *code));
    codes.into_iter().map(|(code, runs)| FleetErrorBody::of(code, runs)).collect()
}

fn models(totals: &FleetTotals) -> Vec<FleetModelBody> {
    let mut models: Vec<(&Option<String>, &ModelUse)> = totals.models.iter().collect();
    models.sort_by_key(|(_, used)| Reverse((used.cost, used.runs)));
    models.into_iter().map(|(model, used)| FleetModelBody::of(model.as_deref(), used)).collect()
}

/// Returns the usage of all accounts in a month.
///
/// Requires the admin role. The sums are at most ten minutes old. They are written again only if they have changed or
/// are ten minutes old, so `as_of`, which is when they were made, may be 20 minutes old. Accounts that were deleted are
/// not included; they leave the sums of the last 14 months within a day.
#[utoipa::path(
    get,
    path = "/admin/usage",
    operation_id = "getFleetUsage",
    params(MonthQuery),
    responses((status = 200, description = "The usage of all accounts.", body = FleetUsageBody)),
    extensions(("x-problems" = json!(["FORBIDDEN"]))),
)]
pub(crate) async fn fleet_usage(Call(api, caller): Call, uri: Uri) -> Answer<Json<FleetUsageBody>> {
    caller.require_admin()?;
    let mut parameters = Parameters::of(&uri);
    let month = parameters.month("month");
    parameters.finish()?;
    Ok(Json(FleetUsageBody::of(&api.verbs.read_fleet.month(month).await?)))
}
