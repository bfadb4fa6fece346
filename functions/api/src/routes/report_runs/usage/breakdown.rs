//! `GET /report-runs/usage/breakdown?by=…`: a month by configuration, repository or model.

use crate::routes::prelude::{
    Answer, Call, Json, MonthQuery, Number, Parameters, Uri, answer_body, examples, instant, usd, words,
};
use app::usage::MonthShares;
use domain::configuration::Writer;
use domain::run::{Breakdown, Share};

answer_body! {
    /// The shares of a month, the most expensive first; with equal costs, the one with most runs first.
    #[schema(example = json!(examples::breakdown()))]
    pub(crate) struct BreakdownBody of(found: &MonthShares) {
        month: String = instant::text(found.month.first_instant()),
        by: &'static str as words::UsageBreakdown = found.by.as_str(),
        data: Vec<UsageShareBody> = found.shares.iter().map(UsageShareBody::of).collect(),
    }

    /// The part of the month's usage that belongs to one configuration, repository or model. Runs that are still
    /// running are not included.
    pub(crate) struct UsageShareBody of(share: &Share) {
        /// The id of the configuration or the repository, or the model's name; `none` for runs that called no model.
        #[schema(format = "text")]
        id: String = share.id.clone().unwrap_or_else(|| Writer::NONE.to_owned()),
        /// The name at the time of the last run. Null for a model, and for a configuration without a name.
        name: Option<String> = share.name.clone(),
        /// Runs that ended.
        runs: u64 = share.figures.runs(),
        successful_runs: u64 = share.figures.successful_runs,
        failed_runs: u64 = share.figures.failed_runs,
        counted_runs: u64 = share.figures.counted_runs,
        /// Tests among `runs`.
        test_runs: u64 = share.figures.test_runs,
        total_tokens: u64 = share.figures.tokens.total(),
        #[schema(value_type = f64, minimum = 0)]
        cost_usd: Number = usd(share.figures.cost),
        last_run_at: Option<String> = share.last_run_at.map(instant::text),
    }
}

/// Returns the usage of a month by configuration, repository or model.
///
/// The shares add up to the month's usage, except for runs that are still running. The most expensive share is first.
#[utoipa::path(
    get,
    path = "/report-runs/usage/breakdown",
    operation_id = "getUsageBreakdown",
    params(
        MonthQuery,
        (
            "by" = inline(Option<words::UsageBreakdown>),
            Query,
            description = "What the month is divided by. Defaults to `configuration`.",
            example = "configuration",
        ),
    ),
    responses((status = 200, description = "The shares of the month.", body = BreakdownBody)),
)]
pub(crate) async fn breakdown(Call(api, caller): Call, uri: Uri) -> Answer<Json<BreakdownBody>> {
    let mut parameters = Parameters::of(&uri);
    let month = parameters.month("month");
    let by = parameters.value("by", "one of configuration, repository, model", Breakdown::parse);
    parameters.finish()?;
    let by = by.unwrap_or(Breakdown::Configuration);
    let found = api.verbs.read_history.shares(caller.user, month, by).await?;
    Ok(Json(BreakdownBody::of(&found)))
}
