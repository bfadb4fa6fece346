//! `GET /report-configurations/{id}/scheduling-info`: the schedule in words, and the next five fires in UTC and in the
//! configuration's time zone.

use crate::routes::prelude::{
    Answer, Call, ConfigurationId, ConfigurationPath, Id, Instant, Json, NoParameters, answer_body, examples, instant,
};
use domain::configuration::Configuration;
use domain::schedule::Schedule;

/// How many fires the answer has.
const FIRES: usize = 5;

answer_body! {
    /// When reports are due.
    #[schema(example = json!(examples::scheduling()))]
    #[schema(as = SchedulingInfo)]
    pub(crate) struct SchedulingBody of(found: &Configuration, now: Instant)
        let schedule = &found.settings.schedule;
    {
        schedule: String = schedule.cron().to_owned(),
        /// What the expression means, in English.
        description: String = schedule.in_words(),
        timezone: String = schedule.zone().to_owned(),
        enabled: bool = found.settings.enabled,
        /// The next due fire. Later than the schedule's own next fire while the monthly limit is reached.
        next_run_at: Option<String> = found.progress.next_run_at.map(instant::text),
        /// The schedule's next fire times, whether or not the configuration is enabled.
        next_runs: Vec<FireBody> =
            schedule.upcoming(now, FIRES).into_iter().map(|fire| FireBody::of(schedule, fire)).collect(),
    }

    /// One fire time of a schedule.
    struct FireBody of(schedule: &Schedule, fire: Instant) {
        #[schema(format = DateTime)]
        utc: String = instant::text(fire),
        /// Local time in the configuration's time zone, with its offset.
        #[schema(format = DateTime)]
        local: String = schedule.local_text(fire),
    }
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
    Call(api, caller): Call,
    _: NoParameters,
    Id(id): Id<ConfigurationId>,
) -> Answer<Json<SchedulingBody>> {
    let found = super::found(&api, caller, id).await?;
    Ok(Json(SchedulingBody::of(&found, api.clock.now())))
}
