//! `POST /report-configurations/{id}/run?estimate=true`: commits, tokens and cost before anything is spent. It reads
//! the commits, and writes and starts nothing; so an idempotency key has nothing to record.

use super::ANSWER_WITHIN;
use crate::Api;
use crate::auth::Caller;
use crate::deletion::closed;
use crate::money::usd;
use crate::openapi::{examples, words};
use crate::problem::{Code, Problem};
use crate::quota::Quota;
use crate::refusal::{git_problem, vault_problem};
use crate::routes::report_runs::RatesBody;
use app::runs::{Estimate, EstimateError};
use axum::Json;
use axum::response::{IntoResponse, Response};
use domain::id::ConfigurationId;
use domain::instant::{self, Duration};
use domain::run::Window;
use domain::usage::{Admission, BlockedReason};
use serde::Serialize;
use serde_json::Number;
use utoipa::ToSchema;

/// How long the commits may take, in seconds: the rest of [`ANSWER_WITHIN`] is for the store.
const READ_WITHIN_SECONDS: i64 = 18;

/// Estimated usage and cost of a run over this range, if it started now.
#[derive(Serialize, ToSchema)]
#[schema(example = json!(examples::estimate()))]
pub(crate) struct EstimateBody {
    /// Commits in the range.
    commits: u64,
    range: RangeBody,
    /// The model that would write the report, or `plain`.
    model: String,
    /// Upper bound, computed from the exact prompt that would be sent.
    estimated_prompt_tokens: u64,
    /// Upper bound: the longest answer that is requested, reasoning included.
    estimated_completion_tokens: u64,
    /// Upper bound in US dollars. Null if the model's prices are unknown.
    #[schema(value_type = Option<f64>, minimum = 0)]
    estimated_cost_usd: Option<Number>,
    /// The prices used. Null if no model is used or its prices are unknown.
    rates: Option<RatesBody>,
    /// Whether the run would count against the limit. A run without commits doesn't count.
    would_count: bool,
    quota: EstimateQuotaBody,
}

/// The range; its end is exclusive.
#[derive(Serialize, ToSchema)]
struct RangeBody {
    #[schema(format = DateTime)]
    from: String,
    #[schema(format = DateTime)]
    to: String,
}

/// The month so far, without this run.
#[derive(Serialize, ToSchema)]
struct EstimateQuotaBody {
    #[schema(value_type = words::PlanName)]
    plan: &'static str,
    /// Runs allowed per month.
    limit: u64,
    /// Runs that have counted.
    used: u64,
    /// Runs that may still start. Running ones already hold their slots.
    remaining: u64,
    /// Whether the run could start now.
    can_run: bool,
    /// Why the run could not start. Null if it could.
    #[schema(value_type = Option<words::BlockedReason>)]
    blocked_reason: Option<&'static str>,
    resets_at: String,
}

/// Answers an estimate, with the quota headers of a start.
pub(super) async fn estimate(
    api: &Api,
    caller: Caller,
    configuration: ConfigurationId,
    window: Window,
) -> Result<Response, Problem> {
    let deadline = api.clock.now() + Duration::seconds(READ_WITHIN_SECONDS);
    let estimate = api.verbs.estimate_run.estimate(caller.user, configuration, window, deadline);
    let estimate = tokio::time::timeout(ANSWER_WITHIN, estimate)
        .await
        .map_err(|_| Problem::unavailable("an estimate took longer than its caller waits"))?
        .map_err(refused)?;
    let quota = Quota::from(&estimate.usage);
    let mut answer = Json(body(&estimate, quota, window)).into_response();
    quota.write(answer.headers_mut(), api.clock.now());
    Ok(answer)
}

fn body(estimate: &Estimate, quota: Quota, window: Window) -> EstimateBody {
    EstimateBody {
        commits: estimate.commits,
        range: RangeBody { from: instant::text(window.from), to: instant::text(window.to) },
        model: estimate.writer.as_str().to_owned(),
        estimated_prompt_tokens: estimate.tokens.prompt(),
        estimated_completion_tokens: estimate.tokens.completion(),
        estimated_cost_usd: estimate.cost.map(usd),
        rates: estimate.rates.as_ref().map(RatesBody::from),
        would_count: estimate.would_count,
        quota: EstimateQuotaBody {
            plan: estimate.usage.account.plan.as_str(),
            limit: quota.limit,
            used: estimate.usage.counter.counted_runs,
            remaining: quota.remaining,
            can_run: estimate.usage.admission == Admission::Admitted,
            blocked_reason: estimate.usage.admission.blocked_reason().map(BlockedReason::as_str),
            resets_at: instant::text(quota.resets_at),
        },
    }
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
