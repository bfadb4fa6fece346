//! Exported report configurations.

use super::repositories::user;
use super::row::{Reason, Row};
use super::source::Columns;
use domain::configuration::{BranchName, MODEL_CHARS_MAX, NAME_CHARS_MAX, Settings, Webhook, Writer};
use domain::delivery::{SigningSecret, WebhookFormat};
use domain::id::{ConfigurationId, RepositoryId, UserId};
use domain::instant::Instant;
use domain::report::{AuthorDisplay, IfNoUpdates, LANGUAGE_CHARS_MAX, Style, Tone, Writing};
use domain::schedule::Schedule;

pub(super) const COLUMNS: Columns = Columns {
    required: &["id", "user_id", "repository_id", "branch", "schedule"],
    optional: &[
        "name",
        "timezone",
        "webhook_url",
        "webhook_format",
        "webhook_secret",
        "enabled",
        "style",
        "tone",
        "author_display",
        "link_to_commits",
        "if_no_updates",
        "include_diffs",
        "language",
        "model",
        "created_at",
    ],
};

/// A checked row.
pub(super) struct ConfigurationRow {
    pub(super) id: ConfigurationId,
    pub(super) user: UserId,
    /// Disabled, whatever the export says.
    pub(super) settings: Settings,
    /// Whether the export says that its schedule is active.
    pub(super) enabled: bool,
    pub(super) secret: Option<SigningSecret>,
    pub(super) created_at: Option<Instant>,
}

impl ConfigurationRow {
    /// With `loopback`, webhooks may be on this machine.
    pub(super) fn read(row: &Row, loopback: bool) -> Result<Self, Reason> {
        Ok(Self {
            id: ConfigurationId::from_uuid(row.required_id("id")?),
            user: user(row)?,
            settings: settings(row, loopback)?,
            enabled: row.flag("enabled")?.unwrap_or(false),
            secret: row.checked("webhook_secret", SigningSecret::parse)?,
            created_at: row.instant("created_at")?,
        })
    }
}

fn settings(row: &Row, loopback: bool) -> Result<Settings, Reason> {
    let repository = RepositoryId::from_uuid(row.required_id("repository_id")?);
    let branch = row.checked("branch", BranchName::parse)?.ok_or_else(|| Reason::new("'branch' is missing"))?;
    let model = row.line("model", MODEL_CHARS_MAX)?;
    Ok(Settings {
        name: row.line("name", NAME_CHARS_MAX)?,
        webhook: webhook(row, loopback)?,
        enabled: false,
        writing: writing(row)?,
        writer: model.map(|name| Writer::parse(&name)).into(),
        ..Settings::new(repository, branch, schedule(row)?)
    })
}

fn schedule(row: &Row) -> Result<Schedule, Reason> {
    let cron = without_seconds(row.required("schedule")?.trim());
    let zone = row.text("timezone").unwrap_or("UTC");
    let found = row.checked("schedule", |_| Schedule::parse(&cron, zone))?;
    found.ok_or_else(|| Reason::new("'schedule' is missing"))
}

/// Five fields. Schedulers of Node.js accept six, the first of which are seconds.
fn without_seconds(cron: &str) -> String {
    let fields: Vec<&str> = cron.split_whitespace().collect();
    match fields.as_slice() {
        ["0" | "00", rest @ ..] if rest.len() == 5 => rest.join(" "),
        fields => fields.join(" "),
    }
}

/// Names of hosts are checked, and not resolved: each request to a webhook does that.
fn webhook(row: &Row, loopback: bool) -> Result<Option<Webhook>, Reason> {
    let format =
        row.read("webhook_format", "auto, generic, slack, discord or teams is expected", WebhookFormat::parse)?;
    let format = format.unwrap_or(WebhookFormat::Auto);
    let webhook = row.checked("webhook_url", |text| Webhook::parse(text, format, loopback))?;
    row.checked("webhook_url", |_| match &webhook {
        Some(webhook) => domain::host::check(&webhook.url, loopback),
        None => Ok(()),
    })?;
    Ok(webhook)
}

/// How reports are written; what the export does not contain has its default.
pub(super) fn writing(row: &Row) -> Result<Writing, Reason> {
    let usual = Writing::default();
    let language = row.line("language", LANGUAGE_CHARS_MAX)?;
    Ok(Writing {
        style: row.read("style", "Summary, Standard or Changelog is expected", Style::parse)?.unwrap_or(usual.style),
        tone: row
            .read("tone", "Professional, Informative or Friendly & Casual is expected", Tone::parse)?
            .unwrap_or(usual.tone),
        author_display: row
            .read("author_display", "name, login or hidden is expected", AuthorDisplay::parse)?
            .unwrap_or(usual.author_display),
        link_to_commits: row.flag("link_to_commits")?.unwrap_or(usual.link_to_commits),
        if_no_updates: row
            .read("if_no_updates", "skip or notify is expected", IfNoUpdates::parse)?
            .unwrap_or(usual.if_no_updates),
        include_diffs: row.flag("include_diffs")?.unwrap_or(usual.include_diffs),
        sources: usual.sources,
        instructions: usual.instructions,
        language: language.unwrap_or(usual.language),
    })
}
