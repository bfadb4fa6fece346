//! A run in answers.

use super::deliveries::DeliveryBody;
use super::facts::FactsBody;
use crate::routes::prelude::{Number, Serialize, ToSchema, answer_body, examples, instant, number, usd, words};
use crate::routes::report_configurations::{WritingPart, path_texts};
use domain::delivery::{DeliveryState, WebhookFormat};
use domain::money::Rates;
use domain::report::DegradedReason;
use domain::run::{FailedBranch, Failure, Findings, Outcome, Run, RunBranch, Snapshot};

answer_body! {
    /// A run without its report text, as lists return it.
    #[schema(example = json!(examples::run()))]
    pub(crate) struct RunBody of(run: &Run)
        let (found, failure) = outcome(run);
        let (tokens, delivery, window) = (run.figures.tokens, &run.delivery, run.window());
    {
        id: String = run.id.to_string(),
        user_id: String = run.user.to_string(),
        repository_id: String = run.repository.to_string(),
        /// All repositories of the report. The first one is also `repository_id`, and a month's sums by repository
        /// contain the run there.
        repositories: Vec<RunRepositoryBody> = run.branches().iter().map(RunRepositoryBody::of).collect(),
        #[doc = "The repositories that could not be read, of several that were. The report is about the others. \
                 After a scheduled run,\nthe next one includes the commits of these."]
        failed_repositories: Vec<FailedRepositoryBody> = found.failed.iter().map(FailedRepositoryBody::of).collect(),
        report_configuration_id: String = run.configuration.to_string(),
        started_at: String = instant::text(run.started_at),
        completed_at: Option<String> = run.end().map(|end| instant::text(end.at)),
        status: &'static str as words::RunStatus = run.status().as_str(),
        #[doc = "The instant until which the run waits for its git host after a temporary failure or a rate limit. \
                 The run stays\n`running` and keeps its slot. Null if the run is not waiting."]
        waiting_until: Option<String> = run.waiting_until().map(instant::text),
        configuration_snapshot: SnapshotBody = SnapshotBody::of(&run.snapshot),
        tokens_used: u64 = tokens.total(),
        model_used: Option<String> = run.figures.model.clone(),
        /// Null if the price of any of the run's tokens is unknown.
        #[schema(value_type = Option<f64>, minimum = 0)]
        cost_usd: Option<Number> = run.figures.total_cost().map(usd),
        #[doc = "The cost of the tokens whose price is known: `cost_usd`, or the known part of it. Its sum over a \
                 month's runs is\nthe month's `total_cost_usd`."]
        #[schema(value_type = f64, minimum = 0)]
        known_cost_usd: Number = usd(run.figures.cost),
        /// A sentence that says what the report is about, as plain text. Null without a report, and for reports from
        /// before headlines were recorded.
        headline: Option<String> = found.headline.clone(),
        /// The number of commits in the range.
        commits_processed: u64 = found.commits,
        #[doc = "Whether the range has more commits than `commits_processed`: the git host's list was too long to \
                 be read to its\nend."]
        commits_at_least: bool = found.commits_at_least,
        #[doc = "The time range of the report; its end is exclusive. Null for a scheduled run that has not fetched \
                 its commits\nyet."]
        #[schema(format = DateTime)]
        range_from: Option<String> = window.map(|window| instant::text(window.from)),
        #[schema(format = DateTime)]
        range_to: Option<String> = window.map(|window| instant::text(window.to)),
        commit_range_from: Option<String> = found.range_from.map(|sha| sha.as_str().to_owned()),
        commit_range_to: Option<String> = found.range_to.map(|sha| sha.as_str().to_owned()),
        report_format: &'static str as words::ReportFormat = "markdown",
        error_message: Option<String> = failure.map(|failure| failure.message.clone()),
        error_code: Option<&'static str> as Option<words::RunErrorCode> = failure.map(|failure| failure.code.as_str()),
        webhook_delivered: bool = delivery.state() == DeliveryState::Delivered,
        webhook_delivery_attempts: u32 = delivery.attempts,
        webhook_last_attempt_at: Option<String> = delivery.last_attempt_at.map(instant::text),
        webhook_response_status: Option<u16> = delivery.response_status,
        delivery: DeliveryBody = DeliveryBody::of(delivery),
        created_at: String = instant::text(run.started_at),
        updated_at: String = instant::text(run.updated_at),
        trigger: &'static str as words::RunTrigger = run.trigger.kind().as_str(),
        usage_month: String = instant::text(run.month().first_instant()),
        attempt: u32 = run.attempt,
        prompt_tokens: u64 = tokens.prompt(),
        cached_prompt_tokens: u64 = tokens.cached_prompt(),
        /// Tokens of the prompt that the provider wrote to its cache, for which some charge more.
        cache_write_prompt_tokens: u64 = tokens.cache_write(),
        completion_tokens: u64 = tokens.completion(),
        reasoning_tokens: u64 = tokens.reasoning(),
        usage_source: &'static str as words::UsageSource = run.figures.source.as_str(),
        rates: Option<RatesBody> = run.figures.rates.as_ref().map(RatesBody::of),
        degraded: bool = found.degraded,
        /// Why the report was written without the model. Null for other runs, and for runs from before reasons were
        /// recorded.
        degraded_reason: Option<DegradedReasonBody> = found.degraded_reason.map(DegradedReasonBody::of),
        quota: QuotaBody = QuotaBody::of(run),
    }

    /// A repository of a run's report, as it was at the start of the run.
    struct RunRepositoryBody of(branch: &RunBranch) {
        repository_id: String = branch.repository.to_string(),
        repository_name: String = branch.repository_name.clone(),
        repository_url: String = branch.repository_url.clone(),
        branch: String = branch.branch.to_string(),
        /// Folders and files that the report is about; empty for the whole repository.
        include_paths: Vec<String> = path_texts(branch.paths.include()),
        /// Folders and files that the report is not about.
        exclude_paths: Vec<String> = path_texts(branch.paths.exclude()),
    }

    /// A repository that a run could not read.
    pub(crate) struct FailedRepositoryBody of(failed: &FailedBranch) {
        repository_id: String = failed.repository.to_string(),
        branch: String = failed.branch.to_string(),
        error_code: &'static str as words::RunErrorCode = failed.failure.code.as_str(),
        message: String = failed.failure.message.clone(),
    }

    /// Why a report was written without the model that was chosen.
    struct DegradedReasonBody of(reason: DegradedReason) {
        /// For programs.
        code: &'static str as words::DegradedCode = reason.as_str(),
        /// For people.
        message: &'static str = reason.message(),
    }
}

/// A run with its report text. The text is null while the run is running, if the run ended without a text, and after
/// the text has expired.
#[derive(Serialize, ToSchema)]
pub(crate) struct RunWithContentBody {
    #[serde(flatten)]
    pub(crate) run: RunBody,
    pub(crate) report_content: Option<String>,
    /// What the report is about, computed from the commits. Null without a report text, and for reports from before
    /// facts were recorded.
    pub(crate) report_facts: Option<FactsBody>,
    /// The run had a report text, which has expired.
    pub(crate) report_content_expired: bool,
}

answer_body! {
    #[doc = "The settings when the run was reserved. Only the webhook's host is kept, because its address can contain \
             a secret."]
    struct SnapshotBody of(snapshot: &Snapshot) {
        version: u64 = snapshot.version,
        name: Option<String> = snapshot.name.clone(),
        repository_name: String = snapshot.repository_name.clone(),
        repository_url: String = snapshot.repository_url.clone(),
        branch: String = snapshot.branch.as_str().to_owned(),
        /// Folders and files that the report is about; empty for the whole repository.
        include_paths: Vec<String> = path_texts(snapshot.paths.include()),
        /// Folders and files that the report is not about.
        exclude_paths: Vec<String> = path_texts(snapshot.paths.exclude()),
        schedule: String = snapshot.schedule.clone(),
        timezone: String = snapshot.timezone.clone(),
        #[serde(flatten)]
        writing: WritingPart = WritingPart::of(&snapshot.writing),
        #[serde(flatten)]
        writer: WriterPart = WriterPart::of(snapshot),
        webhook_format: Option<&'static str> as Option<words::WebhookFormat> =
            snapshot.webhook_format.map(WebhookFormat::as_str),
        webhook_host: Option<String> = snapshot.webhook_host.clone(),
    }

    /// Who writes the report.
    struct WriterPart of(snapshot: &Snapshot) {
        model: String = snapshot.writer.as_str().to_owned(),
        /// Whether the account's own model provider was used.
        own_model: bool = snapshot.own_model,
    }

    /// Prices of a model, in US dollars per million tokens.
    #[expect(clippy::struct_field_names, reason = "the unit is a part of each name on the wire")]
    pub(crate) struct RatesBody of(rates: &Rates) {
        #[schema(value_type = f64, minimum = 0)]
        input_usd_per_million: Number = number(&rates.input().to_string()),
        #[schema(value_type = f64, minimum = 0)]
        cached_input_usd_per_million: Number = number(&rates.cached_input().to_string()),
        #[schema(value_type = f64, minimum = 0)]
        cache_write_usd_per_million: Number = number(&rates.cache_write().to_string()),
        #[schema(value_type = f64, minimum = 0)]
        output_usd_per_million: Number = number(&rates.output().to_string()),
    }

    /// Whether the run counts against the limit that applied when it was reserved, and why.
    struct QuotaBody of(run: &Run) {
        counted: bool = run.end().is_some_and(|end| end.counted),
        reason: &'static str as words::CountReason = run.count_reason().as_str(),
        month: String = instant::text(run.month().first_instant()),
        limit: u64 = run.receipt.limit,
        plan: &'static str as words::PlanName = run.receipt.plan.as_str(),
    }
}

fn outcome(run: &Run) -> (Findings, Option<&Failure>) {
    match run.end().map(|end| &end.outcome) {
        Some(Outcome::Success(findings)) => (findings.clone(), None),
        Some(Outcome::Failed(failure)) => (Findings::default(), Some(failure)),
        Some(Outcome::Cancelled) | None => (Findings::default(), None),
    }
}
