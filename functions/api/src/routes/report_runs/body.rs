//! A run in answers.

use crate::money::{number, usd};
use crate::openapi::{examples, words};
use crate::routes::report_configurations::WritingPart;
use domain::delivery::DeliveryState;
use domain::instant;
use domain::money::Rates;
use domain::report::DegradedReason;
use domain::run::{Failure, Findings, Outcome, Run, Snapshot};
use serde::Serialize;
use serde_json::Number;
use utoipa::ToSchema;

/// A run without its report text, as lists return it.
#[derive(Serialize, ToSchema)]
#[schema(example = json!(examples::run()))]
pub(crate) struct RunBody {
    id: String,
    user_id: String,
    repository_id: String,
    report_configuration_id: String,
    started_at: String,
    completed_at: Option<String>,
    #[schema(value_type = words::RunStatus)]
    status: &'static str,
    /// The instant until which the run waits for its git host after a temporary failure or a rate limit. The run stays
    /// `running` and keeps its slot. Null if the run is not waiting.
    waiting_until: Option<String>,
    configuration_snapshot: SnapshotBody,
    tokens_used: u64,
    model_used: Option<String>,
    /// Null if the price of any of the run's tokens is unknown.
    #[schema(value_type = Option<f64>, minimum = 0)]
    cost_usd: Option<Number>,
    /// The cost of the tokens whose price is known: `cost_usd`, or the known part of it. Its sum over a month's runs is
    /// the month's `total_cost_usd`.
    #[schema(value_type = f64, minimum = 0)]
    known_cost_usd: Number,
    /// The number of commits in the range.
    commits_processed: u64,
    /// Whether the range has more commits than `commits_processed`: the git host's list was too long to be read to its
    /// end.
    commits_at_least: bool,
    /// The time range of the report; its end is exclusive. Null for a scheduled run that has not fetched its commits
    /// yet.
    #[schema(format = DateTime)]
    range_from: Option<String>,
    #[schema(format = DateTime)]
    range_to: Option<String>,
    commit_range_from: Option<String>,
    commit_range_to: Option<String>,
    #[schema(value_type = words::ReportFormat)]
    report_format: &'static str,
    error_message: Option<String>,
    #[schema(value_type = Option<words::RunErrorCode>)]
    error_code: Option<&'static str>,
    webhook_delivered: bool,
    webhook_delivery_attempts: u32,
    webhook_last_attempt_at: Option<String>,
    webhook_response_status: Option<u16>,
    created_at: String,
    updated_at: String,
    #[schema(value_type = words::RunTrigger)]
    trigger: &'static str,
    usage_month: String,
    attempt: u32,
    prompt_tokens: u64,
    cached_prompt_tokens: u64,
    /// Tokens of the prompt that the provider wrote to its cache, for which some charge more.
    cache_write_prompt_tokens: u64,
    completion_tokens: u64,
    reasoning_tokens: u64,
    #[schema(value_type = words::UsageSource)]
    usage_source: &'static str,
    rates: Option<RatesBody>,
    degraded: bool,
    /// Why the report was written without the model. Null for other runs, and for runs from before reasons were
    /// recorded.
    degraded_reason: Option<DegradedReasonBody>,
    quota: QuotaBody,
}

/// Why a report was written without the model that was chosen.
#[derive(Serialize, ToSchema)]
struct DegradedReasonBody {
    /// For programs.
    #[schema(value_type = words::DegradedCode)]
    code: &'static str,
    /// For people.
    message: &'static str,
}

/// A run with its report text. The text is null while the run is running, if the run ended without a text, and after
/// the text has expired.
#[derive(Serialize, ToSchema)]
pub(crate) struct RunWithContentBody {
    #[serde(flatten)]
    pub(crate) run: RunBody,
    pub(crate) report_content: Option<String>,
    /// The run had a report text, which has expired.
    pub(crate) report_content_expired: bool,
}

/// The settings when the run was reserved. Only the webhook's host is kept, because its address can contain a secret.
#[derive(Serialize, ToSchema)]
struct SnapshotBody {
    version: u64,
    name: Option<String>,
    repository_name: String,
    repository_url: String,
    branch: String,
    schedule: String,
    timezone: String,
    #[serde(flatten)]
    writing: WritingPart,
    #[serde(flatten)]
    writer: WriterPart,
    #[schema(value_type = Option<words::WebhookFormat>)]
    webhook_format: Option<&'static str>,
    webhook_host: Option<String>,
}

/// Who writes the report.
#[derive(Serialize, ToSchema)]
struct WriterPart {
    model: String,
    /// Whether the account's own model provider was used.
    own_model: bool,
}

/// Prices of a model, in US dollars per million tokens.
#[derive(Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the unit is a part of each name on the wire")]
pub(crate) struct RatesBody {
    #[schema(value_type = f64, minimum = 0)]
    input_usd_per_million: Number,
    #[schema(value_type = f64, minimum = 0)]
    cached_input_usd_per_million: Number,
    #[schema(value_type = f64, minimum = 0)]
    cache_write_usd_per_million: Number,
    #[schema(value_type = f64, minimum = 0)]
    output_usd_per_million: Number,
}

/// Whether the run counts against the limit that applied when it was reserved, and why.
#[derive(Serialize, ToSchema)]
struct QuotaBody {
    counted: bool,
    #[schema(value_type = words::CountReason)]
    reason: &'static str,
    month: String,
    limit: u64,
    #[schema(value_type = words::PlanName)]
    plan: &'static str,
}

impl From<&Run> for RunBody {
    fn from(run: &Run) -> Self {
        let (found, failure) = outcome(run);
        let (tokens, delivery, window) = (run.figures.tokens, &run.delivery, run.window());
        Self {
            id: run.id.to_string(),
            user_id: run.user.to_string(),
            repository_id: run.repository.to_string(),
            report_configuration_id: run.configuration.to_string(),
            started_at: instant::text(run.started_at),
            completed_at: run.end().map(|end| instant::text(end.at)),
            status: run.status().as_str(),
            waiting_until: run.waiting_until().map(instant::text),
            configuration_snapshot: SnapshotBody::from(&run.snapshot),
            tokens_used: tokens.total(),
            model_used: run.figures.model.clone(),
            cost_usd: run.figures.total_cost().map(usd),
            known_cost_usd: usd(run.figures.cost),
            commits_processed: found.commits,
            commits_at_least: found.commits_at_least,
            range_from: window.map(|window| instant::text(window.from)),
            range_to: window.map(|window| instant::text(window.to)),
            commit_range_from: found.range_from.map(|sha| sha.as_str().to_owned()),
            commit_range_to: found.range_to.map(|sha| sha.as_str().to_owned()),
            report_format: "markdown",
            error_message: failure.map(|failure| failure.message.clone()),
            error_code: failure.map(|failure| failure.code.as_str()),
            webhook_delivered: delivery.state() == DeliveryState::Delivered,
            webhook_delivery_attempts: delivery.attempts,
            webhook_last_attempt_at: delivery.last_attempt_at.map(instant::text),
            webhook_response_status: delivery.response_status,
            created_at: instant::text(run.started_at),
            updated_at: instant::text(run.updated_at),
            trigger: run.trigger.kind().as_str(),
            usage_month: instant::text(run.month().first_instant()),
            attempt: run.attempt,
            prompt_tokens: tokens.prompt(),
            cached_prompt_tokens: tokens.cached_prompt(),
            cache_write_prompt_tokens: tokens.cache_write(),
            completion_tokens: tokens.completion(),
            reasoning_tokens: tokens.reasoning(),
            usage_source: run.figures.source.as_str(),
            rates: run.figures.rates.as_ref().map(RatesBody::from),
            degraded: found.degraded,
            degraded_reason: found.degraded_reason.map(DegradedReasonBody::from),
            quota: QuotaBody::from(run),
        }
    }
}

fn outcome(run: &Run) -> (Findings, Option<&Failure>) {
    match run.end().map(|end| &end.outcome) {
        Some(Outcome::Success(findings)) => (findings.clone(), None),
        Some(Outcome::Failed(failure)) => (Findings::default(), Some(failure)),
        Some(Outcome::Cancelled) | None => (Findings::default(), None),
    }
}

impl From<&Snapshot> for SnapshotBody {
    fn from(snapshot: &Snapshot) -> Self {
        Self {
            version: snapshot.version,
            name: snapshot.name.clone(),
            repository_name: snapshot.repository_name.clone(),
            repository_url: snapshot.repository_url.clone(),
            branch: snapshot.branch.as_str().to_owned(),
            schedule: snapshot.schedule.clone(),
            timezone: snapshot.timezone.clone(),
            writing: WritingPart::from(&snapshot.writing),
            writer: WriterPart { model: snapshot.writer.as_str().to_owned(), own_model: snapshot.own_model },
            webhook_format: snapshot.webhook_format.map(domain::delivery::WebhookFormat::as_str),
            webhook_host: snapshot.webhook_host.clone(),
        }
    }
}

impl From<&Rates> for RatesBody {
    fn from(rates: &Rates) -> Self {
        Self {
            input_usd_per_million: number(&rates.input().to_string()),
            cached_input_usd_per_million: number(&rates.cached_input().to_string()),
            cache_write_usd_per_million: number(&rates.cache_write().to_string()),
            output_usd_per_million: number(&rates.output().to_string()),
        }
    }
}

impl From<DegradedReason> for DegradedReasonBody {
    fn from(reason: DegradedReason) -> Self {
        Self { code: reason.as_str(), message: reason.message() }
    }
}

impl From<&Run> for QuotaBody {
    fn from(run: &Run) -> Self {
        Self {
            counted: run.end().is_some_and(|end| end.counted),
            reason: run.count_reason().as_str(),
            month: instant::text(run.month().first_instant()),
            limit: run.receipt.limit,
            plan: run.receipt.plan.as_str(),
        }
    }
}
