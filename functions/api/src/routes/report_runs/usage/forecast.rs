//! `GET /report-runs/usage/forecast`: the usage at the end of the month, projected from the schedules.

use crate::routes::prelude::{Answer, Call, Json, NoParameters, answer_body, examples, instant, words};
use app::usage::{ForecastReport, UsageForecast};
use domain::usage::BlockedReason;

answer_body! {
    /// The forecast. Every due run and every running run is assumed to count, so `limit_reached_at` is the earliest
    /// possible instant.
    #[schema(example = json!(examples::forecast()))]
    pub(crate) struct ForecastBody of(usage: &UsageForecast)
        let month = &usage.month;
    {
        month: String = instant::text(usage.counter.month.first_instant()),
        as_of: String = instant::text(usage.as_of),
        resets_at: String = instant::text(usage.resets_at),
        monthly_limit: u64 = usage.limit,
        runs_used: u64 = usage.counter.counted_runs,
        runs_in_flight: u64 = usage.counter.in_flight(),
        #[doc = "Why no run may start now, as in `/report-runs/usage`. Null if one may. Every reason except \
                 `slots_in_use` blocks\nthe rest of the month."]
        blocked_reason: Option<&'static str> as Option<words::BlockedReason> =
            usage.admission.blocked_reason().map(BlockedReason::as_str),
        /// Scheduled runs still due before the month ends.
        runs_due: u64 = month.due,
        /// How many of them fit within the limit.
        runs_fitting: u64 = month.fitting,
        /// How many of them don't fit within the limit.
        runs_over_limit: u64 = month.due.saturating_sub(month.fitting),
        /// Total of the month without a limit.
        projected_runs: u64 = usage.counter.slots_used.saturating_add(month.due),
        /// When the last run that the limit allows starts. Null if the month ends below the limit.
        limit_reached_at: Option<String> = month.limit_reached_at.map(instant::text),
        /// False if the schedules fire so often that not every fire was evaluated; the numbers are then too small.
        complete: bool = month.is_complete,
        reports: Vec<ReportForecastBody> = usage.reports.iter().map(ReportForecastBody::of).collect(),
    }

    /// Forecast of one report configuration.
    pub(crate) struct ReportForecastBody of(report: &ForecastReport)
        let (found, forecast) = (&report.configuration, &report.forecast);
    {
        configuration_id: String = found.id.to_string(),
        name: Option<String> = found.settings.name.clone(),
        schedule: String = found.settings.schedule.cron().to_owned(),
        timezone: String = found.settings.schedule.zone().to_owned(),
        enabled: bool = found.settings.enabled,
        next_run_at: Option<String> = found.progress.next_run_at.map(instant::text),
        runs_due: u64 = forecast.due,
        runs_fitting: u64 = forecast.fitting,
        runs_over_limit: u64 = forecast.due.saturating_sub(forecast.fitting),
    }
}

/// Returns the projected usage at the end of the month, from the existing schedules.
///
/// Every due run and every running run is assumed to count, so this is the earliest instant at which the limit can be
/// reached.
#[utoipa::path(
    get,
    path = "/report-runs/usage/forecast",
    operation_id = "getUsageForecast",
    responses((status = 200, description = "The forecast, by report configuration.", body = ForecastBody)),
)]
pub(crate) async fn forecast(Call(api, caller): Call, _: NoParameters) -> Answer<Json<ForecastBody>> {
    let forecast = api.verbs.forecast_usage.month(caller.user).await?;
    Ok(Json(ForecastBody::of(&forecast)))
}
