//! The user's settings of a configuration. An absent member has its default, in an edit too: PUT replaces everything.

use crate::Api;
use crate::body::{FromMembers, JsonBody, Members, line};
use crate::openapi::words;
use crate::outside::allow_webhook;
use crate::problem::Problem;
use domain::configuration::{
    BranchName, IfNoUpdates, LANGUAGE_CHARS_MAX, MODEL_CHARS_MAX, NAME_CHARS_MAX, Settings, Webhook, WebhookFormat,
    Writer, WriterChoice,
};
use domain::id::RepositoryId;
use domain::report::{AuthorDisplay, Style, Tone};
use domain::schedule::Schedule;
use serde::Deserialize;
use utoipa::ToSchema;

/// The time zone of a schedule that names none.
const ZONE_DEFAULT: &str = "UTC";
/// The language of a report whose configuration names none.
const LANGUAGE_DEFAULT: &str = "English";

/// The user's settings.
pub(crate) struct ConfigurationRequest {
    pub(crate) settings: Settings,
    /// The canonical body, for the record of an idempotency key.
    pub(crate) body: String,
}

/// The request body. Null means the same as an omitted member.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Daily report", "repository_id": "019b76da-a800-7000-8000-000000000001",
    "branch": "main", "schedule": "0 9 * * 1-5", "timezone": "Europe/Berlin",
    "webhook_url": "https://receiver.example.com/hook"}))]
#[expect(dead_code, reason = "bodies are read member by member; this is their description")]
pub(crate) struct ConfigurationRequestBody {
    /// Name chosen by the user.
    #[schema(min_length = 1, max_length = 100, format = "line")]
    name: Option<String>,
    /// One of the user's repositories.
    repository_id: String,
    /// The branch that reports cover.
    #[schema(min_length = 1, max_length = 244, format = "git-branch")]
    branch: String,
    /// A cron expression of five fields by the rules of cronie's crontab, or one such as `@daily`.
    #[schema(min_length = 6, max_length = 100, format = "cron")]
    schedule: String,
    /// IANA time zone of the schedule, case-insensitive. Defaults to `UTC`.
    #[schema(min_length = 1, max_length = 40, format = "iana-timezone")]
    timezone: Option<String>,
    /// The https address that reports are sent to.
    #[schema(format = "uri", max_length = 500)]
    webhook_url: Option<String>,
    /// Format of the message: signed JSON (`generic`), Slack, Discord or Teams. The default, `auto`, chooses by the
    /// host of the address.
    #[schema(value_type = Option<words::WebhookFormat>)]
    webhook_format: Option<String>,
    /// Whether the schedule is active. Defaults to true.
    enabled: Option<bool>,
    /// Layout of the report. Defaults to `Standard`.
    #[schema(value_type = Option<words::ReportStyle>)]
    report_style: Option<String>,
    /// Tone of the report. Defaults to `Professional`.
    #[schema(value_type = Option<words::ToneOfVoice>)]
    tone_of_voice: Option<String>,
    /// How authors are named in the report. Defaults to `name`.
    #[schema(value_type = Option<words::AuthorDisplay>)]
    author_display: Option<String>,
    /// Whether commits link to their pages. Defaults to true.
    link_to_commits: Option<bool>,
    /// What to do when there are no commits. Defaults to `skip`.
    #[schema(value_type = Option<words::NoUpdatesAction>)]
    if_no_updates: Option<String>,
    /// Whether the diffs of the changes are read. Defaults to false.
    include_diffs: Option<bool>,
    /// Language of the report. Defaults to `English`.
    #[schema(min_length = 1, max_length = 40, format = "line")]
    language: Option<String>,
    /// The model that writes the report. Defaults to the deployment's model.
    #[schema(min_length = 1, max_length = 100, format = "line")]
    model: Option<String>,
}

impl ConfigurationRequest {
    /// The request, unless its webhook's address is not allowed.
    pub(crate) async fn for_deployment(JsonBody(request): JsonBody<Self>, api: &Api) -> Result<Self, Problem> {
        let url = request.settings.webhook.as_ref().map(|webhook| &webhook.url);
        allow_webhook(api, "webhook_url", url).await?;
        Ok(request)
    }
}

impl FromMembers for ConfigurationRequest {
    fn from_members(members: &mut Members) -> Option<Self> {
        let body = members.canonical();
        members.skip_computed("quota_impact");
        let name = members.optional("name", |text| line(text, NAME_CHARS_MAX));
        let repository = members.required("repository_id", "the id of a repository", RepositoryId::parse);
        let branch = members.required("branch", "the name of a branch", BranchName::parse);
        let schedule = schedule(members);
        let webhook = webhook(members);
        let enabled = members.flag("enabled", true);
        let style = members.word("report_style", Style::ALL, Style::as_str, Style::Standard);
        let tone = members.word("tone_of_voice", Tone::ALL, Tone::as_str, Tone::Professional);
        let author_display =
            members.word("author_display", AuthorDisplay::ALL, AuthorDisplay::as_str, AuthorDisplay::Name);
        let link_to_commits = members.flag("link_to_commits", true);
        let if_no_updates = members.word("if_no_updates", IfNoUpdates::ALL, IfNoUpdates::as_str, IfNoUpdates::Skip);
        let include_diffs = members.flag("include_diffs", false);
        let language = members.optional("language", |text| line(text, LANGUAGE_CHARS_MAX));
        let model = members.optional("model", |text| line(text, MODEL_CHARS_MAX));
        let settings = Settings {
            name: name?,
            repository: repository?,
            branch: branch?,
            schedule: schedule?,
            webhook: webhook?,
            enabled: enabled?,
            style: style?,
            tone: tone?,
            author_display: author_display?,
            link_to_commits: link_to_commits?,
            if_no_updates: if_no_updates?,
            include_diffs: include_diffs?,
            language: language?.unwrap_or_else(|| LANGUAGE_DEFAULT.to_owned()),
            writer: match model? {
                None => WriterChoice::Deployment,
                Some(name) => WriterChoice::Chosen(Writer::parse(&name)),
            },
        };
        Some(Self { settings, body })
    }
}

/// Expression and time zone, each checked by itself, so that both errors are reported.
fn schedule(members: &mut Members) -> Option<Schedule> {
    let cron = members.required("schedule", "a cron expression of five fields, such as '0 9 * * 1-5'", |text| {
        Schedule::parse(text, ZONE_DEFAULT).map(|_| text.to_owned())
    });
    let zone = members.optional("timezone", |text| Schedule::parse("@daily", text).map(|_| text.to_owned()));
    let zone = zone?.unwrap_or_else(|| ZONE_DEFAULT.to_owned());
    Schedule::parse(&cron?, &zone).map_err(|error| members.wrong("schedule", error.to_string())).ok()
}

#[expect(clippy::option_option, reason = "the outer one is `None` if it is invalid, the inner one if it is absent")]
fn webhook(members: &mut Members) -> Option<Option<Webhook>> {
    let format = members.word("webhook_format", WebhookFormat::ALL, WebhookFormat::as_str, WebhookFormat::Auto);
    // Whether plain http on loopback is allowed is checked later, by the deployment's settings.
    let webhook =
        members.optional("webhook_url", |text| Webhook::parse(text, format.unwrap_or(WebhookFormat::Auto), true));
    format?;
    webhook
}
