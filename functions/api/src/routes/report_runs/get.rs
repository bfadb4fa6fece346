//! `GET /report-runs/{id}`: one run, with the text of its report.

use super::body::{RunBody, RunWithContentBody};
use super::facts::FactsBody;
use crate::routes::prelude::{Answer, Api, Call, Caller, Id, Json, NoParameters, Problem, RunId, RunPath};
use app::ports::StoreError;
use domain::run::{Content, Outcome, Run};

/// Returns a run with the text of its report.
#[utoipa::path(
    get,
    path = "/report-runs/{id}",
    operation_id = "getReportRun",
    params(RunPath),
    responses((status = 200, description = "The run.", body = RunWithContentBody)),
)]
pub(crate) async fn get(
    Call(api, caller): Call,
    _: NoParameters,
    Id(id): Id<RunId>,
) -> Answer<Json<RunWithContentBody>> {
    let run = api.runs.run(caller.user, id).await?.ok_or_else(|| Problem::not_found("report run"))?;
    let Text { content, report_content_expired } = text(&api, caller, &run).await?;
    let report_facts = content.as_ref().and_then(|content| content.facts.as_deref()).map(FactsBody::of);
    let report_content = content.map(|content| content.text);
    Ok(Json(RunWithContentBody { run: RunBody::of(&run), report_content, report_facts, report_content_expired }))
}

/// A run's text, or whether it had one that has expired.
#[derive(Default)]
struct Text {
    content: Option<Content>,
    report_content_expired: bool,
}

/// The text, if it is the one that the run ended with: a text of another attempt was never this run's report. It is
/// stored before its run ends, so a missing one has expired.
async fn text(api: &Api, caller: Caller, run: &Run) -> Answer<Text> {
    let named = run.end().and_then(|end| match &end.outcome {
        Outcome::Success(findings) => findings.content_attempt,
        Outcome::Failed(_) | Outcome::Cancelled => None,
    });
    let Some(attempt) = named else {
        return Ok(Text::default());
    };
    let content = match api.contents.content(caller.user, run.id).await {
        // The run is returned without its text; the store has logged the error.
        Err(StoreError::Unreadable { .. }) => return Ok(Text::default()),
        content => content?,
    };
    let report_content_expired = content.is_none();
    Ok(Text { content: content.filter(|content| content.attempt == attempt), report_content_expired })
}
