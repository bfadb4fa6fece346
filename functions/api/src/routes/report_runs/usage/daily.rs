//! `GET /report-runs/usage/daily?month=YYYY-MM`: a month by UTC day. The days add up to the month's usage.

use crate::routes::prelude::{
    Answer, Call, Json, ListBody, MonthQuery, Number, Parameters, Uri, answer_body, examples, usd,
};
use domain::run::DayUsage;

answer_body! {
    /// One day of a month.
    #[schema(example = json!(examples::day_usage()))]
    pub(crate) struct DayUsageBody of(day: &DayUsage) {
        date: String = day.date.to_string(),
        total_runs: u64 = day.total_runs,
        counted_runs: u64 = day.counted_runs,
        successful_runs: u64 = day.successful_runs,
        failed_runs: u64 = day.failed_runs,
        cancelled_runs: u64 = day.cancelled_runs,
        /// Runs that used tokens whose price is unknown: their cost is not in `total_cost_usd`.
        unpriced_runs: u64 = day.unpriced_runs,
        total_tokens: u64 = day.tokens.total(),
        prompt_tokens: u64 = day.tokens.prompt(),
        completion_tokens: u64 = day.tokens.completion(),
        #[schema(value_type = f64, minimum = 0)]
        total_cost_usd: Number = usd(day.cost),
    }
}

/// Returns the usage of a month by UTC day.
///
/// The days add up to the month's usage. A run that is still running is on the day of the last run that began.
#[utoipa::path(
    get,
    path = "/report-runs/usage/daily",
    operation_id = "getDailyUsage",
    params(MonthQuery),
    responses((status = 200, description = "Every day of the month.", body = ListBody<DayUsageBody>)),
)]
pub(crate) async fn daily(Call(api, caller): Call, uri: Uri) -> Answer<Json<ListBody<DayUsageBody>>> {
    let mut parameters = Parameters::of(&uri);
    let month = parameters.month("month");
    parameters.finish()?;
    let usage = api.verbs.read_history.days(caller.user, month).await?;
    Ok(Json(ListBody::whole(usage.days.iter().map(DayUsageBody::of).collect())))
}
