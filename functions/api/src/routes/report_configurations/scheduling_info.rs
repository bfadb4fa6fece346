//! `GET /report-configurations/{id}/scheduling-info`: the schedule in words, and the next five fires in UTC and in the
//! configuration's time zone.

use crate::Api;
use crate::auth::Caller;
use crate::openapi::examples;
use crate::openapi::parameters::ConfigurationPath;
use crate::problem::Problem;
use crate::query::NoParameters;
use crate::routes::Id;
use axum::Json;
use axum::extract::State;
use domain::id::ConfigurationId;
use domain::instant;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// How many fires the answer has.
const FIRES: usize = 5;

/// When reports are due.
#[derive(Serialize, ToSchema)]
#[schema(example = json!(examples::scheduling()))]
#[schema(as = SchedulingInfo)]
pub(crate) struct SchedulingBody {
    schedule: String,
    /// What the expression means, in English.
    description: String,
    timezone: String,
    enabled: bool,
    /// The next due fire. Later than the schedule's own next fire while the monthly limit is reached.
    next_run_at: Option<String>,
    /// The schedule's next fire times, whether or not the configuration is enabled.
    next_runs: Vec<FireBody>,
}

/// One fire time of a schedule.
#[derive(Serialize, ToSchema)]
struct FireBody {
    #[schema(format = DateTime)]
    utc: String,
    /// Local time in the configuration's time zone, with its offset.
    #[schema(format = DateTime)]
    local: String,
}

/// When reports are due.
///
/// Returns the schedule in words and its next five fire times, in UTC and in the configuration's time zone.
#[utoipa::path(
    get,
    path = "/report-configurations/{id}/scheduling-info",
    operation_id = "getSchedulingInfo",
    params(ConfigurationPath),
    responses((status = 200, description = "The next fire times.", body = SchedulingBody)),
)]
pub(crate) async fn scheduling_info(
    State(api): State<Arc<Api>>,
    caller: Caller,
    _: NoParameters,
    Id(id): Id<ConfigurationId>,
) -> Result<Json<SchedulingBody>, Problem> {
    let found = super::found(&api, caller, id).await?;
    let schedule = &found.settings.schedule;
    let fires = schedule.upcoming(api.clock.now(), FIRES);
    Ok(Json(SchedulingBody {
        schedule: schedule.cron().to_owned(),
        description: schedule.in_words(),
        timezone: schedule.zone().to_owned(),
        enabled: found.settings.enabled,
        next_run_at: found.progress.next_run_at.map(instant::text),
        next_runs: fires
            .into_iter()
            .map(|fire| FireBody { utc: instant::text(fire), local: schedule.local_text(fire) })
            .collect(),
    }))
}
