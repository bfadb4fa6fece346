//! `POST /report-configurations/{id}/run?estimate=true`: commits, tokens and cost before anything is spent. It reads
//! the commits, and writes and starts nothing; so an idempotency key has nothing to record.

use super::ANSWER_WITHIN;
use crate::routes::prelude::{
    Answer, Api, Caller, Code, ConfigurationId, IntoResponse, Json, Number, Problem, Quota, answer_body, closed,
    examples, git_problem, instant, usd, vault_problem, words,
};
use crate::routes::report_runs::{FailedRepositoryBody, RatesBody};
use app::runs::{Estimate, EstimateError};
use app::usage::UsageStatement;
use domain::instant::Duration;
use domain::run::Window;
use domain::usage::{Admission, BlockedReason};

/// How long the commits may take, in seconds: the rest of [`ANSWER_WITHIN`] is for the store.
const READ_WITHIN_SECONDS: i64 = 18;

answer_body! {
    /// Estimated usage and cost of a run over this range, if it started now.
    #[schema(example = json!(examples::estimate()))]
    pub(crate) struct EstimateBody of(estimate: &Estimate, quota: Quota, window: Window) {
        /// Commits in the range.
        commits: u64 = estimate.commits,
        range: RangeBody = RangeBody::of(window),
        /// The model that would write the report, or `plain`.
        model: String = estimate.writer.as_str().to_owned(),
        #[doc = "At most this many, computed from the exact prompts that would be sent. The model is asked a second \
                 time if its\nanswer contradicts the facts; usual runs use less than half."]
        estimated_prompt_tokens: u64 = estimate.tokens.prompt(),
        /// At most this many: the longest answers that are requested, reasoning included.
        estimated_completion_tokens: u64 = estimate.tokens.completion(),
        /// At most this much, in US dollars. Null if the model's prices are unknown.
        #[schema(value_type = Option<f64>, minimum = 0)]
        estimated_cost_usd: Option<Number> = estimate.cost.map(usd),
        /// The prices used. Null if no model is used or its prices are unknown.
        rates: Option<RatesBody> = estimate.rates.as_ref().map(RatesBody::of),
        /// Whether the run would count against the limit. A run without commits doesn't count.
        would_count: bool = estimate.would_count,
        /// Repositories that could not be read, of several. The estimate is about the others.
        failed_repositories: Vec<FailedRepositoryBody> =
            estimate.failed.iter().map(FailedRepositoryBody::of).collect(),
        quota: EstimateQuotaBody = EstimateQuotaBody::of(&estimate.usage, quota),
    }

    /// The range; its end is exclusive.
    struct RangeBody of(window: Window) {
        #[schema(format = DateTime)]
        from: String = instant::text(window.from),
        #[schema(format = DateTime)]
        to: String = instant::text(window.to),
    }

    /// The month so far, without this run.
    struct EstimateQuotaBody of(usage: &UsageStatement, quota: Quota) {
        plan: &'static str as words::PlanName = usage.account.plan.as_str(),
        /// Runs allowed per month.
        limit: u64 = quota.limit,
        /// Runs that have counted.
        used: u64 = usage.counter.counted_runs,
        /// Runs that may still start. Running ones already hold their slots.
        remaining: u64 = quota.remaining,
        /// Whether the month admits one more run now. A disabled webhook refuses it all the same.
        can_run: bool = usage.admission == Admission::Admitted,
        /// Why the month admits none. Null if it does.
        blocked_reason: Option<&'static str> as Option<words::BlockedReason> =
            usage.admission.blocked_reason().map(BlockedReason::as_str),
        resets_at: String = instant::text(quota.resets_at),
    }
}

/// Answers an estimate, with the quota headers of a start.
pub(super) async fn estimate(api: &Api, caller: Caller, configuration: ConfigurationId, window: Window) -> Answer {
    let deadline = api.clock.now() + Duration::seconds(READ_WITHIN_SECONDS);
    let estimate = api.verbs.estimate_run.estimate(caller.user, configuration, window, deadline);
    let estimate = tokio::time::timeout(ANSWER_WITHIN, estimate)
        .await
        .map_err(|_| Problem::unavailable("an estimate took longer than its caller waits"))?
        .map_err(refused)?;
    let quota = Quota::from(&estimate.usage);
    let mut answer = Json(EstimateBody::of(&estimate, quota, window)).into_response();
    quota.write(answer.headers_mut(), api.clock.now());
    Ok(answer)
}

fn refused(error: EstimateError) -> Problem {
    let detail = error.to_string();
    match error {
        EstimateError::AccountClosed => closed(detail),
        EstimateError::NoConfiguration => Problem::not_found("report configuration"),
        EstimateError::NoRepository => Problem::new(Code::RepositoryNotFound, detail),
        EstimateError::Git(error) => git_problem(&error),
        EstimateError::Vault(error) => vault_problem(&error),
        EstimateError::Store(error) => error.into(),
    }
}
