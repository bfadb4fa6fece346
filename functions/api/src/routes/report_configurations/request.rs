//! The body that creates or edits a configuration. An absent field has its default, in an edit too: PUT replaces
//! everything.

use super::writing::WritingRequestPart;
use crate::openapi::words::webhook_format;
use crate::outside::allow_webhook;
use crate::request::{CronExpression, Line, WebhookHeaders, WebhookUrl, ZoneName};
use crate::routes::prelude::{Answer, Api, FieldError, Problem, RepositoryId, examples, request_body};
use app::holdings::ConfigurationDraft;
use domain::configuration::{BranchName, MODEL_CHARS_MAX, NAME_CHARS_MAX, Settings, Writer};
use domain::delivery::WebhookFormat;
use domain::schedule::Schedule;

request_body! {
    /// The request body. Null means the same as an omitted member.
    pub(crate) struct ConfigurationRequestBody {
        /// Name chosen by the user.
        name: Option<Line<NAME_CHARS_MAX>>,
        /// One of the user's repositories.
        repository_id: RepositoryId,
        /// The branch that reports cover.
        branch: BranchName,
        /// A cron expression of five fields by the rules of cronie's crontab, or one such as `@daily`.
        schedule: CronExpression,
        /// IANA time zone of the schedule, case-insensitive.
        timezone: ZoneName = ZoneName::utc(),
        /// The https address that reports are sent to.
        webhook_url: Option<WebhookUrl>,
        #[doc = webhook_format!()]
        webhook_format: WebhookFormat = WebhookFormat::Auto,
        /// Headers that are added to each request to `webhook_url`, at most ten: a text sets a value, `true` keeps it,
        /// and null removes the header, as does omitting it in a PUT. Values are never returned. They are kept only
        /// while the address has the same scheme, host and port.
        webhook_headers: Option<WebhookHeaders>,
        /// Whether the schedule is active.
        enabled: bool = true,
        [part] writing: WritingRequestPart,
        /// The model that writes the report. Defaults to the deployment's model.
        model: Option<Line<MODEL_CHARS_MAX>>,
    }
    computed: [
        "model_retirement",
        "last_run_at",
        "last_run_status",
        "next_run_at",
        "delivery_health",
        "covered_until",
        "total_runs",
        "quota_impact"
    ];
    caseless: ["webhook_headers"];
    example: examples::configuration_request();
}

impl ConfigurationRequestBody {
    /// What is to be stored, if the schedule is valid in its zone and this deployment accepts the webhook's address.
    pub(crate) async fn draft(self, api: &Api) -> Answer<ConfigurationDraft> {
        let schedule = Schedule::parse(&self.schedule.0, &self.timezone.0)
            .map_err(|error| Problem::validation(vec![FieldError::at("schedule", error.to_string())]))?;
        let webhook = self.webhook_url.as_ref().and_then(|url| url.with_format(self.webhook_format));
        allow_webhook(api, "webhook_url", webhook.as_ref().map(|webhook| &webhook.url)).await?;
        let settings = Settings {
            name: self.name.map(|name| name.0),
            repository: self.repository_id,
            branch: self.branch,
            schedule,
            webhook,
            enabled: self.enabled,
            writing: self.writing.into(),
            writer: self.model.map(|name| Writer::parse(&name.0)).into(),
        };
        Ok(ConfigurationDraft { settings, headers: self.webhook_headers.map(|headers| headers.0).unwrap_or_default() })
    }
}
