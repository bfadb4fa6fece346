//! `GET /report-runs/usage/forecast`: the usage at the end of the month, projected from the schedules.

use crate::Api;
use crate::auth::Caller;
use crate::openapi::{examples, words};
use crate::problem::Problem;
use crate::query::NoParameters;
use app::usage::{ForecastReport, UsageForecast};
use axum::Json;
use axum::extract::State;
use domain::instant;
use domain::usage::BlockedReason;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// The forecast. Every due run and every running run is assumed to count, so `limit_reached_at` is the earliest
/// possible instant.
#[derive(Serialize, ToSchema)]
#[schema(example = json!(examples::forecast()))]
pub(crate) struct ForecastBody {
    month: String,
    as_of: String,
    resets_at: String,
    monthly_limit: u64,
    runs_used: u64,
    runs_in_flight: u64,
    /// Why no run may start now, as in `/report-runs/usage`. Null if one may. Every reason except `slots_in_use` blocks
    /// the rest of the month.
    #[schema(value_type = Option<words::BlockedReason>)]
    blocked_reason: Option<&'static str>,
    /// Scheduled runs still due before the month ends.
    runs_due: u64,
    /// How many of them fit within the limit.
    runs_fitting: u64,
    /// How many of them don't fit within the limit.
    runs_over_limit: u64,
    /// Total of the month without a limit.
    projected_runs: u64,
    /// When the last run that the limit allows starts. Null if the month ends below the limit.
    limit_reached_at: Option<String>,
    /// False if the schedules fire so often that not every fire was evaluated; the numbers are then too small.
    complete: bool,
    reports: Vec<ReportForecastBody>,
}

/// Forecast of one report configuration.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportForecastBody {
    configuration_id: String,
    name: Option<String>,
    schedule: String,
    timezone: String,
    enabled: bool,
    next_run_at: Option<String>,
    runs_due: u64,
    runs_fitting: u64,
    runs_over_limit: u64,
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
pub(crate) async fn forecast(
    State(api): State<Arc<Api>>,
    caller: Caller,
    _: NoParameters,
) -> Result<Json<ForecastBody>, Problem> {
    let forecast = api.verbs.forecast_usage.month(caller.user).await?;
    Ok(Json(ForecastBody::from(&forecast)))
}

impl From<&UsageForecast> for ForecastBody {
    fn from(usage: &UsageForecast) -> Self {
        let month = &usage.month;
        Self {
            month: instant::text(usage.counter.month.first_instant()),
            as_of: instant::text(usage.as_of),
            resets_at: instant::text(usage.resets_at),
            monthly_limit: usage.limit,
            runs_used: usage.counter.counted_runs,
            runs_in_flight: usage.counter.in_flight(),
            blocked_reason: usage.admission.blocked_reason().map(BlockedReason::as_str),
            runs_due: month.due,
            runs_fitting: month.fitting,
            runs_over_limit: month.due.saturating_sub(month.fitting),
            projected_runs: usage.counter.slots_used.saturating_add(month.due),
            limit_reached_at: month.limit_reached_at.map(instant::text),
            complete: month.is_complete,
            reports: usage.reports.iter().map(ReportForecastBody::from).collect(),
        }
    }
}

impl From<&ForecastReport> for ReportForecastBody {
    fn from(report: &ForecastReport) -> Self {
        let (found, forecast) = (&report.configuration, &report.forecast);
        Self {
            configuration_id: found.id.to_string(),
            name: found.settings.name.clone(),
            schedule: found.settings.schedule.cron().to_owned(),
            timezone: found.settings.schedule.zone().to_owned(),
            enabled: found.settings.enabled,
            next_run_at: found.progress.next_run_at.map(instant::text),
            runs_due: forecast.due,
            runs_fitting: forecast.fitting,
            runs_over_limit: forecast.due.saturating_sub(forecast.fitting),
        }
    }
}
