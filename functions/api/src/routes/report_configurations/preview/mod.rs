//! `POST /report-configurations/preview`: what settings would lead to, before they are saved.

mod request;

use self::request::PreviewRequestBody;
use super::body::QuotaImpactBody;
use crate::routes::prelude::{
    Answer, Call, FieldError, Instant, Json, JsonBody, Parameters, Uri, answer_body, examples, instant, refused,
};
use app::holdings::Preview;
use app::usage::UsageForecast;
use domain::schedule::Schedule;

/// How many fires the answer has.
const FIRES: usize = 5;

answer_body! {
    /// What is known of a configuration that is not saved.
    #[schema(example = json!(examples::preview()))]
    pub(crate) struct PreviewBody of(preview: &Preview, problems: &[FieldError]) {
        /// Null without a valid expression and time zone.
        schedule: Option<PreviewScheduleBody> =
            preview.schedule.as_ref().map(|schedule| PreviewScheduleBody::of(schedule, preview.now)),
        /// Null without a schedule.
        quota_impact: Option<QuotaImpactBody> =
            preview.quota_impact.map(|impact| QuotaImpactBody::of(impact, preview.limit)),
        /// The current month with this configuration. Null without a schedule.
        forecast: Option<PreviewForecastBody> = preview.forecast.as_ref().map(PreviewForecastBody::of),
        /// Why a request to save it would be refused, as far as that can be checked without a request to the git host
        /// or the model provider.
        problems: Vec<PreviewProblemBody> = problems.iter().map(PreviewProblemBody::of).collect(),
    }

    /// When the report would be due.
    struct PreviewScheduleBody of(schedule: &Schedule, now: Instant) {
        expression: String = schedule.cron().to_owned(),
        timezone: String = schedule.zone().to_owned(),
        /// What the expression means, in English.
        words: String = schedule.in_words(),
        /// The next five fire times, whether or not the configuration is enabled.
        next_fires: Vec<PreviewFireBody> =
            schedule.upcoming(now, FIRES).into_iter().map(|fire| PreviewFireBody::of(schedule, fire)).collect(),
    }

    /// One fire time.
    struct PreviewFireBody of(schedule: &Schedule, fire: Instant) {
        #[schema(format = DateTime)]
        at: String = instant::text(fire),
        /// Local time in the schedule's time zone, with its offset.
        #[schema(format = DateTime)]
        local: String = schedule.local_text(fire),
    }

    /// The current month under the current limit.
    struct PreviewForecastBody of(forecast: &UsageForecast)
        let month = &forecast.month;
    {
        monthly_runs_limit: u64 = forecast.limit,
        /// Counted runs.
        used: u64 = forecast.counter.counted_runs,
        /// Used, running and due runs to the end of the month, as if there were no limit.
        expected_runs: u64 = forecast.counter.slots_used.saturating_add(month.due),
        /// When the last run that the limit allows starts. Null if the month ends below the limit.
        limit_reached_at: Option<String> = month.limit_reached_at.map(instant::text),
        /// Due runs that don't fit within the limit.
        reports_that_do_not_fit: u64 = month.due.saturating_sub(month.fitting),
    }

    /// A value that would be refused.
    struct PreviewProblemBody of(error: &FieldError) {
        /// JSON pointer to the member; empty if the problem is not about one member.
        pointer: String = error.pointer.clone(),
        detail: String = error.detail.clone(),
    }
}

/// Returns what settings of a report configuration would lead to.
///
/// Saves nothing. Every member is optional; with `id`, members that are omitted have the values of the saved
/// configuration, whose share of the forecast is replaced. Invalid values are listed in `problems`, and what follows
/// from the others is returned all the same.
#[utoipa::path(
    post,
    path = "/report-configurations/preview",
    operation_id = "previewReportConfiguration",
    request_body(content = PreviewRequestBody, content_type = "application/json"),
    responses((status = 200, description = "What is known of the configuration.", body = PreviewBody)),
    extensions(("x-problems" = json!(["FORBIDDEN"]))),
)]
pub(crate) async fn preview(
    Call(api, caller): Call,
    uri: Uri,
    JsonBody { value, .. }: JsonBody<PreviewRequestBody>,
) -> Answer<Json<PreviewBody>> {
    Parameters::of(&uri).finish()?;
    let (draft, mut problems) = value.draft(api.settings.allow_loopback);
    let preview = api.verbs.preview_configuration.preview(caller.user, draft).await;
    let preview = preview.map_err(|error| refused("report configuration", error))?;
    problems.extend(preview.problems.iter().map(|(field, detail)| match *field {
        "" => FieldError { pointer: String::new(), detail: detail.clone() },
        field => FieldError::at(field, detail.clone()),
    }));
    Ok(Json(PreviewBody::of(&preview, &problems)))
}
