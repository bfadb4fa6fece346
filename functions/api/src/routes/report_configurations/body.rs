//! A configuration in answers.

use super::writing::WritingPart;
use crate::Api;
use crate::openapi::{examples, words};
use domain::account::Account;
use domain::configuration::{Configuration, LastRunStatus};
use domain::delivery::{SigningSecret, WebhookFormat};
use domain::instant;
use domain::money::Retirement;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A report configuration: the user's settings, and the state that its runs set.
#[derive(Serialize, ToSchema)]
#[schema(example = json!(examples::configuration()))]
pub(crate) struct ConfigurationBody {
    id: String,
    name: Option<String>,
    repository_id: String,
    branch: String,
    schedule: String,
    timezone: String,
    webhook_url: Option<String>,
    #[schema(value_type = words::WebhookFormat)]
    webhook_format: &'static str,
    /// The names of the headers that are added to each request to the webhook. Each is `true`: values are not returned.
    webhook_headers: BTreeMap<String, bool>,
    enabled: bool,
    #[serde(flatten)]
    writing: WritingPart,
    model: Option<String>,
    #[serde(flatten)]
    state: StatePart,
}

/// What the runs of a configuration set, and what follows from the account and the clock.
#[derive(Serialize, ToSchema)]
struct StatePart {
    model_retirement: Option<RetirementBody>,
    last_run_at: Option<String>,
    #[schema(value_type = Option<words::LastRunStatus>)]
    last_run_status: Option<&'static str>,
    next_run_at: Option<String>,
    #[schema(format = DateTime)]
    covered_until: Option<String>,
    total_runs: u64,
    quota_impact: QuotaImpactBody,
    version: u64,
    created_at: String,
}

/// The announced retirement of the model, shown from 90 days before.
#[derive(Serialize, ToSchema)]
pub(crate) struct RetirementBody {
    model: String,
    /// First day on which the provider no longer serves the model.
    #[schema(format = Date)]
    retired_on: String,
    /// Whether that day has come. The model can then no longer be chosen.
    retired: bool,
    /// The warning in words.
    message: String,
}

impl RetirementBody {
    pub(crate) fn of(model: &str, retirement: Retirement) -> Self {
        let (day, retired) = match retirement {
            Retirement::Soon(day) => (day, false),
            Retirement::Over(day) => (day, true),
        };
        let message = if retired {
            format!(
                "The provider of the model '{model}' ended it on {day}. Choose another one: reports are written \
                 without it."
            )
        } else {
            format!("The provider of the model '{model}' ends it on {day}. Choose another one before that day.")
        };
        Self { model: model.to_owned(), retired_on: day.to_string(), retired, message }
    }
}

/// Runs that the schedule uses.
#[derive(Serialize, ToSchema)]
struct QuotaImpactBody {
    /// Fires remaining this month.
    runs_this_month: u64,
    /// Fires in the whole month after it.
    runs_per_month: u64,
    /// Runs per month that the account is allowed.
    monthly_limit: u64,
    /// True if this schedule alone needs more runs than the limit allows.
    exceeds_limit: bool,
}

/// A configuration with its signing secret. The secret is shown only once.
#[derive(Serialize, ToSchema)]
#[schema(as = ConfigurationWithSecret)]
pub(crate) struct WithSecretBody {
    #[serde(flatten)]
    pub(crate) configuration: ConfigurationBody,
    /// `whsec_…`. Absent if a repeated idempotency key returns what was created before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) signing_secret: Option<String>,
}

impl WithSecretBody {
    pub(crate) fn of(configuration: ConfigurationBody, secret: Option<&SigningSecret>) -> Self {
        Self { configuration, signing_secret: secret.map(SigningSecret::expose) }
    }
}

impl ConfigurationBody {
    pub(crate) fn of(api: &Api, account: &Account, configuration: &Configuration) -> Self {
        let settings = &configuration.settings;
        let webhook = settings.webhook.as_ref();
        let headers = configuration.headers.iter().flat_map(|headers| &headers.names);
        Self {
            id: configuration.id.to_string(),
            name: settings.name.clone(),
            repository_id: settings.repository.to_string(),
            branch: settings.branch.to_string(),
            schedule: settings.schedule.cron().to_owned(),
            timezone: settings.schedule.zone().to_owned(),
            webhook_url: webhook.map(|webhook| webhook.url.to_string()),
            webhook_format: webhook.map_or(WebhookFormat::Auto, |webhook| webhook.format).as_str(),
            webhook_headers: headers.map(|name| (name.to_string(), true)).collect(),
            enabled: settings.enabled,
            writing: WritingPart::from(&settings.writing),
            model: settings.writer.chosen().map(|writer| writer.as_str().to_owned()),
            state: StatePart::of(api, account, configuration),
        }
    }
}

impl StatePart {
    fn of(api: &Api, account: &Account, configuration: &Configuration) -> Self {
        let (limits, progress) = (account.limits(), &configuration.progress);
        let impact = configuration.quota_impact(api.clock.now());
        let retirement = api.verbs.choose_model.retirement(account, &configuration.settings.writer);
        Self {
            model_retirement: retirement.map(|(model, retirement)| RetirementBody::of(&model, retirement)),
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
