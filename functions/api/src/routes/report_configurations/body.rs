//! A configuration as it is answered.

use domain::account::Limits;
use domain::configuration::{Configuration, LastRunStatus, WebhookFormat, WriterChoice};
use domain::delivery::SigningSecret;
use domain::instant::{self, Instant};
use serde::Serialize;

/// A configuration: what its user set, and what the runs made of it.
#[derive(Serialize)]
pub(crate) struct ConfigurationBody {
    id: String,
    name: Option<String>,
    repository_id: String,
    branch: String,
    schedule: String,
    timezone: String,
    webhook_url: Option<String>,
    webhook_format: &'static str,
    enabled: bool,
    report_style: &'static str,
    tone_of_voice: &'static str,
    author_display: &'static str,
    link_to_commits: bool,
    if_no_updates: &'static str,
    include_diffs: bool,
    language: String,
    model: Option<String>,
    last_run_at: Option<String>,
    last_run_status: Option<&'static str>,
    next_run_at: Option<String>,
    covered_until: Option<String>,
    total_runs: u64,
    quota_impact: QuotaImpactBody,
    version: u64,
    created_at: String,
}

/// What the schedule costs.
#[derive(Serialize)]
struct QuotaImpactBody {
    /// Fires that are left of this month.
    runs_this_month: u64,
    /// Fires of the whole month after it.
    runs_per_month: u64,
    /// What the account may run a month.
    monthly_limit: u64,
    /// This schedule alone needs more.
    exceeds_limit: bool,
}

/// A configuration with its signing secret, which is shown once.
#[derive(Serialize)]
pub(crate) struct WithSecretBody {
    #[serde(flatten)]
    pub(crate) configuration: ConfigurationBody,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) signing_secret: Option<String>,
}

impl WithSecretBody {
    pub(crate) fn of(configuration: ConfigurationBody, secret: Option<&SigningSecret>) -> Self {
        Self { configuration, signing_secret: secret.map(SigningSecret::expose) }
    }
}

impl ConfigurationBody {
    pub(crate) fn of(configuration: &Configuration, limits: &Limits, now: Instant) -> Self {
        let (settings, progress) = (&configuration.settings, &configuration.progress);
        let impact = configuration.quota_impact(now);
        let webhook = settings.webhook.as_ref();
        Self {
            id: configuration.id.to_string(),
            name: settings.name.clone(),
            repository_id: settings.repository.to_string(),
            branch: settings.branch.to_string(),
            schedule: settings.schedule.cron().to_owned(),
            timezone: settings.schedule.zone().to_owned(),
            webhook_url: webhook.map(|webhook| webhook.url.to_string()),
            webhook_format: webhook.map_or(WebhookFormat::Auto, |webhook| webhook.format).as_str(),
            enabled: settings.enabled,
            report_style: settings.style.as_str(),
            tone_of_voice: settings.tone.as_str(),
            author_display: settings.author_display.as_str(),
            link_to_commits: settings.link_to_commits,
            if_no_updates: settings.if_no_updates.as_str(),
            include_diffs: settings.include_diffs,
            language: settings.language.clone(),
            model: match &settings.writer {
                WriterChoice::Deployment => None,
                WriterChoice::Chosen(writer) => Some(writer.as_str().to_owned()),
            },
            last_run_at: progress.last_run_at.map(instant::text),
            last_run_status: progress.last_run_status.map(LastRunStatus::as_str),
            next_run_at: progress.next_run_at.map(instant::text),
            covered_until: progress.coverage.covered_until.map(instant::text),
            total_runs: progress.total_runs,
            quota_impact: QuotaImpactBody {
                runs_this_month: impact.runs_this_month,
                runs_per_month: impact.runs_per_month,
                monthly_limit: limits.monthly_runs,
                exceeds_limit: impact.runs_per_month > limits.monthly_runs,
            },
            version: configuration.version,
            created_at: instant::text(configuration.created_at),
        }
    }
}
