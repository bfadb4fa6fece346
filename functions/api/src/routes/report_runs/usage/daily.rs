//! `GET /report-runs/usage/daily?month=YYYY-MM`: a month by UTC day, from its runs. The days add up to the month's
//! usage.

use crate::Api;
use crate::auth::Caller;
use crate::money::usd;
use crate::openapi::examples;
use crate::openapi::parameters::MonthQuery;
use crate::page::ListBody;
use crate::problem::Problem;
use crate::query::Parameters;
use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use domain::run::DayUsage;
use serde::Serialize;
use serde_json::Number;
use std::sync::Arc;
use utoipa::ToSchema;

/// One day of a month.
#[derive(Serialize, ToSchema)]
#[schema(example = json!(examples::day_usage()))]
pub(crate) struct DayUsageBody {
    date: String,
    total_runs: u64,
    counted_runs: u64,
    successful_runs: u64,
    failed_runs: u64,
    cancelled_runs: u64,
    /// Runs that used tokens whose price is unknown: their cost is not in `total_cost_usd`.
    unpriced_runs: u64,
    total_tokens: u64,
    prompt_tokens: u64,
    completion_tokens: u64,
    #[schema(value_type = f64, minimum = 0)]
    total_cost_usd: Number,
}

/// Returns the usage of a month by UTC day.
///
/// The days add up to the month's usage.
#[utoipa::path(
    get,
    path = "/report-runs/usage/daily",
    operation_id = "getDailyUsage",
    params(MonthQuery),
    responses((status = 200, description = "Every day of the month.", body = ListBody<DayUsageBody>)),
)]
pub(crate) async fn daily(
    State(api): State<Arc<Api>>,
    caller: Caller,
    uri: Uri,
) -> Result<Json<ListBody<DayUsageBody>>, Problem> {
    let mut parameters = Parameters::of(&uri);
    let month = parameters.month("month");
    parameters.finish()?;
    let usage = api.verbs.read_history.days(caller.user, month).await?;
    Ok(Json(ListBody::whole(usage.days.iter().map(DayUsageBody::from).collect())))
}

impl From<&DayUsage> for DayUsageBody {
    fn from(day: &DayUsage) -> Self {
        Self {
            date: day.date.to_string(),
            total_runs: day.total_runs,
            counted_runs: day.counted_runs,
            successful_runs: day.successful_runs,
            failed_runs: day.failed_runs,
            cancelled_runs: day.cancelled_runs,
            unpriced_runs: day.unpriced_runs,
            total_tokens: day.tokens.total(),
            prompt_tokens: day.tokens.prompt(),
            completion_tokens: day.tokens.completion(),
            total_cost_usd: usd(day.cost),
        }
    }
}
