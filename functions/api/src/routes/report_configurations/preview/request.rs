//! The body of a preview: the fields of a configuration, none of them required, and each checked by itself.

use crate::request::{
    BranchList, Checked, CronExpression, Line, PathList, Prose, SourceList, WebhookHeaders, WebhookUrl, ZoneName,
};
use crate::routes::prelude::{ConfigurationId, FieldError, RepositoryId, examples, request_body};
use app::holdings::PreviewDraft;
use domain::configuration::{BranchName, MODEL_CHARS_MAX, NAME_CHARS_MAX};
use domain::delivery::WebhookFormat;
use domain::report::{AuthorDisplay, INSTRUCTIONS_CHARS_MAX, IfNoUpdates, LANGUAGE_CHARS_MAX, Style, Tone};
use url::Url;

request_body! {
    /// Settings that are not saved. Null means the same as an omitted member.
    pub(crate) struct PreviewRequestBody {
        /// A saved configuration that these settings would change.
        id: Checked<ConfigurationId>,
        /// Name chosen by the user.
        name: Checked<Line<NAME_CHARS_MAX>>,
        /// One of the user's repositories.
        repository_id: Checked<RepositoryId>,
        /// The branch that reports cover.
        branch: Checked<BranchName>,
        /// Folders and files that the report is about.
        include_paths: Checked<PathList>,
        /// Folders and files that the report is not about.
        exclude_paths: Checked<PathList>,
        /// All repositories of the report, each with its branch and paths.
        repositories: Checked<BranchList>,
        /// A cron expression of five fields, or one such as `@daily`.
        schedule: Checked<CronExpression>,
        /// IANA time zone of the schedule.
        timezone: Checked<ZoneName>,
        /// The https address that reports are sent to.
        webhook_url: Checked<WebhookUrl>,
        /// Format of the message.
        webhook_format: Checked<WebhookFormat>,
        /// Headers that are added to each request to `webhook_url`.
        webhook_headers: Checked<WebhookHeaders>,
        /// Whether the schedule is active.
        enabled: Checked<bool>,
        /// Layout of the report.
        report_style: Checked<Style>,
        /// Tone of the report.
        tone_of_voice: Checked<Tone>,
        /// How authors are named in the report.
        author_display: Checked<AuthorDisplay>,
        /// Whether commits link to their pages.
        link_to_commits: Checked<bool>,
        /// What to do when there are no commits.
        if_no_updates: Checked<IfNoUpdates>,
        /// Whether the diffs of the changes are read.
        include_diffs: Checked<bool>,
        /// What the report covers.
        sources: Checked<SourceList>,
        /// The user's own wishes about content and form, for the model.
        instructions: Checked<Prose<INSTRUCTIONS_CHARS_MAX>>,
        /// Language of the report.
        language: Checked<Line<LANGUAGE_CHARS_MAX>>,
        /// The model that writes the report. Whether it can be used is checked when the configuration is saved.
        model: Checked<Line<MODEL_CHARS_MAX>>,
    }
    example: examples::preview_request();
}

impl PreviewRequestBody {
    /// The settings that a preview depends on, and the errors of all that are invalid.
    pub(crate) fn draft(self, allow_loopback: bool) -> (PreviewDraft, Vec<FieldError>) {
        let mut errors = Vec::new();
        let id = self.id.valid("id", &mut errors);
        self.name.valid("name", &mut errors);
        let repository = self.repository_id.valid("repository_id", &mut errors);
        self.branch.valid("branch", &mut errors);
        let include = self.include_paths.valid("include_paths", &mut errors).unwrap_or_default();
        let exclude = self.exclude_paths.valid("exclude_paths", &mut errors).unwrap_or_default();
        errors.extend(PathList::filter(include, exclude).err());
        let list = self.repositories.valid("repositories", &mut errors).map(|list| list.0).unwrap_or_default();
        let listed = list.into_iter().map(|branch| branch.repository).collect();
        let before = errors.len();
        let schedule = self.schedule.valid("schedule", &mut errors).map(|cron| cron.0);
        let timezone = self.timezone.valid("timezone", &mut errors).map(|zone| zone.0);
        let is_unscheduled = errors.len() > before;
        let format = self.webhook_format.valid("webhook_format", &mut errors).unwrap_or(WebhookFormat::Auto);
        let webhook = self.webhook_url.valid("webhook_url", &mut errors).and_then(|url| url.with_format(format));
        let webhook = webhook.map(|webhook| webhook.url);
        let webhook = webhook.and_then(|url| https(url, allow_loopback, &mut errors));
        self.webhook_headers.valid("webhook_headers", &mut errors);
        let enabled = self.enabled.valid("enabled", &mut errors);
        self.report_style.valid("report_style", &mut errors);
        self.tone_of_voice.valid("tone_of_voice", &mut errors);
        self.author_display.valid("author_display", &mut errors);
        self.link_to_commits.valid("link_to_commits", &mut errors);
        self.if_no_updates.valid("if_no_updates", &mut errors);
        self.include_diffs.valid("include_diffs", &mut errors);
        self.sources.valid("sources", &mut errors);
        self.instructions.valid("instructions", &mut errors);
        self.language.valid("language", &mut errors);
        self.model.valid("model", &mut errors);
        (PreviewDraft { id, repository, listed, schedule, timezone, is_unscheduled, enabled, webhook }, errors)
    }
}

/// The address, if its scheme is accepted.
fn https(url: Url, allow_loopback: bool, errors: &mut Vec<FieldError>) -> Option<Url> {
    if url.scheme() == "https" || allow_loopback {
        return Some(url);
    }
    errors.push(FieldError::at("webhook_url", HTTP_REFUSED));
    None
}

/// The reason why an address is refused.
const HTTP_REFUSED: &str = "the webhook address begins with 'http:': only https is accepted";
