//! A configuration in answers.

use super::endpoint::HealthBody;
use super::writing::WritingPart;
use crate::request::stored_headers;
use crate::routes::prelude::{Api, answer_body, examples, instant, words};
use domain::account::Account;
use domain::configuration::{Configuration, Coverage, LastRunStatus, QuotaImpact, WatchedBranch};
use domain::delivery::{SigningSecret, WebhookFormat};
use domain::money::Retirement;
use domain::repository::RepositoryPath;
use std::collections::BTreeMap;

/// Paths as texts.
pub(crate) fn path_texts(paths: &[RepositoryPath]) -> Vec<String> {
    paths.iter().map(ToString::to_string).collect()
}

answer_body! {
    /// A report configuration: the user's settings, and the state that its runs set.
    #[schema(example = json!(examples::configuration()))]
    pub(crate) struct ConfigurationBody of(api: &Api, account: &Account, configuration: &Configuration)
        let settings = &configuration.settings;
        let webhook = settings.webhook.as_ref();
        let headers = configuration.headers.iter().flat_map(|headers| &headers.names);
    {
        id: String = configuration.id.to_string(),
        name: Option<String> = settings.name.clone(),
        repository_id: String = settings.repository.to_string(),
        branch: String = settings.branch.to_string(),
        /// Folders and files that the report is about; empty for the whole repository.
        include_paths: Vec<String> = path_texts(settings.paths.include()),
        /// Folders and files that the report is not about.
        exclude_paths: Vec<String> = path_texts(settings.paths.exclude()),
        /// All repositories of the report, each with its branch and paths. The first one is also `repository_id`,
        /// `branch`, `include_paths` and `exclude_paths`.
        repositories: Vec<ReportRepositoryBody> = settings.watched().iter().map(ReportRepositoryBody::of).collect(),
        schedule: String = settings.schedule.cron().to_owned(),
        timezone: String = settings.schedule.zone().to_owned(),
        webhook_url: Option<String> = webhook.map(|webhook| webhook.url.to_string()),
        webhook_format: &'static str as words::WebhookFormat =
            webhook.map_or(WebhookFormat::Auto, |webhook| webhook.format).as_str(),
        /// The names of the headers that are added to each request to the webhook. Each is `true`: values are not
        /// returned.
        #[schema(schema_with = stored_headers)]
        webhook_headers: BTreeMap<String, bool> = headers.map(|name| (name.to_string(), true)).collect(),
        enabled: bool = settings.enabled,
        #[serde(flatten)]
        writing: WritingPart = WritingPart::of(&settings.writing),
        model: Option<String> = settings.writer.chosen().map(|writer| writer.as_str().to_owned()),
        #[serde(flatten)]
        state: StatePart = StatePart::of(api, account, configuration),
    }

    /// A repository of a report, with its branch.
    struct ReportRepositoryBody of(watched: &WatchedBranch) {
        repository_id: String = watched.repository.to_string(),
        branch: String = watched.branch.to_string(),
        include_paths: Vec<String> = path_texts(watched.paths.include()),
        exclude_paths: Vec<String> = path_texts(watched.paths.exclude()),
    }

    /// Up to when the commits of a repository of a report are reported.
    struct CoverageBody of(watched: &WatchedBranch, coverage: &Coverage) {
        repository_id: String = watched.repository.to_string(),
        branch: String = watched.branch.to_string(),
        /// Null before its first report.
        covered_until: Option<String> = coverage.covered_until.map(instant::text),
    }

    /// What the runs of a configuration set, and what follows from the account and the clock.
    struct StatePart of(api: &Api, account: &Account, configuration: &Configuration)
        let progress = &configuration.progress;
        let retirement = api.verbs.choose_model.retirement(account, &configuration.settings.writer);
    {
        model_retirement: Option<RetirementBody> =
            retirement.map(|(model, retirement)| RetirementBody::of(&model, retirement)),
        /// Of the last scheduled run.
        last_run_at: Option<String> = progress.last_run_at.map(instant::text),
        /// Of the last scheduled run.
        last_run_status: Option<&'static str> as Option<words::LastRunStatus> =
            progress.last_run_status.map(LastRunStatus::as_str),
        next_run_at: Option<String> = progress.next_run_at.map(instant::text),
        delivery_health: HealthBody = HealthBody::of(configuration.delivery_health),
        #[schema(format = DateTime)]
        covered_until: Option<String> = progress.coverage.covered_until.map(instant::text),
        /// Up to when each of `repositories` is reported, in their order. The first one is also `covered_until`.
        coverage: Vec<CoverageBody> = configuration
            .settings
            .watched()
            .iter()
            .zip(progress.coverages())
            .map(|(watched, coverage)| CoverageBody::of(watched, coverage))
            .collect(),
        total_runs: u64 = progress.total_runs,
        quota_impact: QuotaImpactBody =
            QuotaImpactBody::of(configuration.quota_impact(api.clock.now()), account.limits().monthly_runs),
        version: u64 = configuration.version,
        created_at: String = instant::text(configuration.created_at),
    }

    /// The announced retirement of the model, shown from 90 days before.
    pub(crate) struct RetirementBody of(model: &str, retirement: Retirement)
        let (day, retired) = match retirement {
            Retirement::Soon(day) => (day, false),
            Retirement::Over(day) => (day, true),
        };
    {
        model: String = model.to_owned(),
        /// First day on which the provider no longer serves the model.
        #[schema(format = Date)]
        retired_on: String = day.to_string(),
        /// Whether that day has come. The model can then no longer be chosen.
        retired: bool = retired,
        /// The warning in words.
        message: String = if retired {
            format!(
                "The provider of the model '{model}' ended it on {day}. Choose another one: reports are written \
                 without it."
            )
        } else {
            format!("The provider of the model '{model}' ends it on {day}. Choose another one before that day.")
        },
    }

    /// Runs that the schedule uses.
    pub(crate) struct QuotaImpactBody of(impact: QuotaImpact, limit: u64) {
        /// Fires remaining this month.
        runs_this_month: u64 = impact.runs_this_month,
        /// Fires in the whole month after it.
        runs_per_month: u64 = impact.runs_per_month,
        /// Runs per month that the account is allowed.
        monthly_limit: u64 = limit,
        /// True if this schedule alone needs more runs than the limit allows.
        exceeds_limit: bool = impact.runs_per_month > limit,
    }

    /// A configuration with its signing secret. The secret is shown only once.
    #[schema(as = ConfigurationWithSecret)]
    pub(crate) struct WithSecretBody of(configuration: ConfigurationBody, secret: Option<&SigningSecret>) {
        #[serde(flatten)]
        configuration: ConfigurationBody = configuration,
        /// `whsec_…`. Absent if a repeated idempotency key returns what was created before.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        signing_secret: Option<String> = secret.map(SigningSecret::expose),
    }
}
